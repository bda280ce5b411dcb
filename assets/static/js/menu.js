// <details class="menu">: closes on a click elsewhere, on Escape (focus back to its button) and when another opens;
// arrow keys walk its items.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (event.key === "Escape") {
    for (const each of open()) {
      each.open = false;
      if (each === menu) each.querySelector("summary").focus();
    }
    return;
  }
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  if (!items.length) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  items.at(to % items.length).focus();
});
