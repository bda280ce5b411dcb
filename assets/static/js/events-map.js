// Maps of events: all of a list's filter as clusters, the place of one event, or a point to pick in the entry form.
// Nothing is fetched but our own outlines and points; numbers on clusters are HTML, so no font is needed.
import { colour } from "yiwang/palette";

const EMPTY = { type: "FeatureCollection", features: [] };
const OVER = ["in", ["get", "status"], ["literal", ["closed", "rejected", "merged"]]];
const ROOM = { padding: 40, animate: false };
const json = async (url) => { const answer = await fetch(url, { headers: { Accept: "application/json" } }); return answer.ok ? answer.json() : EMPTY; };

function bounds(collection) {
  const box = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] !== "number") part.forEach(walk);
    else { box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]); box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]); }
  };
  collection.features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return box[0] > box[2] ? null : [[box[0], box[1]], [box[2], box[3]]];
}

function paint(host) {
  const of = (token) => colour(token, host);
  const tone = ["case", ["get", "overdue"], of("danger-solid"), OVER, of("success-solid"), ["!=", ["get", "urgency"], "normal"], of("warning-solid"), of("accent")];
  return {
    ground: { "fill-color": of("surface"), "fill-opacity": 0.9 },
    edges: { "line-color": of("line-strong"), "line-width": 1 },
    points: { "circle-color": tone, "circle-radius": 7, "circle-stroke-width": 2, "circle-stroke-color": of("surface-raised") },
  };
}

async function base(box, outlinesUrl, label) {
  const maplibre = await import("maplibre");
  const outlines = outlinesUrl ? await json(outlinesUrl) : EMPTY;
  const style = paint(box);
  const map = new maplibre.Map({
    container: box, attributionControl: false, fadeDuration: 0, dragRotate: false, pitchWithRotate: false, locale: { "Map.Title": label },
    style: { version: 8, sources: { grids: { type: "geojson", data: outlines } }, layers: [{ id: "ground", type: "fill", source: "grids", paint: style.ground }, { id: "edges", type: "line", source: "grids", paint: style.edges }] },
  });
  const whole = bounds(outlines);
  if (whole) map.fitBounds(whole, ROOM);
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-left");
  document.addEventListener("yiwang:theme", () => Object.entries(paint(box)).forEach(([layer, values]) => map.getLayer(layer) && Object.entries(values).forEach(([name, value]) => map.setPaintProperty(layer, name, value))));
  map.on("idle", () => { box.dataset.drawn = "yes"; });
  await new Promise((done) => { map.once("load", done); });
  return { maplibre, map, hasOutlines: Boolean(whole) };
}

// circles with their number over each cluster; red when one inside is overdue, green when all are over
function clusters(maplibre, map) {
  const shown = new Map();
  return () => {
    const kept = new Set();
    for (const { properties: { cluster_id: id, point_count: n, late, open }, geometry } of map.querySourceFeatures("points", { filter: ["has", "point_count"] })) {
      kept.add(id);
      if (shown.has(id)) continue;
      const mark = Object.assign(document.createElement("button"), { type: "button", className: "cluster", textContent: n > 999 ? `${Math.round(n / 100) / 10}k` : n });
      mark.style.setProperty("--cluster", `${2 + Math.min(1.75, Math.log10(n) * 0.7)}rem`);
      mark.dataset.look = late ? "late" : open ? "open" : "over";
      mark.addEventListener("click", async () => map.easeTo({ center: geometry.coordinates, zoom: await map.getSource("points").getClusterExpansionZoom(id) }));
      shown.set(id, new maplibre.Marker({ element: mark }).setLngLat(geometry.coordinates).addTo(map));
    }
    shown.forEach((marker, id) => { if (!kept.has(id)) { marker.remove(); shown.delete(id); } });
  };
}

async function overview(page) {
  const box = page.querySelector("[data-map]"), { dataset } = page;
  const { maplibre, map, hasOutlines } = await base(box, dataset.outlines, dataset.wordsTitle);
  const count = page.querySelector("[data-map-count]"), aside = page.querySelector("[data-map-card]");
  const url = new URL(dataset.pointsUrl, location.href);
  const load = async () => {
    const found = await json(url);
    count.textContent = found.features.length ? (found.is_cut ? dataset.wordsCut : dataset.wordsCount).replace("{n}", found.features.length.toLocaleString()) : dataset.wordsNone;
    return found;
  };
  const first = await load();
  map.addSource("points", { type: "geojson", data: first, cluster: true, clusterRadius: 46, clusterMaxZoom: 15, clusterProperties: { late: ["+", ["case", ["get", "overdue"], 1, 0]], open: ["+", ["case", OVER, 0, 1]] } });
  map.addLayer({ id: "points", type: "circle", source: "points", filter: ["!", ["has", "point_count"]], paint: paint(box).points });
  const around = bounds(first);
  if (!hasOutlines && around) map.fitBounds(around, { ...ROOM, maxZoom: 16 });
  const drawClusters = clusters(maplibre, map);
  map.on("render", () => map.isSourceLoaded("points") && drawClusters());
  map.on("click", "points", async (event) => {
    const answer = await fetch(dataset.cardUrl.replace("/0/", `/${event.features[0].properties.id}/`), { headers: { "HX-Request": "true" } });
    if (answer.ok) aside.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  });
  map.on("mouseenter", "points", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "points", () => { map.getCanvas().style.cursor = ""; });
  if (first.is_cut) {
    map.on("moveend", async () => {
      url.searchParams.set("bbox", map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(5)).join(","));
      map.getSource("points").setData(await load());
    });
  }
}

const pin = () => Object.assign(document.createElement("span"), { className: "place-mark" });

async function single(facts) {
  const box = document.querySelector(".event-map [data-map]");
  const { lon, lat, outlines } = facts.dataset;
  const { maplibre, map } = await base(box, outlines, box.parentElement.ariaLabel);
  map.jumpTo({ center: [Number(lon), Number(lat)], zoom: 13.5 });
  new maplibre.Marker({ element: pin() }).setLngLat([Number(lon), Number(lat)]).addTo(map);
}

async function picker(part) {
  const form = part.closest("form"), box = form.querySelector("[data-map]");
  const { lon, lat } = form.elements;
  const { maplibre, map } = await base(box, part.dataset.outlines, box.parentElement.ariaLabel);
  const marker = new maplibre.Marker({ element: pin() });
  const show = () => {
    if (lon.value && lat.value && Math.abs(lat.value) <= 90 && Math.abs(lon.value) <= 180) marker.setLngLat([Number(lon.value), Number(lat.value)]).addTo(map);
    else marker.remove();
  };
  map.on("click", ({ lngLat }) => {
    lon.value = lngLat.lng.toFixed(6);
    lat.value = lngLat.lat.toFixed(6);
    lat.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  });
  form.addEventListener("change", show);
  show();
}

const failed = (box) => () => { box.classList.add("map-frame-empty"); }; // no WebGL: the facts beside it say where
const page = document.querySelector("[data-events-map]"), facts = document.querySelector("[data-event-place]"), part = document.querySelector("[data-picker]");
if (page) overview(page).catch(failed(page));
if (facts?.dataset.lon) single(facts).catch(failed(facts));
if (part) picker(part).catch(failed(part));
