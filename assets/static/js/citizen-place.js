// Where it is: by position, by a pin on the map (fetched only then), by an address with suggestions.
const form = document.querySelector("[data-report]"), words = form.dataset, where = document.querySelector("[data-where]");
const [address, lon, lat] = ["address", "lon", "lat"].map((name) => where.querySelector(`#id_${name}`));
const said = where.querySelector("[role=status]"), box = where.querySelector(".map > div");
let city = null, own = "", pin = null;

const get = async (url, query) => (await fetch(`${url}?${new URLSearchParams({ jurisdiction: words.report, ...query })}`)).json();

// a point chosen; its address is written in unless somebody has written one
async function put(x, y, text = "") {
  [lon.value, lat.value] = [x.toFixed(6), y.toFixed(6)];
  said.textContent = words.found;
  lon.dispatchEvent(new Event("input", { bubbles: true }));
  if (!text) try { text = (await get(words.at, { lon: x, lat: y })).address?.text ?? ""; } catch { /* offline */ }
  if (text && (!address.value || address.value === own)) address.value = own = text;
  if (text) said.textContent = text;
}

where.querySelector("[data-gps]").addEventListener("click", ({ currentTarget: button }) => {
  button.setAttribute("aria-busy", "true");
  const failed = () => { said.textContent = words.failed; button.removeAttribute("aria-busy"); };
  if (!navigator.geolocation) { failed(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    button.removeAttribute("aria-busy");
    put(coords.longitude, coords.latitude);
    city?.map.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 16 });
  }, failed, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
});

const button = where.querySelector("[data-open-map]");
async function showMap(isAsked) {
  box.parentElement.hidden = false;
  if (isAsked) said.textContent = words.pick;
  if (city) return;
  button.setAttribute("aria-busy", "true");
  try {
    const [{ openMap }, { sheets }] = await Promise.all([import("yiwang/citymap"), import("yiwang/citizen-sheets")]);
    await sheets(box);
    city = await openMap(box, { layers: ["base", "names"], padding: 40, controls: true });
    pin = Object.assign(document.createElement("span"), { className: "pin" });
    box.append(pin);
    if (lon.value) city.map.jumpTo({ center: [+lon.value, +lat.value], zoom: 16 });
    let timer = 0;
    city.map.on("moveend", (event) => {
      if (!event.originalEvent) return; // only what a hand did
      clearTimeout(timer);
      timer = setTimeout(() => { const { lng, lat: y } = city.map.getCenter(); put(lng, y); }, 300);
    });
    city.map.on("click", ({ lngLat }) => { city.map.easeTo({ center: lngLat }); put(lngLat.lng, lngLat.lat); });
  } catch {
    box.parentElement.hidden = true;
    if (isAsked) said.textContent = words.failed;
  }
  button.removeAttribute("aria-busy");
}
button.addEventListener("click", () => showMap(true));
if (matchMedia("(min-width: 64rem)").matches) showMap(false); // it stands beside the form there

// suggestions: a list under the field, walked with arrows or tapped
const list = Object.assign(document.createElement("ul"), { className: "suggest", id: "suggest", hidden: true });
list.setAttribute("role", "listbox");
address.after(list);
for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": "suggest" })) address.setAttribute(name, value);
let timer = 0, turn = 0;

function show(places) {
  list.replaceChildren(...places.map((one, n) => {
    const item = Object.assign(document.createElement("li"), { id: `suggest-${n}`, textContent: one.text });
    item.setAttribute("role", "option");
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => {
      address.value = own = one.text;
      show([]);
      if (one.lon !== null) put(one.lon, one.lat, one.text);
    });
    return item;
  }));
  list.hidden = !places.length;
  address.setAttribute("aria-expanded", String(!list.hidden));
  address.removeAttribute("aria-activedescendant");
}

address.addEventListener("input", () => {
  clearTimeout(timer);
  const mine = ++turn, q = address.value.trim();
  if (q.length < 2) { show([]); return; }
  timer = setTimeout(async () => {
    try {
      const { places } = await get(words.suggest, { q });
      if (mine === turn) show(places);
    } catch { /* offline: what is typed counts */ }
  }, 200);
});
address.addEventListener("blur", () => show([]));
address.addEventListener("keydown", (event) => {
  const all = [...list.children], at = all.findIndex((one) => one.ariaSelected === "true");
  if (event.key === "Escape") show([]);
  if (event.isComposing || !all.length) return;
  if (event.key === "Enter" && at >= 0) { event.preventDefault(); all[at].click(); }
  if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  all.forEach((one) => { one.ariaSelected = "false"; });
  const to = all.at((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)) % all.length);
  to.ariaSelected = "true";
  address.setAttribute("aria-activedescendant", to.id);
});
