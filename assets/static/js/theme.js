// Display choices kept in cookies, so that the server writes them into the page and nothing flashes:
// theme (auto|light|dark), nav (open|collapsed), density (comfortable|compact). The server is told of theme and density
// by the switch's own form, without leaving the page, and keeps them with the account.
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
  for (const button of document.querySelectorAll("[data-theme-switch] button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

function tell(form, name, value) {
  const body = new FormData(form);
  body.set(name, value);
  fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, keepalive: true }).catch(() => {}); // the cookie holds it
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("[data-theme-switch]") || !button) return;
  event.preventDefault();
  const { name, value } = button;
  if (name === "theme") setTheme(value);
  else {
    document.body.dataset.density = value;
    keep(name, value);
    button.setAttribute("aria-pressed", String(value === "compact"));
    button.value = value === "compact" ? "comfortable" : "compact";
  }
  tell(event.target, name, value);
});

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle-nav]");
  if (!toggle) return;
  const desk = toggle.closest(".desk");
  const next = desk.dataset.nav === "collapsed" ? "open" : "collapsed";
  desk.dataset.nav = next;
  toggle.setAttribute("aria-pressed", String(next === "collapsed"));
  keep("nav", next);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
showTheme();
