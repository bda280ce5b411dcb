// One map for all pages: MapLibre with the city's own base tiles (water, green, roads, areas, grids, buildings in 2.5D) in
// the theme's colours, or plain ground with outlines of grids where a city has no tiles. Nothing leaves the house: text is
// drawn with the reader's own fonts (a style without `glyphs`), and no sprites are used.
//
//   const city = await openMap(box, { pitch: 45, layers: ["base", "buildings", "names"] });
//   city.map, city.maplibre, city.info; city.fit(bounds); city.onTheme(() => …); city.close();
//
// The box ({% city_map place %}) says what there is: data-place, data-base (tile address), data-info (what the tiles hold),
// data-outlines (GeoJSON of grids), data-map-title.
import { baseLayers, baseStyle, overlayLayers } from "yiwang/citystyle";

export const EMPTY = { type: "FeatureCollection", features: [] };
const kept = new Map();

export async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

// what does not change while a page is open is fetched once for all its maps
function once(url) {
  if (!kept.has(url)) kept.set(url, json(url));
  return kept.get(url);
}

// [[west, south], [east, north]] of GeoJSON, null of nothing
export function boundsOf(collection) {
  const box = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] !== "number") { part.forEach(walk); return; }
    box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
  };
  collection.features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return box[0] > box[2] ? null : [[box[0], box[1]], [box[2], box[3]]];
}

export function spoken(title) {
  if (typeof title === "string" && title.startsWith("{")) title = JSON.parse(title); // MapLibre hands nested properties on as text
  if (typeof title === "string" || !title) return title ?? "";
  const language = document.documentElement.lang.toLowerCase();
  return title[Object.keys(title).find((key) => key.toLowerCase() === language)] ?? title["zh-Hans"] ?? Object.values(title)[0] ?? "";
}

const names = (labels) => ({
  type: "FeatureCollection",
  features: labels.map(({ code = "", title, level = 3, lon, lat }) => ({ type: "Feature", properties: { code, title: spoken(title), level }, geometry: { type: "Point", coordinates: [lon, lat] } })),
});

// the sources the box names: tiles of the city, or outlines alone
async function ground(box) {
  const { base, info: infoUrl, outlines: outlinesUrl } = box.dataset;
  if (base) {
    const info = await once(infoUrl || base.replace(/\/base\/.*$/, "/base.json"));
    if (info?.bounds) {
      const [west, south, east, north] = info.bounds.flat();
      const tiles = [new URL(info.tiles ?? base, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")];
      return { info, outlines: null, whole: [[west, south], [east, north]], labels: info.labels ?? info.names ?? [],
        source: { type: "vector", tiles, minzoom: info.minzoom ?? 8, maxzoom: info.maxzoom ?? 15, bounds: [west, south, east, north], promoteId: { grid: "code", area: "code" } } };
    }
  }
  const outlines = outlinesUrl ? await once(outlinesUrl) ?? EMPTY : EMPTY;
  return { info: null, outlines, whole: boundsOf(outlines), labels: outlines.labels ?? [], source: { type: "geojson", data: outlines, promoteId: "code" } };
}

// a map made before the style sheets are there would fit the city into a box of another size
const laidOut = () => (document.readyState === "complete" ? null : new Promise((done) => { addEventListener("load", done, { once: true }); }));

// the outline of an area, or of all districts, as far as its tiles are there: a handful of points on its edge
function edge(map, [[west, south], [east, north]], code) {
  const found = map.querySourceFeatures("base", { sourceLayer: "area", filter: code ? ["==", ["get", "code"], code] : ["<=", ["to-number", ["get", "level"], 9], 3] });
  const points = found.flatMap(({ geometry }) => geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : 1));
  const lies = points.length > 8 && points.some(([lon]) => lon < west + (east - west) * 0.05) && points.some(([lon]) => lon > east - (east - west) * 0.05);
  return lies ? points.filter((_, n) => n % Math.ceil(points.length / 400) === 0) : null;
}

// A tilted camera sees a box as a trapeze: fitBounds leaves much room around it. Here points of the outline (in degrees) are
// projected and the camera moved until they just fit into the box without its padding.
function snug(map, bounds, points, { padding, pitch, maxZoom = 17 }) {
  const [[west, south], [east, north]] = bounds, box = map.getContainer();
  const pad = typeof padding === "number" ? { top: padding, right: padding, bottom: padding, left: padding } : padding;
  const across = box.clientWidth - pad.left - pad.right, down = box.clientHeight - pad.top - pad.bottom;
  const outline = points?.length ? points : [0.3, 0.5, 0.7].flatMap((share) => [[west + share * (east - west), north], [west + share * (east - west), south], [west, south + share * (north - south)], [east, south + share * (north - south)]]);
  if (across < 40 || down < 40) return null;
  const before = { center: map.getCenter(), zoom: map.getZoom(), pitch: map.getPitch(), bearing: map.getBearing() };
  map.stop();
  map.jumpTo({ center: [(west + east) / 2, (south + north) / 2], pitch, zoom: before.zoom });
  for (let n = 0; n < 6; n += 1) {
    const seen = outline.map((at) => map.project(at)), xs = seen.map(({ x }) => x), ys = seen.map(({ y }) => y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const middle = map.unproject([(left + right) / 2 + (pad.right - pad.left) / 2, (top + bottom) / 2 + (pad.bottom - pad.top) / 2]);
    map.jumpTo({ center: middle, zoom: Math.min(maxZoom, map.getZoom() + Math.log2(Math.min(across / (right - left), down / (bottom - top)))) });
  }
  const target = { center: map.getCenter(), zoom: map.getZoom(), pitch, bearing: before.bearing };
  map.jumpTo(before);
  return target;
}

// options: pitch and bearing in degrees; layers: base, buildings, names; padding in px; controls: zoom buttons
export async function openMap(box, { pitch = 0, bearing = 0, interactive = true, layers = ["base"], padding = 24, controls = false, fade = 0 } = {}) {
  const [maplibre, { info, outlines, whole, labels, source }] = await Promise.all([import("maplibre"), ground(box), laidOut()]);
  const wanted = { hasTiles: !outlines, layers, many: labels.filter(({ level = 3 }) => level <= 3).length > 8 };
  const map = new maplibre.Map({
    container: box, attributionControl: false, fadeDuration: fade, interactive, pitch, bearing, pixelRatio: Math.min(2, devicePixelRatio || 1),
    dragRotate: pitch > 0, pitchWithRotate: pitch > 0, touchPitch: pitch > 0, maxPitch: 65, renderWorldCopies: false, maxTileCacheSize: 96, cooperativeGestures: false,
    locale: { "Map.Title": box.dataset.mapTitle || box.parentElement.ariaLabel || "" },
    style: baseStyle(box, wanted, { base: source, names: { type: "geojson", data: names(labels) } }),
  });
  if (pitch === 0) map.touchZoomRotate.disableRotation();
  if (controls) map.addControl(new maplibre.NavigationControl({ showCompass: pitch > 0 }), "top-left");
  const fit = (bounds, { code = "", ...more } = {}) => {
    if (!bounds) return;
    const target = pitch ? snug(map, bounds, wanted.hasTiles ? edge(map, bounds, code) : null, { padding, pitch, ...more }) : null;
    if (target) map.easeTo({ ...target, duration: more.animate ? more.duration : 0 });
    else map.fitBounds(bounds, { padding, animate: false, pitch, bearing, ...more });
  };
  box.cityMap = map; // for those who look into a page: tests, a console
  const themed = new Set();
  const recolour = () => {
    [...baseLayers(box, wanted), ...overlayLayers(box, wanted)].forEach(({ id, paint }) => map.getLayer(id) && Object.entries(paint ?? {}).forEach(([name, value]) => map.setPaintProperty(id, name, value)));
    themed.forEach((change) => change());
  };
  document.addEventListener("yiwang:theme", recolour);
  map.on("idle", () => { box.dataset.drawn = "yes"; });
  if (whole) map.jumpTo({ center: [(whole[0][0] + whole[1][0]) / 2, (whole[0][1] + whole[1][1]) / 2], zoom: 11 }); // near enough until it can be fitted
  await new Promise((done) => { map.once("load", done); });
  fit(whole);
  return {
    map, maplibre, info, outlines, whole, fit,
    hasTiles: wanted.hasTiles,
    // where a page's own layers belong: below buildings and names
    below: map.getLayer("buildings") ? "buildings" : map.getLayer("names") ? "names" : undefined,
    grids: wanted.hasTiles ? { source: "base", sourceLayer: "grid" } : { source: "base" },
    onTheme(change) { themed.add(change); },
    close() { document.removeEventListener("yiwang:theme", recolour); themed.clear(); map.remove(); },
  };
}
