// Charts drawn from their own table twin: <div data-chart="line|area|bar|rows|stack|ring"> followed by the table inside the same
// figure. First column = category, further columns = series. ECharts is loaded only when a chart comes into view.
import { palette } from "yiwang/palette";

const drawn = new Map();
const number = (text) => Number(text.replace(/[^\d.eE+-]/g, "")) || 0;

export function read(table) {
  const head = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.dataset.value ?? cell.textContent.trim()));
  return { names: head, categories: rows.map((row) => row[0]), series: head.map((_, i) => rows.map((row) => number(row[i + 1] ?? "0"))) };
}

// a fill that fades to the ground; only the first series is filled fully, so that two do not turn to mud
function shade(colour, i) {
  const fade = [{ offset: 0, color: colour }, { offset: 1, color: colour.replace("rgb(", "rgba(").replace(")", ", 0)") }];
  return { opacity: i ? 0.08 : 0.28, color: { type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops: fade } };
}

export function option(kind, table, colours) {
  const { names, categories, series } = table;
  const text = { color: colours.muted, fontFamily: colours.font, fontSize: colours.size };
  const base = {
    color: colours.data, animationDuration: 500, textStyle: { fontFamily: colours.font },
    tooltip: { trigger: kind === "ring" ? "item" : "axis", confine: true, renderMode: "richText", backgroundColor: colours.surface, borderColor: colours.line, textStyle: { color: colours.text, fontSize: colours.size } },
    legend: names.length > 1 || kind === "ring" ? { bottom: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: text, type: "scroll" } : undefined,
  };
  if (kind === "ring") {
    const total = { text: series[0].reduce((sum, n) => sum + n, 0).toLocaleString(), left: "center", top: "45%", textVerticalAlign: "middle", textStyle: { color: colours.text, fontSize: colours.size * 1.9, fontFamily: colours.font } };
    return { ...base, title: total, series: [{ type: "pie", radius: ["52%", "76%"], center: ["50%", "45%"], padAngle: 1.5, itemStyle: { borderRadius: 4 }, label: { show: false }, data: categories.map((name, i) => ({ name, value: series[0][i] })) }] };
  }
  const across = kind === "rows";
  const category = { type: "category", data: across ? [...categories].reverse() : categories, axisLabel: text, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, boundaryGap: !["line", "area"].includes(kind) };
  const value = { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colours.line, type: "dashed" } }, splitNumber: 4 };
  return {
    ...base,
    grid: { left: across ? 4 : 12, right: 20, top: 16, bottom: names.length > 1 ? 32 : 4, containLabel: true },
    xAxis: across ? value : category, yAxis: across ? category : value,
    series: series.map((data, i) => ({
      name: names[i], data: across ? [...data].reverse() : data,
      type: ["line", "area"].includes(kind) ? "line" : "bar", smooth: 0.3, showSymbol: false, lineStyle: { width: 2.5 }, barMaxWidth: 18,
      areaStyle: kind === "area" ? shade(colours.data[i], i) : undefined, stack: kind === "stack" ? "all" : undefined,
      itemStyle: { borderRadius: kind === "stack" ? 0 : across ? [0, 4, 4, 0] : [4, 4, 0, 0] },
    })),
  };
}

export async function draw(box) {
  const echarts = await import("echarts");
  const table = box.closest("figure").querySelector("table");
  const chart = drawn.get(box) ?? echarts.init(box, null, { renderer: "svg" });
  drawn.set(box, chart);
  chart.setOption(option(box.dataset.chart, read(table), palette(box)), true);
  if (!box.dataset.watched) {
    box.dataset.watched = "yes";
    new ResizeObserver(() => (box.isConnected ? chart.resize() : chart.dispose())).observe(box);
  }
}

const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (!entry.isIntersecting) return;
  seen.unobserve(entry.target);
  draw(entry.target);
}), { rootMargin: "200px" });

export function watch(root) {
  root.querySelectorAll("[data-chart]:not([data-watched])").forEach((box) => seen.observe(box));
}

document.addEventListener("yiwang:theme", () => drawn.forEach((_, box) => (box.isConnected ? draw(box) : drawn.delete(box))));
document.addEventListener("htmx:after:swap", () => watch(document));
watch(document);
