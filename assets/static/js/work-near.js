// Tasks near me: the list sorted by distance once somebody taps for it (the place is asked for then, never before, and
// stays on this telephone), and the same tasks on the map where there is a network.
import { openMap } from "yiwang/citymap";
import { start } from "yiwang/work-outbox";

const EARTH_M = 6371000, AGE = 60000;
const list = document.querySelector("[data-tasks]"), button = document.querySelector("[data-near]"), said = document.querySelector("[data-near-said]");
const tasks = () => [...document.querySelectorAll("[data-tasks] > [data-lon]")];
let city = null;

function metres(lon, lat, task) {
  const rad = (degrees) => degrees * Math.PI / 180, to = { lon: Number(task.dataset.lon), lat: Number(task.dataset.lat) };
  const a = Math.sin(rad(to.lat - lat) / 2) ** 2 + Math.cos(rad(lat)) * Math.cos(rad(to.lat)) * Math.sin(rad(to.lon - lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a));
}

const spoken = (m) => m < 950 ? `${Math.round(m / 10) * 10} m` : `${(m / 1000).toFixed(m < 9500 ? 1 : 0)} km`;

function sort({ coords: { longitude: lon, latitude: lat } }) {
  button.removeAttribute("aria-busy");
  const far = new Map(tasks().map((task) => [task, metres(lon, lat, task)]));
  for (const [task, m] of far) task.querySelector("[data-distance]").textContent = spoken(m);
  const all = [...list.children].sort((a, b) => (far.get(a) ?? Infinity) - (far.get(b) ?? Infinity));
  list.append(...all);
  said.textContent = button.textContent.trim();
  if (city) {
    const here = Object.assign(document.createElement("div"), { className: "here-pin" });
    new city.maplibre.Marker({ element: here }).setLngLat([lon, lat]).addTo(city.map);
    const nearest = all.filter((task) => far.has(task)).slice(0, 8).map((task) => [Number(task.dataset.lon), Number(task.dataset.lat)]);
    fit([[lon, lat], ...nearest]);
  }
}

function fit(points) {
  const lons = points.map(([lon]) => lon), lats = points.map(([, lat]) => lat);
  city.fit([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { maxZoom: 16, padding: 40 });
}

button?.addEventListener("click", () => {
  if (!navigator.geolocation) { said.textContent = button.dataset.failed; return; }
  said.textContent = button.dataset.asking;
  button.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(sort, () => { button.removeAttribute("aria-busy"); said.textContent = button.dataset.failed; }, { enableHighAccuracy: true, timeout: 15000, maximumAge: AGE });
});

async function draw() {
  const place = document.querySelector("[data-near-map]"), box = place?.querySelector("[data-map]");
  if (!box) return;
  try {
    if (!navigator.onLine) throw new Error("no network");
    city = await openMap(box, { layers: ["base", "buildings", "names"] });
  } catch {
    place.hidden = true; // the list says all of it
    return;
  }
  for (const task of tasks()) {
    const pin = Object.assign(document.createElement("button"), { type: "button", className: `task-pin tone-${task.dataset.tone}`, ariaLabel: task.querySelector(".task-title").textContent.trim() });
    pin.addEventListener("click", () => {
      tasks().forEach((one) => delete one.dataset.chosen);
      task.dataset.chosen = "yes";
      task.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    });
    const holder = document.createElement("div"); // the marker turns its element; the pin has a turn of its own
    holder.append(pin);
    new city.maplibre.Marker({ element: holder, anchor: "bottom" }).setLngLat([Number(task.dataset.lon), Number(task.dataset.lat)]).addTo(city.map);
  }
  const points = tasks().map((task) => [Number(task.dataset.lon), Number(task.dataset.lat)]);
  if (points.length) fit(points);
}

start();
draw();
