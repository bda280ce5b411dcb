// Display choices kept in cookies, so that the server writes them into the page and nothing flashes:
// theme (auto|light|dark), nav (open|collapsed), density (comfortable|compact).
const year = 31536000;

export function keep(name, value) {
  document.cookie = `${name}=${value};path=/;max-age=${year};samesite=lax`;
}

export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  keep("theme", theme);
  showTheme();
  announce();
}

// charts and maps redraw with the new colours
function announce() {
  document.dispatchEvent(new CustomEvent("yiwang:theme"));
}

function showTheme() {
  const theme = document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button[value]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-switch] button[value]");
  if (theme) setTheme(theme.value);
  const density = event.target.closest("[data-density-switch]");
  if (density) {
    const next = document.body.dataset.density === "compact" ? "comfortable" : "compact";
    document.body.dataset.density = next;
    density.setAttribute("aria-pressed", String(next === "compact"));
    keep("density", next);
  }
  const toggle = event.target.closest("[data-toggle-nav]");
  if (toggle) {
    const desk = toggle.closest(".desk");
    const next = desk.dataset.nav === "collapsed" ? "open" : "collapsed";
    desk.dataset.nav = next;
    toggle.setAttribute("aria-pressed", String(next === "collapsed"));
    keep("nav", next);
  }
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
showTheme();
