// Small maps of one place: where an event is ([data-event-place] with data-lon, data-lat), or a point to pick in a form
// ([data-picker] inside it; fields lon and lat). The box is drawn by {% city_map %}; without WebGL the facts beside it stay.
import { openMap } from "yiwang/citymap";

const pin = () => Object.assign(document.createElement("span"), { className: "place-mark" });
const isPlace = (lon, lat) => lon !== "" && lat !== "" && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;

// what a page says beside the box counts for the box: older pages name the outlines there
function outlined(box, part) {
  if (part.dataset.outlines && !box.dataset.outlines) box.dataset.outlines = part.dataset.outlines;
  return box;
}

export async function showPlace(box, lon, lat, { zoom = 15 } = {}) {
  const city = await openMap(box, { layers: ["base"], controls: true });
  city.map.jumpTo({ center: [Number(lon), Number(lat)], zoom: city.hasTiles ? zoom : 13.5 });
  new city.maplibre.Marker({ element: pin() }).setLngLat([Number(lon), Number(lat)]).addTo(city.map);
  return city;
}

// click sets the two inputs; typing or a script that changes them (and sends "change" to the form) moves the mark
export async function pickPlace(box, form) {
  const { lon, lat } = form.elements;
  const city = await openMap(box, { layers: ["base"], controls: true });
  const marker = new city.maplibre.Marker({ element: pin() });
  const show = () => {
    if (!isPlace(lon.value, lat.value)) { marker.remove(); return; }
    const at = [Number(lon.value), Number(lat.value)];
    marker.setLngLat(at).addTo(city.map);
    if (!city.map.getBounds().contains(at)) city.map.easeTo({ center: at, zoom: Math.max(14, city.map.getZoom()) });
  };
  city.map.on("click", ({ lngLat }) => {
    lon.value = lngLat.lng.toFixed(6);
    lat.value = lngLat.lat.toFixed(6);
    lat.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  });
  form.addEventListener("change", show);
  show();
  return city;
}

const failed = (box) => () => { box.parentElement.classList.add("map-frame-empty"); };
const facts = document.querySelector("[data-event-place]"), part = document.querySelector("[data-picker]");
if (facts?.dataset.lon) {
  const box = document.querySelector(".event-map [data-map]");
  if (box) showPlace(outlined(box, facts), facts.dataset.lon, facts.dataset.lat).catch(failed(box));
}
if (part) {
  const form = part.closest("form"), box = form.querySelector("[data-map]");
  if (box) pickPlace(outlined(box, part), form).catch(failed(box));
}
