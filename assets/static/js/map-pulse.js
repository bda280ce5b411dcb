// Rings where something new has come in: they grow three times, then nothing is left. Done by the style sheet on HTML marks,
// so that the map itself is not drawn again; never more than a handful at a time.
const MOST = 10;

export function pulses({ map, maplibre }, calm) {
  let live = 0;
  function ring({ lon, lat, tone }) {
    const element = Object.assign(document.createElement("span"), { className: `map-pulse tone-${tone || "info"}` });
    element.append(document.createElement("i"), document.createElement("i"));
    const marker = new maplibre.Marker({ element, pitchAlignment: "map" }).setLngLat([lon, lat]).addTo(map);
    live += 1;
    setTimeout(() => { marker.remove(); live -= 1; }, 4200);
  }
  return { at: (points) => { if (!calm && !document.hidden) points.slice(0, MOST - live).forEach(ring); } };
}
