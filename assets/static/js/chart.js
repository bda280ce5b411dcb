// Charts drawn from their own table twin: <div data-chart="line|area|bar|rows|stack|ring"> followed by the table inside the same
// figure. First column = category, further columns = series (a head with data-tone="before" is an earlier time: dashed; data-unit: its unit).
// ECharts is loaded only when a chart comes into view; how charts look stands in chart-options.js.
import { option } from "yiwang/chart-options";
import { palette } from "yiwang/palette";

const drawn = new Map();
const number = (text) => Number(text.replace(/[^\d.eE+-]/g, "")) || 0;

export function read(table) {
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.dataset.value ?? cell.textContent.trim()));
  return {
    names: heads.map((cell) => (cell.dataset.unit ? cell.firstChild : cell).textContent.trim()), units: heads.map((cell) => cell.dataset.unit ?? ""), tones: heads.map((cell) => cell.dataset.tone ?? ""),
    categories: rows.map((row) => row[0]), series: heads.map((_, i) => rows.map((row) => (row[i + 1] ? number(row[i + 1]) : row[i + 1] === "" ? null : 0))),
  };
}

export async function draw(box) {
  const echarts = await import("echarts");
  const table = box.closest("figure")?.querySelector("table");
  if (!table || !box.isConnected) return;
  const known = drawn.get(box), chart = known?.chart ?? echarts.init(box, null, { renderer: "svg" });
  const wanted = option(box.dataset.chart, read(table), palette(box), { width: box.clientWidth, height: box.clientHeight, isFirst: !known });
  chart.setOption(wanted, { notMerge: true });
  if (known) return;
  box.dataset.watched = "yes";
  let size = `${box.clientWidth}x${box.clientHeight}`;
  const observer = new ResizeObserver(() => {
    const now = `${box.clientWidth}x${box.clientHeight}`;
    if (now === size || !box.isConnected) return;
    size = now;
    chart.resize();
    draw(box); // room for labels has changed
  });
  drawn.set(box, { chart, observer });
  observer.observe(box);
}

// what is about to leave the page gives back what it holds
export function release(root) {
  drawn.forEach(({ chart, observer }, box) => {
    if (!root.contains(box) && box.isConnected) return;
    observer.disconnect();
    chart.dispose();
    drawn.delete(box);
  });
  root.querySelectorAll("[data-chart]").forEach((box) => seen.unobserve(box));
}

const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (!entry.isIntersecting) return;
  seen.unobserve(entry.target);
  draw(entry.target);
}), { rootMargin: "200px" });

export function watch(root) {
  root.querySelectorAll("[data-chart]:not([data-watched])").forEach((box) => seen.observe(box));
}

document.addEventListener("yiwang:theme", () => drawn.forEach((_, box) => draw(box)));
document.addEventListener("htmx:after:swap", () => { release(document.createElement("i")); watch(document); });
watch(document);
