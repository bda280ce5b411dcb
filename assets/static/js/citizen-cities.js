// The choice of a city: on a tap, where the telephone is puts the nearest one first. The position stays on the telephone.
const button = document.querySelector("[data-nearest]"), list = document.querySelector("[data-cities]");

button.addEventListener("click", () => {
  const said = button.parentElement.querySelector("[role=status]"), failed = () => { said.textContent = button.dataset.failed; };
  if (!navigator.geolocation) { failed(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const away = (item) => {
      if (!item.dataset.at) return Infinity;
      const [lon, lat] = item.dataset.at.split(",").map(Number);
      return Math.hypot((lon - coords.longitude) * Math.cos(coords.latitude * Math.PI / 180), lat - coords.latitude);
    };
    const all = [...list.children].sort((one, other) => away(one) - away(other));
    if (away(all[0]) === Infinity) { failed(); return; }
    list.replaceChildren(...all);
    all[0].querySelector("[data-note]").textContent = button.dataset.near;
    all[0].querySelector("a").focus();
  }, failed, { timeout: 15_000, maximumAge: 600_000 });
});
