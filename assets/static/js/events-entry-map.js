// The small map beside the hotline's entry: one point, set by a click, dragged, or moved by the arrow keys when focused.
import { openMap } from "yiwang/citymap";

const STEP = 0.0001; // about ten metres; with Shift five times as far
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let city = null, marker = null, wanted = ["", ""];

const tell = (lon, lat) => document.dispatchEvent(new CustomEvent("yiwang:point", { detail: [lon, lat] }));

function mark(box) {
  const element = Object.assign(document.createElement("button"), { type: "button", className: "place-mark", ariaLabel: box.parentElement.ariaLabel });
  element.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || event.altKey) return;
    event.preventDefault();
    const { lng, lat } = marker.getLngLat(), far = STEP * (event.shiftKey ? 5 : 1);
    tell(lng + move[0] * far, lat + move[1] * far);
  });
  const made = new city.maplibre.Marker({ element, draggable: true });
  made.on("dragend", () => { const { lng, lat } = made.getLngLat(); tell(lng, lat); });
  return made;
}

export function showPoint(lon, lat) {
  wanted = [lon, lat];
  if (!city) return;
  const isPlace = lon !== "" && lat !== "" && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  if (!isPlace) { marker.remove(); return; }
  const at = [Number(lon), Number(lat)];
  const before = marker.getLngLat?.();
  marker.setLngLat(at).addTo(city.map);
  if (!before || !city.map.getBounds().contains(at) || city.map.getZoom() < 13) city.map.jumpTo({ center: at, zoom: city.hasTiles ? 15.5 : 13.5 });
}

export async function startMap(box) {
  try {
    city = await openMap(box, { layers: ["base"], controls: true, padding: 16 });
    marker = mark(box);
    city.map.on("click", ({ lngLat }) => tell(lngLat.lng, lngLat.lat));
    showPoint(...wanted);
  } catch {
    box.parentElement.classList.add("map-frame-empty"); // no WebGL: address and numbers do as well
  }
}
