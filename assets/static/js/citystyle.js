// How the city looks on every map: MapLibre layers in the colours of the theme (tokens --map-… of map.css). The same layers
// serve a quiet desk and a wall; what differs is in the tokens. Geometry comes from /map/<place>/base tiles.
import { colour } from "yiwang/palette";

// the page's own faces: MapLibre draws text itself where a style names no glyphs
export const FONTS = (host) => getComputedStyle(host).fontFamily.split(",").map((name) => name.trim().replaceAll(/["']/g, "")).filter((name) => !name.startsWith("-apple") && name !== "system-ui");
// text and marks grow with the page's root size, as a wall's panels do
export const REM = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const by = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const NUMBERS = new Set(["glow", "tall", "slab"]);
// c.water is the colour --map-water; c.glow a number
const of = (host) => new Proxy({}, { get: (_, token) => (NUMBERS.has(token) ? Number(getComputedStyle(host).getPropertyValue(`--map-${token}`)) || 0 : colour(`map-${token}`, host)) });
const at = (layer) => ({ source: "base", "source-layer": layer });
const MAJOR = ["match", ["coalesce", ["get", "class"], ["get", "kind"], ""], ["express", "major", "trunk", "primary", "arterial", "avenue"], true, false];

function tileLayers(c) {
  const top = ["<=", ["to-number", ["get", "level"], 9], 3], road = (minor, major) => ["case", MAJOR, major, minor];
  // the ground's own thickness: its outline again, lower and darker, with light along the lowest edge
  const slab = c.slab ? [3, 2, 1].map((n) => ({ id: `slab-${n}`, type: "fill", ...at("area"), filter: top, paint: { "fill-color": c[`slab-${n}`], "fill-antialias": false, "fill-translate": [0, c.slab * n], "fill-translate-anchor": "viewport" } })) : [];
  const rim = c.slab ? [{ id: "slab-rim", type: "line", ...at("area"), filter: top, paint: { "line-color": c.line, "line-width": 16, "line-blur": 16, "line-opacity": c.glow, "line-translate": [0, c.slab * 3], "line-translate-anchor": "viewport" } }] : [];
  return [
    ...rim, ...slab,
    { id: "land", type: "fill", ...at("area"), filter: top, paint: { "fill-color": c.land } },
    { id: "green", type: "fill", ...at("green"), paint: { "fill-color": c.green, "fill-opacity": 0.85 } },
    { id: "water", type: "fill", ...at("water"), paint: { "fill-color": c.water } },
    { id: "shore", type: "line", ...at("water"), paint: { "line-color": c.shore, "line-width": by(9, 0.5, 15, 1.6), "line-opacity": 0.75 } },
    { id: "roads-glow", type: "line", ...at("road"), minzoom: 11, filter: MAJOR, layout: { visibility: c.slab ? "visible" : "none", "line-cap": "round", "line-join": "round" }, paint: { "line-color": c["road-major"], "line-width": by(11, 3, 14, 8), "line-blur": by(11, 3, 14, 8), "line-opacity": c.glow } },
    { id: "roads", type: "line", ...at("road"), minzoom: 9, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": road(c.road, c["road-major"]), "line-width": by(9, road(0.25, 0.7), 13, road(0.9, 2), 16, road(5, 9)), "line-opacity": by(9, 0.5, 12, 0.9) } },
  ];
}

function gridLayers(c, where) {
  const heat = ["coalesce", ["feature-state", "heat"], 0];
  return [
    { id: "grid-heat", type: "fill", ...where, paint: { "fill-color": ["interpolate", ["linear"], heat, 0, c.fill, 0.35, c.warm, 1, c.hot], "fill-opacity": ["case", [">", heat, 0], ["interpolate", ["linear"], heat, 0, 0.12, 1, 0.6], 0] } },
    { id: "grid-edges", type: "line", ...where, paint: { "line-color": c.grid, "line-width": by(10, 0.3, 15, 1), "line-opacity": by(11, 0.1, 13, 0.3, 15, 0.6) } },
  ];
}

function areaLayers(c) {
  const top = ["<=", ["to-number", ["get", "level"], 9], 3];
  return [
    { id: "areas", type: "fill", ...at("area"), filter: ["<=", ["to-number", ["get", "level"], 9], 4], paint: { "fill-color": c.chosen, "fill-opacity": ["case", ["boolean", ["feature-state", "chosen"], false], 0.16, ["boolean", ["feature-state", "over"], false], 0.1, 0] } },
    { id: "street-edges", type: "line", ...at("area"), filter: ["==", ["to-number", ["get", "level"], 9], 4], paint: { "line-color": c.line, "line-width": by(9, 0.5, 13, 1.3), "line-opacity": 0.55 } },
    { id: "district-glow", type: "line", ...at("area"), filter: top, paint: { "line-color": c.line, "line-width": by(9, 4, 13, 10), "line-blur": by(9, 4, 13, 9), "line-opacity": c.glow } },
    { id: "district-edges", type: "line", ...at("area"), filter: top, paint: { "line-color": c.line, "line-width": by(9, 1.2, 14, 2.4), "line-opacity": 0.95 } },
    { id: "chosen-edge", type: "line", ...at("area"), paint: { "line-color": c.chosen, "line-width": 2.5, "line-opacity": ["case", ["boolean", ["feature-state", "chosen"], false], 1, 0] } },
  ];
}

// layers below a page's own
export function baseLayers(host, { hasTiles, layers }) {
  const c = of(host);
  const ground = { id: "ground", type: "background", paint: { "background-color": c.ground } };
  if (!layers.includes("base")) return [ground];
  if (hasTiles) return [ground, ...tileLayers(c), ...gridLayers(c, at("grid")), ...areaLayers(c)];
  const where = { source: "base" };
  return [
    ground, { id: "land", type: "fill", ...where, paint: { "fill-color": c.fill, "fill-opacity": 0.9 } }, ...gridLayers(c, where),
    { id: "grid-glow", type: "line", ...where, paint: { "line-color": c.line, "line-width": 5, "line-blur": 5, "line-opacity": 0.25 } },
    { id: "grid-lines", type: "line", ...where, paint: { "line-color": c.line, "line-width": 1, "line-opacity": 0.75 } },
  ];
}

// layers above a page's own: buildings (they hide what lies behind them) and names, which never overlap
export function overlayLayers(host, { hasTiles, layers, many = false }) {
  const c = of(host), found = [];
  const height = ["coalesce", ["to-number", ["get", "height"], 0], 6];
  if (hasTiles && layers.includes("buildings")) {
    // seen from far away a house of six floors is nothing: heights grow with the distance
    const tall = (share) => ["*", height, 1 + (c.tall - 1) * share];
    found.push({ id: "buildings", type: "fill-extrusion", ...at("building"), minzoom: 11, paint: {
      "fill-extrusion-color": ["interpolate", ["linear"], height, 6, c.building, 48, c["building-mid"], 115, c["building-high"]],
      "fill-extrusion-height": ["interpolate", ["linear"], ["zoom"], 11, tall(1), 13.5, tall(0.45), 16, tall(0)], "fill-extrusion-opacity": 0.9, "fill-extrusion-vertical-gradient": true } });
  } else if (hasTiles && layers.includes("base")) {
    found.push({ id: "buildings", type: "fill", ...at("building"), minzoom: 13, paint: { "fill-color": c.building, "fill-opacity": by(13, 0.3, 15, 0.9) } });
  }
  if (layers.includes("names") || layers.includes("base")) found.push(...nameLayers(host, c, many));
  return found;
}

// names of streets give way to marks and to names of districts; those look for a free place around their point
function nameLayers(host, c, many) {
  const level = ["to-number", ["get", "level"], 4], rem = REM(), district = ["<=", level, 3];
  const size = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops.map((n, i) => (i % 2 ? n * rem : n))], of3 = many ? [9, 9, 11, 12, 14, 17] : [9, 11, 10.5, 13, 12, 17, 14, 20];
  const layout = { "text-field": ["get", "title"], "symbol-sort-key": level, "text-max-width": 8, "text-rotation-alignment": "viewport", "text-pitch-alignment": "viewport" };
  const around = (gap) => ["center", [0, 0], "bottom", [0, -gap], "top", [0, gap], "left", [gap, 0], "right", [-gap, 0], "bottom-left", [gap, -gap], "bottom-right", [-gap, -gap], "top-left", [gap, gap], "top-right", [-gap, gap]];
  return [
    { id: "names", type: "symbol", source: "names", filter: ["!", district], layout: { ...layout, "text-font": FONTS(host), "text-size": size(10, 10, 14, 13), "text-padding": 4, "text-variable-anchor-offset": around(0.9) },
      paint: { "text-color": c["text-faint"], "text-halo-color": c.halo, "text-halo-width": 1.3, "text-halo-blur": 0.4 } },
    { id: "district-names", type: "symbol", source: "names", filter: district, layout: { ...layout, "text-font": ["Yiwang Bold", ...FONTS(host)], "text-size": size(...of3), "text-letter-spacing": document.documentElement.lang.startsWith("zh") ? 0.1 : 0.01, "text-max-width": 5, "text-padding": 1, "text-variable-anchor-offset": around(many ? 0.9 : 1.4) },
      paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 2, "text-halo-blur": 0.6 } },
  ];
}

export function baseStyle(host, wanted, sources) {
  return { version: 8, sources, light: { anchor: "map", position: [1.3, 210, 38], color: "#ffffff", intensity: 0.35 }, layers: [...baseLayers(host, wanted), ...overlayLayers(host, wanted)] };
}
