// How charts look: ECharts options from a table's names and series in the colours of the theme. Fine lines, areas that fade
// to the ground, as few axis labels as are read, numbers with separators, names cut before they could overlap.
const FADE = (colour, strength) => ({ type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops: [{ offset: 0, color: clear(colour, strength) }, { offset: 1, color: clear(colour, 0) }] });
const ALONG = (colour) => ({ type: "linear", x: 0, y: 0, x2: 1, y2: 0, colorStops: [{ offset: 0, color: clear(colour, 0.35) }, { offset: 1, color: colour }] });
const UP = (colour) => ({ type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops: [{ offset: 0, color: colour }, { offset: 1, color: clear(colour, 0.3) }] });
const said = (n) => (n == null ? "–" : n.toLocaleString());
// 12,000 → 12k: an axis needs no more
const short = (n) => (Math.abs(n) >= 10_000 ? `${Math.round(n / 100) / 10}k` : n.toLocaleString());

export function clear(colour, alpha) {
  const parts = colour.match(/[\d.]+/g);
  return colour.startsWith("rgb") && parts ? `rgba(${parts.slice(0, 3).join(", ")}, ${alpha})` : colour;
}

function base(c, isFirst) {
  return {
    color: c.data, animation: isFirst, animationDuration: 500, textStyle: { fontFamily: c.font },
    tooltip: { confine: true, renderMode: "richText", backgroundColor: c.surface, borderColor: c.line, textStyle: { color: c.text, fontSize: c.size }, valueFormatter: said },
  };
}

function ring({ categories, series }, c, { width, height, isFirst }) {
  const values = series[0] ?? [], total = values.reduce((sum, n) => sum + (n ?? 0), 0);
  const beside = width > height * 1.25; // names beside the ring where there is room, else below
  const share = (name) => { const n = values[categories.indexOf(name)] ?? 0; return total ? `${Math.round(100 * n / total)}%` : ""; };
  const radius = Math.min(beside ? height * 0.46 : height * 0.34, width * (beside ? 0.2 : 0.4));
  const middle = beside ? [radius + c.size, "50%"] : ["50%", radius + 4];
  const room = beside ? Math.max(40, width - 2 * radius - c.size * 8) : 90;
  return {
    ...base(c, isFirst), tooltip: { ...base(c).tooltip, trigger: "item" },
    title: { text: said(total), left: beside ? radius + c.size : "center", top: beside ? "middle" : radius + 4, textAlign: beside ? "center" : undefined, textVerticalAlign: beside ? undefined : "middle", textStyle: { color: c.text, fontSize: c.size * 1.7, fontWeight: 700, fontFamily: c.font } },
    legend: {
      orient: beside ? "vertical" : "horizontal", type: beside ? "plain" : "scroll", icon: "roundRect", itemWidth: c.size * 0.7, itemHeight: c.size * 0.7, itemGap: Math.max(4, Math.min(c.size, height / categories.length - c.size * 1.3)),
      ...(beside ? { left: 2 * radius + c.size * 2.2, top: "middle" } : { bottom: 0 }),
      textStyle: { color: c.muted, fontSize: c.size, rich: { name: { width: room, fontSize: c.size, color: c.muted }, n: { fontSize: c.size, color: c.text, fontWeight: 600, align: "right", width: c.size * 2.6 } } },
      formatter: beside ? (name) => `{name|${cut(name, room, c.size)}}{n|${share(name)}}` : undefined,
    },
    series: [{ type: "pie", radius: [radius * 0.68, radius], center: middle, padAngle: 1.5, itemStyle: { borderRadius: 3 }, label: { show: false }, data: categories.map((name, i) => ({ name, value: values[i] ?? 0 })) }],
  };
}

// Chinese takes a whole square, Latin about half of one
const breadth = (letter, size) => (letter.charCodeAt(0) > 0x2e80 ? size : size * 0.56);
const wide = (text, size) => [...text].reduce((sum, letter) => sum + breadth(letter, size), 0);

function cut(text, room, size) {
  let used = 0;
  for (let i = 0; i < text.length; i += 1) {
    used += breadth(text[i], size);
    if (used > room) return `${text.slice(0, Math.max(1, i - 1))}…`;
  }
  return text;
}

function rows({ names, units = [], categories, series }, c, { width, height, isFirst }) {
  const line = Math.min(c.size * 2.6, height / Math.max(1, categories.length)), text = { color: c.muted, fontFamily: c.font, fontSize: c.size };
  return {
    ...base(c, isFirst), tooltip: { ...base(c).tooltip, trigger: "axis", axisPointer: { type: "none" } },
    grid: { left: 0, right: c.size * (units[0] ? 4.6 : 3.4), top: 0, bottom: 0, containLabel: true },
    xAxis: { type: "value", show: false },
    yAxis: { type: "category", inverse: true, data: categories, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...text, width: Math.max(60, width * 0.44), overflow: "truncate", interval: 0, margin: c.size } },
    series: series.map((data, i) => ({
      name: names[i], type: "bar", data, barMaxWidth: Math.max(5, line * 0.32), showBackground: true, backgroundStyle: { color: clear(c.faint, 0.12), borderRadius: 3 },
      itemStyle: { borderRadius: 3, color: ALONG(c.data[i % c.data.length]) }, label: { show: series.length === 1, position: "right", formatter: ({ value }) => [said(value), units[i]].filter(Boolean).join(" "), color: c.text, fontSize: c.size, fontWeight: 600, fontFamily: c.font },
    })),
  };
}

function time(kind, { names, tones, units = [], categories, series }, c, { width, height, isFirst }) {
  // one unit stands once, at the axis, below the names where they need the whole line; several stand with their names
  const unit = units.every((one) => one === units[0]) ? units[0] ?? "" : "", isNamed = names.length > 1;
  if (!unit) names = names.map((name, i) => (units[i] ? `${name} (${units[i]})` : name));
  const text = { color: c.muted, fontFamily: c.font, fontSize: c.size }, isLine = ["line", "area"].includes(kind);
  const taken = names.reduce((sum, name) => sum + wide(name, c.size) + c.size * 2.4, 0) + wide(unit, c.size) + c.size * 2;
  const lines = unit && isNamed && taken > width ? 2 : isNamed || unit ? 1 : 0;
  const isBefore = (i) => tones[i] === "before";
  return {
    ...base(c, isFirst), tooltip: { ...base(c).tooltip, trigger: "axis", axisPointer: { type: isLine ? "line" : "shadow", lineStyle: { color: c.line }, shadowStyle: { color: clear(c.faint, 0.1) } } },
    legend: names.length > 1 ? { top: 0, right: 0, icon: "roundRect", itemWidth: c.size * 0.8, itemHeight: c.size * 0.35, itemGap: c.size, textStyle: text } : undefined,
    grid: { left: c.size * 0.7, right: c.size * 0.8, top: c.size * [1, 2.2, 3.4][lines], bottom: 0, containLabel: true },
    xAxis: { type: "category", data: categories, boundaryGap: !isLine, axisTick: { show: false }, axisLine: { lineStyle: { color: c.line } }, axisLabel: { ...text, hideOverlap: true, alignMaxLabel: isLine ? "right" : undefined, margin: c.size * 0.6 } },
    yAxis: { type: "value", minInterval: 1, name: unit, nameGap: c.size, nameTextStyle: { ...text, align: "left", padding: 0 }, splitNumber: height < 160 ? 2 : 4, axisLabel: { ...text, formatter: short }, splitLine: { lineStyle: { color: c.line, type: [3, 4], opacity: 0.8 } } },
    series: series.map((data, i) => {
      const colour = isBefore(i) ? c.faint : c.data[i % c.data.length];
      return {
        name: names[i], data, type: isLine ? "line" : "bar", smooth: 0.25, smoothMonotone: "x", symbol: "circle", symbolSize: 5, showSymbol: false, barMaxWidth: c.size * 1.3, z: isBefore(i) ? 1 : 3,
        lineStyle: { width: c.size * (isBefore(i) ? 0.1 : 0.18), type: isBefore(i) ? [3, 3] : "solid", color: colour },
        areaStyle: kind === "area" && !isBefore(i) ? { color: FADE(colour, i ? 0.12 : 0.34) } : undefined, stack: kind === "stack" ? "all" : undefined,
        itemStyle: { color: isLine ? colour : UP(colour), borderRadius: kind === "stack" ? 0 : [3, 3, 0, 0] },
      };
    }),
  };
}

// kind: line, area, bar, rows, stack or ring; room: the box in px and whether it is drawn for the first time
export function option(kind, table, colours, room = { width: 480, height: 240, isFirst: true }) {
  if (kind === "ring") return ring(table, colours, room);
  return kind === "rows" ? rows(table, colours, room) : time(kind, table, colours, room);
}
