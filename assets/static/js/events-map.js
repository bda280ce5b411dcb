// The desk's map of events: the list's filter as vector tiles (groups made by the server, single events where one can tell
// them apart), heat, the events in sight beside it, a card for what is clicked, and the area under a click as a filter.
import { openMap } from "yiwang/citymap";
import { FONTS } from "yiwang/citystyle";
import { subscribe } from "yiwang/live";
import { colour } from "yiwang/palette";
import "yiwang/place-map";

const PAUSE = 400, FRESH = 6000; // ms: after moving before the list is asked; between two loads after messages
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function layers(host) {
  const of = (token) => colour(token, host);
  const at = { source: "events", "source-layer": "event" }, isGroup = [">", ["get", "n"], 1], isOne = ["==", ["get", "n"], 1];
  const tone = ["match", ["get", "tone"], "danger", of("map-danger"), "warning", of("map-warning"), "success", of("map-success"), of("map-info")];
  const ours = ["case", [">", ["get", "late"], 0], of("map-danger"), [">", ["get", "open"], 0], of("map-info"), of("map-success")];
  const grown = (least, most) => ["interpolate", ["linear"], ["log10", ["get", "n"]], 0.3, least, 4, most];
  return [
    { id: "heat", type: "heatmap", source: "events", "source-layer": "heat", layout: { visibility: "none" }, paint: { "heatmap-weight": ["min", 20, ["sqrt", ["get", "n"]]], "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 9, 14, 13, 34, 16, 60], "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 9, 0.25, 13, 0.7, 16, 1.4], "heatmap-opacity": 0.8,
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0, 0, 0, 0)", 0.15, of("map-heat-1"), 0.4, of("map-heat-2"), 0.65, of("map-heat-3"), 0.85, of("map-heat-4"), 1, of("map-heat-5")] } },
    { id: "groups", type: "circle", ...at, filter: isGroup, paint: { "circle-color": ours, "circle-opacity": 0.9, "circle-radius": grown(12, 30), "circle-stroke-color": of("map-rim"), "circle-stroke-width": 2 } },
    { id: "points", type: "circle", ...at, filter: isOne, paint: { "circle-color": tone, "circle-radius": 7, "circle-stroke-color": of("map-rim"), "circle-stroke-width": 2 } },
    { id: "counts", type: "symbol", ...at, filter: isGroup, layout: { "text-field": ["case", [">=", ["get", "n"], 10000], ["concat", ["to-string", ["round", ["/", ["get", "n"], 1000]]], "k"], ["to-string", ["get", "n"]]], "text-font": FONTS(host), "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true }, paint: { "text-color": "#ffffff" } },
  ];
}

const html = async (url) => { const answer = await fetch(url, { headers: { "HX-Request": "true" } }); return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").body : null; };

// names of the areas under a click, each a link that filters by it
function choices(page, map, point) {
  const found = map.getLayer("areas") ? map.queryRenderedFeatures(point, { layers: ["areas"] }) : [];
  const box = Object.assign(document.createElement("div"), { className: "map-choose" });
  const language = document.documentElement.lang.startsWith("zh") ? "title" : "title_en";
  const options = [...document.querySelectorAll("select[name=area] option")].map((option) => option.value);
  for (const { properties } of found.sort((a, b) => a.properties.level - b.properties.level)) {
    const path = options.find((value) => value.split("/").filter(Boolean).at(-1) === properties.code);
    if (!path) continue;
    const url = new URL(location.href), link = document.createElement("a");
    url.searchParams.set("area", path);
    link.href = url;
    link.textContent = `${page.dataset.wordsOnly}: ${properties[language] ?? properties.title}`;
    box.append(link);
  }
  return box.children.length ? box : null;
}

async function overview(page) {
  const box = page.querySelector("[data-map]"), list = page.querySelector("[data-map-list]"), card = page.querySelector("[data-map-card]"), { dataset } = page;
  const city = await openMap(box, { layers: ["base", "names"], padding: 40, controls: true });
  const { map, maplibre } = city, address = (fresh = "") => [new URL(dataset.tilesUrl + (fresh ? `${dataset.tilesUrl.includes("?") ? "&" : "?"}after=${fresh}` : ""), location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")];
  map.addSource("events", { type: "vector", tiles: address(), minzoom: 0, maxzoom: 17 });
  layers(box).forEach((layer) => map.addLayer(layer, layer.id === "heat" ? city.below : undefined));
  city.onTheme(() => layers(box).forEach(({ id, paint }) => Object.entries(paint).forEach(([name, value]) => map.setPaintProperty(id, name, value))));
  const at = new URL(location.href).searchParams.get("at")?.split(",").map(Number);
  if (at?.length === 2 && at.every(Number.isFinite)) {
    map.jumpTo({ center: at, zoom: 16 });
    new maplibre.Marker({ element: Object.assign(document.createElement("span"), { className: "place-mark" }) }).setLngLat(at).addTo(map);
  } else if (!city.whole) map.jumpTo({ center: [105, 35], zoom: 3 });

  let timer = 0;
  const beside = async () => {
    const url = new URL(dataset.listUrl, location.href);
    url.searchParams.set("bbox", map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(5)).join(","));
    const fresh = await html(url);
    if (fresh) list.replaceChildren(...fresh.childNodes);
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(beside, PAUSE); };
  map.on("moveend", soon);
  beside();

  const tell = async (id) => { const fresh = await html(dataset.cardUrl.replace("/0/", `/${id}/`)); if (fresh) card.replaceChildren(...fresh.childNodes); };
  const said = new maplibre.Popup({ closeButton: false, offset: 8 });
  map.on("click", (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: ["groups", "points"] });
    if (hit?.properties.n > 1) map.easeTo({ center: hit.geometry.coordinates, zoom: Math.min(18, map.getZoom() + 2), animate: !calm });
    else if (hit) tell(hit.properties.id);
    else { const found = choices(page, map, event.point); if (found) said.setLngLat(event.lngLat).setDOMContent(found).addTo(map); }
  });
  map.on("mousemove", (event) => { map.getCanvas().style.cursor = map.queryRenderedFeatures(event.point, { layers: ["groups", "points"] }).length ? "pointer" : ""; });

  // a line under the pointer or the focus is marked on the map
  const mark = new maplibre.Marker({ element: Object.assign(document.createElement("span"), { className: "place-mark" }) });
  const show = (event) => {
    const line = event.target.closest("[data-event]");
    if (line?.dataset.lon) mark.setLngLat([Number(line.dataset.lon), Number(line.dataset.lat)]).addTo(map); else mark.remove();
  };
  list.addEventListener("pointerover", show);
  list.addEventListener("focusin", show);
  list.addEventListener("pointerleave", () => mark.remove());

  page.querySelector("[data-map-layers]").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    page.querySelectorAll("[data-map-layers] button").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    layers(box).forEach(({ id }) => map.setLayoutProperty(id, "visibility", (id === "heat") === (button.value === "heat") ? "visible" : "none"));
  });
  let last = Date.now(), waiting = 0;
  subscribe("event", (message) => {
    if (waiting) return;
    waiting = setTimeout(() => { waiting = 0; last = Date.now(); map.getSource("events").setTiles(address(message?.uid ?? "1")); beside(); }, Math.max(1000, FRESH - (Date.now() - last)));
  });
}

const page = document.querySelector("[data-events-map]");
if (page) overview(page).catch(() => page.querySelector("[data-map]").parentElement.classList.add("map-frame-empty")); // no WebGL: the list says the same
