// Maps of boards: outlines of grids (GeoJSON) shaded by how many points lie in them, and points coloured by tone.
// No tiles, no fonts, no sprites are fetched: everything drawn is ours. Names of places are HTML, so any script reads well.
import { colour } from "yiwang/palette";

const EMPTY = { type: "FeatureCollection", features: [] };
// a tilted map needs room at its lower corners
const room = (box, pitch) => ({ animate: false, padding: { top: 24, bottom: 24, left: 24 + box.clientWidth * pitch / 400, right: 24 + box.clientWidth * pitch / 400 } });
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const tones = (host) => ["danger", "warning", "success", "info"].flatMap((tone) => [tone, colour(`${tone}-text`, host)]);

function layers(host) {
  const line = colour("map-line", host), fill = colour("map-fill", host), hot = colour("map-hot", host);
  const tone = ["match", ["get", "tone"], ...tones(host), colour("accent-text", host)];
  return [
    { id: "grids", type: "fill", source: "grids", paint: { "fill-color": ["interpolate", ["linear"], ["get", "heat"], 0, fill, 1, hot], "fill-opacity": 0.72 } },
    { id: "glow", type: "line", source: "grids", paint: { "line-color": line, "line-width": 5, "line-blur": 5, "line-opacity": 0.28 } },
    { id: "edges", type: "line", source: "grids", paint: { "line-color": line, "line-width": 1, "line-opacity": 0.75 } },
    { id: "halo", type: "circle", source: "points", paint: { "circle-color": tone, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 7, 14, 16], "circle-blur": 1, "circle-opacity": 0.55 } },
    { id: "points", type: "circle", source: "points", paint: { "circle-color": tone, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2.5, 14, 6], "circle-stroke-color": "#ffffff", "circle-stroke-width": 0.75, "circle-stroke-opacity": 0.8 } },
  ];
}

function bounds(collection) {
  const box = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] !== "number") return part.forEach(walk);
    box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    return undefined;
  };
  collection.features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return box[0] > box[2] ? null : [[box[0], box[1]], [box[2], box[3]]];
}

const pointFeatures = (points) => ({
  type: "FeatureCollection",
  features: points.map((point) => ({ type: "Feature", properties: point, geometry: { type: "Point", coordinates: [point.lon, point.lat] } })),
});

// the number of each grid, and its share of the largest: told by the server, else counted from the points that name a grid
function shaded(outlines, { points, shades }) {
  const counted = { ...shades };
  if (!Object.keys(counted).length) points.forEach(({ grid }) => { if (grid) counted[grid] = (counted[grid] ?? 0) + 1; });
  const most = Math.max(1, ...Object.values(counted));
  return { ...outlines, features: outlines.features.map((one) => ({ ...one, properties: { ...one.properties, n: counted[one.properties.code] ?? 0, heat: (counted[one.properties.code] ?? 0) / most } })) };
}

function spoken(title) {
  if (typeof title === "string" && title.startsWith("{")) title = JSON.parse(title); // MapLibre hands nested properties on as text
  return typeof title === "string" ? title : title?.[document.documentElement.lang] ?? title?.["zh-Hans"] ?? "";
}

// the card over a point: its title leads to the page
function card(maplibre, map, feature) {
  const { title, note, url } = feature.properties;
  const box = document.createElement("div");
  const head = document.createElement(url ? "a" : "strong");
  if (url) head.href = url;
  head.textContent = title;
  const text = document.createElement("p");
  text.textContent = note;
  box.className = "map-card";
  box.append(head, text);
  new maplibre.Popup({ closeButton: false, maxWidth: "20rem" }).setLngLat(feature.geometry.coordinates).setDOMContent(box).addTo(map);
}

function pointer(maplibre, map) {
  const tip = new maplibre.Popup({ closeButton: false, closeOnClick: false, className: "map-tip" });
  map.on("click", "points", (event) => card(maplibre, map, event.features[0]));
  map.on("mousemove", "grids", (event) => {
    const { title, n } = event.features[0].properties;
    tip.setLngLat(event.lngLat).setText(`${spoken(title)}  ${n}`).addTo(map);
  });
  map.on("mouseleave", "grids", () => tip.remove());
  map.on("mouseenter", "points", () => { map.getCanvas().style.cursor = "pointer"; tip.remove(); });
  map.on("mouseleave", "points", () => { map.getCanvas().style.cursor = ""; });
}

function label(maplibre, map, labels) {
  labels.forEach(({ title, lon, lat }) => {
    const element = document.createElement("span");
    element.className = "map-label";
    element.textContent = title;
    new maplibre.Marker({ element }).setLngLat([lon, lat]).addTo(map);
  });
}

const json = async (url) => { const answer = await fetch(url); return answer.ok ? answer.json() : null; };

async function open(box) {
  const maplibre = await import("maplibre");
  const tile = box.closest("[data-tile]");
  const outlines = await json(box.dataset.outlines) ?? EMPTY;
  let now = await json(box.dataset.points) ?? {};
  now = { points: now.points ?? [], shades: now.shades ?? {} };
  const pitch = document.documentElement.dataset.look ? 28 : 0;
  const map = new maplibre.Map({
    container: box, attributionControl: false, fadeDuration: 0, pitchWithRotate: true, pitch,
    style: { version: 8, sources: { grids: { type: "geojson", data: shaded(outlines, now) }, points: { type: "geojson", data: pointFeatures(now.points) } }, layers: layers(box) },
    locale: { "Map.Title": tile.getAttribute("aria-label") },
  });
  const whole = bounds(outlines.features.length ? outlines : pointFeatures(now.points));
  if (whole) map.fitBounds(whole, room(box, pitch));
  label(maplibre, map, outlines.labels ?? []);
  pointer(maplibre, map);
  tile.addEventListener("yiwang:points", async (event) => {
    const fresh = await json(`${box.dataset.points}?after=${event.detail}`);
    if (!fresh?.points) return;
    map.getSource("points").setData(pointFeatures(fresh.points));
    map.getSource("grids").setData(shaded(outlines, fresh));
  });
  document.addEventListener("yiwang:theme", () => layers(box).forEach((layer) => Object.entries(layer.paint).forEach(([name, value]) => map.setPaintProperty(layer.id, name, value))));
  new ResizeObserver(() => { if (whole) map.fitBounds(whole, room(box, pitch)); }).observe(box);
  if (!calm) map.on("load", () => breathe(map));
  map.on("idle", () => { box.dataset.drawn = "yes"; });
}

// points glow slowly; ten steps a second are enough and leave the machine in peace
function breathe(map) {
  const step = () => {
    if (!document.hidden) map.setPaintProperty("halo", "circle-opacity", 0.38 + 0.24 * Math.sin(performance.now() / 700));
    setTimeout(step, 100);
  };
  step();
}

document.querySelectorAll("[data-map][data-points]").forEach((box) => open(box).catch(() => {
  // no WebGL: the table beside the map says the same
  box.textContent = box.dataset.noMap;
  box.classList.add("map-frame-empty");
}));
