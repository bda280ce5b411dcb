// Events on a board's map: sources and layers for clusters (red where one inside is overdue), points by tone, and heat.
import { FONTS, REM } from "yiwang/citystyle";
import { colour } from "yiwang/palette";

const EMPTY = { type: "FeatureCollection", features: [] };

export const pointFeatures = (points) => ({
  type: "FeatureCollection",
  features: points.map(({ lon, lat, ...properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } })),
});

export function eventSources() {
  const n = (tone) => ["+", ["case", ["==", ["get", "tone"], tone], 1, 0]];
  return { events: { type: "geojson", data: EMPTY, cluster: true, clusterRadius: Math.round(44 * REM()), clusterMaxZoom: 15, clusterProperties: { danger: n("danger"), warning: n("warning") } }, heat: { type: "geojson", data: EMPTY } };
}

// few events glow as clearly as many: heat is relative to how much there is
export const heatOf = (n) => ["interpolate", ["linear"], ["zoom"], ...[9, 0.6, 12, 1.1, 15, 1.8].map((value, i) => (i % 2 ? value * Math.min(2, Math.max(0.25, (120 / Math.max(1, n)) ** 0.5)) : value))];

export function eventLayers(host) {
  const of = (token) => colour(token, host);
  const tone = ["match", ["get", "tone"], "danger", of("map-danger"), "warning", of("map-warning"), of("map-info")];
  // the worst inside a cluster decides its colour
  const ours = ["case", [">", ["get", "danger"], 0], of("map-danger"), [">", ["get", "warning"], 0], of("map-warning"), of("map-info")], rem = REM();
  const grown = (least, most) => ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, least * rem, 2.2, most * rem];
  const isCluster = ["has", "point_count"], isPoint = ["!", ["has", "point_count"]];
  const by = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops.map((n, i) => (i % 2 ? n * rem : n))];
  const flat = { "circle-pitch-alignment": "map", "circle-pitch-scale": "viewport" };
  return [
    { id: "heat", type: "heatmap", source: "heat", paint: {
      "heatmap-weight": ["match", ["get", "tone"], "danger", 1, "warning", 0.8, 0.6], "heatmap-radius": by(9, 16, 12, 46, 15, 110), "heatmap-intensity": heatOf(100), "heatmap-opacity": 0.85,
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0, 0, 0, 0)", 0.12, of("map-heat-1"), 0.3, of("map-heat-2"), 0.5, of("map-heat-3"), 0.72, of("map-heat-4"), 0.95, of("map-heat-5")] } },
    { id: "cluster-halo", type: "circle", source: "events", filter: isCluster, paint: { "circle-color": ours, "circle-radius": grown(15, 26), "circle-blur": 0.8, "circle-opacity": 0.34, ...flat } },
    { id: "clusters", type: "circle", source: "events", filter: isCluster, paint: { "circle-color": of("map-mark"), "circle-radius": grown(10, 16), "circle-opacity": 0.88, "circle-stroke-color": ours, "circle-stroke-width": 2.5 * rem, "circle-stroke-opacity": 1 } },
    { id: "points-halo", type: "circle", source: "events", filter: isPoint, paint: { "circle-color": tone, "circle-radius": by(9, 9, 14, 18), "circle-blur": 1, "circle-opacity": 0.5, ...flat } },
    { id: "points", type: "circle", source: "events", filter: isPoint, paint: { "circle-color": tone, "circle-radius": by(9, 3, 14, 6), "circle-stroke-color": of("map-rim"), "circle-stroke-width": 1, "circle-stroke-opacity": 0.85 } },
    { id: "cluster-counts", type: "symbol", source: "events", filter: isCluster, layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONTS(host), "text-size": grown(11, 13.5), "text-allow-overlap": true, "text-padding": 9 * rem }, paint: { "text-color": of("map-count") } },
  ];
}
