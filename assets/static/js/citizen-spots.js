// The public map: circles as large as the number of matters, in squares and by street; a tap says the number.
import { openMap } from "yiwang/citymap";
import { colour } from "yiwang/palette";
import { sheets } from "yiwang/citizen-sheets";

async function show(box) {
  // beside the list it is shown only where there is room for it
  if (!box.offsetParent) await new Promise((done) => { matchMedia("(min-width: 64rem)").addEventListener("change", () => done(), { once: true }); });
  await sheets(box);
  const [city, answer] = await Promise.all([openMap(box, { layers: ["base", "names"], padding: 40, controls: true }), fetch(box.dataset.spots)]);
  const spots = await answer.json();
  const most = Math.max(1, ...spots.features.map((one) => one.properties.n));
  const paint = () => ({
    "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 0, 4, Math.sqrt(most), 26],
    "circle-color": ["match", ["get", "kind"], "area", colour("data-3"), colour("data-1")],
    "circle-opacity": 0.55, "circle-stroke-width": 1.5, "circle-stroke-color": ["match", ["get", "kind"], "area", colour("data-3"), colour("data-1")],
  });
  city.map.addSource("spots", { type: "geojson", data: spots });
  city.map.addLayer({ id: "spots", type: "circle", source: "spots", paint: paint() }, city.below);
  city.onTheme(() => Object.entries(paint()).forEach(([name, value]) => city.map.setPaintProperty("spots", name, value)));
  city.map.on("click", "spots", ({ features: [one], lngLat }) => {
    const { n, title } = one.properties;
    new city.maplibre.Popup({ closeButton: false }).setLngLat(lngLat).setText([title, `${n} ${box.dataset.matters}`].filter(Boolean).join(" · ")).addTo(city.map);
  });
  box.dataset.ready = "yes";
}

// a browser that cannot draw it: the list and the table say the same
const box = document.querySelector("[data-spots]");
show(box).catch(() => { (box.closest("aside") ?? box.parentElement).hidden = true; });
