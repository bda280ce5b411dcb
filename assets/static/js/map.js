// The map of a board: the city in 2.5D, open events as clusters, points, heat or shaded grids, and a ring where something new
// has come in. A click on a district or street turns the whole board to it. Data: the tile as JSON (pages.as_json).
import { area, onTurn, remember, turnTo, withArea } from "yiwang/board-area";
import { json, openMap } from "yiwang/citymap";
import { drift } from "yiwang/map-drift";
import { eventLayers, eventSources, heatOf, pointFeatures } from "yiwang/map-events";
import { paintsInSoftware, settled } from "yiwang/map-weight";
import { pulses } from "yiwang/map-pulse";
import { colour } from "yiwang/palette";

const isWall = document.documentElement.dataset.look === "wall";
const isWeak = paintsInSoftware();
const calm = isWeak || matchMedia("(prefers-reduced-motion: reduce)").matches;
const BEARING = -24; // degrees: a city seen across its corner fills a wide box better
const PAUSE = 1500, REST = 4; // ms between two loads of points, however many messages come; and so many times what a frame took
const MODES = { "": ["clusters", "cluster-halo", "cluster-counts", "points", "points-halo"], heat: ["heat"], grids: ["clusters", "cluster-halo", "cluster-counts", "points", "points-halo"] };

// the number of each grid, as a share of the largest; only what has changed is told
function shade(city, held, shades) {
  const most = Math.max(1, ...Object.values(shades));
  const told = (code, heat) => city.map.setFeatureState({ ...city.grids, id: code }, { heat });
  held.forEach((_, code) => { if (!(code in shades)) { told(code, 0); held.delete(code); } });
  Object.entries(shades).forEach(([code, n]) => {
    const heat = n / most;
    if (Math.abs((held.get(code) ?? 0) - heat) > 0.01) { held.set(code, heat); told(code, heat); }
  });
}

// the other areas of the same level step back while one is looked at
function veil(map, { area: code = "", level }) {
  if (!map.getLayer("veil")) return;
  map.setFilter("veil", code ? ["all", ["==", ["to-number", ["get", "level"], 9], level], ["!=", ["get", "code"], code]] : ["==", ["get", "code"], ""]);
}

// the card over a point: its title leads to the page
function card({ title, note, url }) {
  const box = document.createElement("div"), head = document.createElement(url ? "a" : "strong"), text = document.createElement("p");
  if (url) head.href = url;
  head.textContent = title;
  text.textContent = note;
  box.className = "map-card";
  box.append(head, text);
  return box;
}

function pointer(city) {
  const { map, maplibre } = city, canvas = map.getCanvas();
  const tip = new maplibre.Popup({ closeButton: false, closeOnClick: false, className: "map-tip", offset: 12 });
  const told = new maplibre.Popup({ closeButton: false, maxWidth: "20rem", offset: 10 });
  let over = null;
  const areasAt = (point) => (map.getLayer("areas") ? map.queryRenderedFeatures(point, { layers: ["areas"] }) : []).sort((a, b) => a.properties.level - b.properties.level);
  // one level further down than where one is
  const next = (point) => {
    const trail = [...document.querySelectorAll("[data-where] [data-area]")].map((step) => step.dataset.area).concat(area());
    return areasAt(point).find((one) => !trail.includes(one.properties.code));
  };
  const light = (code) => {
    if (code === over) return;
    if (over) map.setFeatureState({ source: "base", sourceLayer: "area", id: over }, { over: false });
    if (code) map.setFeatureState({ source: "base", sourceLayer: "area", id: code }, { over: true });
    over = code;
  };
  map.on("mousemove", (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: ["clusters", "points"] });
    const place = hit ? null : next(event.point);
    canvas.style.cursor = hit || place ? "pointer" : "";
    light(place?.properties.code ?? null);
    if (place) tip.setLngLat(event.lngLat).setText(document.documentElement.lang.startsWith("zh") ? place.properties.title : place.properties.title_en ?? place.properties.title).addTo(map);
    else tip.remove();
  });
  map.on("mouseout", () => { tip.remove(); light(null); });
  map.on("click", async (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: ["clusters", "points"] });
    if (hit?.properties.cluster_id) map.easeTo({ center: hit.geometry.coordinates, zoom: await map.getSource("events").getClusterExpansionZoom(hit.properties.cluster_id) + 0.2 });
    else if (hit) told.setLngLat(hit.geometry.coordinates).setDOMContent(card(hit.properties)).addTo(map);
    else { const place = next(event.point); if (place) turnTo(place.properties.code); }
  });
}

async function open(box) {
  const tile = box.closest("[data-tile]"), pitch = isWall ? tilt(box) : 0;
  const load = (after = "") => json(`${box.dataset.points}?${withArea(after ? `after=${after}` : "")}`);
  const [city, first] = await Promise.all([openMap(box, { pitch, bearing: pitch ? BEARING : 0, layers: ["base", "names", ...(pitch ? ["buildings"] : [])], padding: room(pitch), fade: isWeak ? 0 : 200 }), load()]);
  const { map } = city, held = new Map(), ring = pulses(city, calm);
  let known = new Set(), chosen = "", focus = {}, wanted = null, last = 0, timer = 0, pause = PAUSE, mode = new URL(location.href).searchParams.get("layer") ?? "";
  Object.entries(eventSources()).forEach(([id, source]) => map.addSource(id, source));
  const veiled = { id: "veil", type: "fill", source: "base", "source-layer": "area", filter: ["==", ["get", "code"], ""], paint: { "fill-color": colour("surface-page", box), "fill-opacity": 0.62 } };
  if (city.hasTiles) map.addLayer(veiled, map.getLayer("names") ? "names" : undefined);
  city.onTheme(() => city.hasTiles && map.setPaintProperty("veil", "fill-color", colour("surface-page", box)));
  // what stands above is placed first: counts of clusters before names, which then keep away from them
  eventLayers(box).forEach((layer) => map.addLayer(layer, layer.type === "symbol" || !map.getLayer("names") ? undefined : "names"));
  city.onTheme(() => eventLayers(box).forEach(({ id, paint }) => Object.entries(paint).forEach(([name, value]) => map.setPaintProperty(id, name, value))));

  function show(wanted) {
    mode = wanted in MODES ? wanted : "";
    ["heat", ...MODES[""]].forEach((id) => map.setLayoutProperty(id, "visibility", MODES[mode].includes(id) ? "visible" : "none"));
    tile.dataset.layer = mode;
    tile.querySelectorAll("[data-map-switch] button").forEach((button) => button.setAttribute("aria-pressed", String(button.value === mode)));
    if (map.getLayer("grid-heat")) map.setLayoutProperty("grid-heat", "visibility", mode === "grids" || !city.hasTiles ? "visible" : "none");
    // heat and shades lie on the ground: houses step back
    if (pitch && map.getLayer("buildings")) map.setPaintProperty("buildings", "fill-extrusion-opacity", mode ? 0.3 : 0.9);
  }

  function take(fresh, isFirst) {
    if (!fresh?.points) return;
    const features = pointFeatures(fresh.points);
    tile.querySelector("[data-map-nothing]").hidden = fresh.points.length > 0;
    map.getSource("events").setData(features);
    map.getSource("heat").setData(features);
    map.setPaintProperty("heat", "heatmap-intensity", heatOf(fresh.points.length));
    shade(city, held, fresh.shades ?? {});
    const turned = (fresh.focus?.area ?? "") !== chosen;
    if (!isFirst && !turned && known.size) ring.at(fresh.points.filter(({ key }) => key && !known.has(key)));
    known = new Set(fresh.points.map(({ key }) => key));
    if (turned || isFirst) look(fresh.focus ?? {});
  }

  function look(given) {
    const { area: code = "", bounds } = focus = given;
    const mark = (id, value) => id && city.hasTiles && map.setFeatureState({ source: "base", sourceLayer: "area", id }, { chosen: value });
    mark(chosen, false);
    mark(code, true);
    veil(map, given);
    chosen = code;
    const box4 = bounds ? [[bounds[0], bounds[1]], [bounds[2], bounds[3]]] : city.whole;
    wander.rest();
    city.fit(box4, { code, animate: !calm && known.size > 0 && box.dataset.drawn === "yes", duration: 900, maxZoom: 15.5, padding: room(pitch) });
  }

  const wander = drift(map, { calm: calm || !pitch });
  pointer(city);
  take(first, true);
  show(mode);
  tile.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-switch] button");
    if (button) { show(button.value); remember("layer", mode); }
  });
  // points follow messages, with a pause between two loads; on a weak machine the wall's numbers come first
  async function follow() {
    const after = wanted;
    wanted = null;
    try {
      take(await load(after), false);
      pause = Math.max(PAUSE, REST * (await settled(map)));
    } catch { /* the network is away; the next message tries again */ }
    last = performance.now();
    timer = wanted === null ? 0 : setTimeout(follow, pause);
  }
  tile.addEventListener("yiwang:points", ({ detail }) => {
    wanted = detail;
    if (!timer) timer = setTimeout(follow, Math.max(0, pause - (performance.now() - last)));
  });
  onTurn(async () => take(await load(), false));
  let size = "";
  new ResizeObserver(() => {
    const now = `${box.clientWidth}x${box.clientHeight}`;
    if (size && now !== size) map.once("resize", () => look(focus));
    size = now;
  }).observe(box);
}

// degrees; a box that is not wide is filled better by a city seen from higher up
function tilt(box) {
  return Math.round((Number(box.dataset.pitch) || 0) * Math.min(1, Math.max(0.5, box.clientWidth / box.clientHeight / 1.4)));
}

// a tilted map is fitted by its outline and needs little; houses at the back stand higher than their ground
function room(pitch) {
  return pitch ? { top: 44, bottom: 30, left: 12, right: 12 } : { top: 40, bottom: 28, left: 12, right: 12 };
}

document.querySelectorAll("[data-map][data-points]").forEach((box) => open(box).catch((error) => {
  // no WebGL: the table beside the map says the same
  console.warn(`no map: ${error}`);
  box.textContent = box.dataset.noMap;
  box.classList.add("map-frame-empty");
}));
