// Which part of the city a board is turned to. Links and map say it with turnTo(code); it stands in the address
// (?area=…), so that a view can be kept, sent and gone back to. Who shows figures listens to onTurn.
const listeners = new Set();
export const area = () => new URL(location.href).searchParams.get("area") ?? "";
export const withArea = (query = "") => (area() ? `${query}${query ? "&" : ""}area=${encodeURIComponent(area())}` : query);
export const onTurn = (listener) => listeners.add(listener);

// one choice of the page in its address, without a new entry in the history
export function remember(name, value) {
  const url = new URL(location.href);
  if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
}

export function turnTo(code) {
  if (code === area()) return;
  const url = new URL(location.href);
  if (code) url.searchParams.set("area", code); else url.searchParams.delete("area");
  history.pushState(null, "", url);
  listeners.forEach((listener) => listener(code));
}

addEventListener("popstate", () => listeners.forEach((listener) => listener(area())));

// links carry data-area beside their address; without scripts the address does
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-area]");
  if (!link || !link.closest("[data-board], [data-where]") || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  turnTo(link.dataset.area);
});
// Escape goes one step back up
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !area() || document.querySelector("dialog[open], details[open]")) return;
  const way = [...document.querySelectorAll("[data-where] a[data-area]")];
  turnTo(way.at(-1)?.dataset.area ?? "");
});
