// The wall's entry: clock, full screen, live values that count up, htmx. No menus: nobody stands before it with a mouse.
import "yiwang/live";
import "yiwang/chart";
import "yiwang/dialog";
import "yiwang/help";
import "htmx";

const language = document.documentElement.lang;
const timeZone = document.querySelector("[data-wall-zone]")?.dataset.wallZone || undefined; // the city's, wherever the wall stands
const show = (selector, text) => document.querySelectorAll(selector).forEach((element) => { element.textContent = text; });

function tick() {
  const at = new Date();
  show("[data-wall-time]", at.toLocaleTimeString(language, { hour12: false, timeZone }));
  show("[data-wall-date]", at.toLocaleDateString(language, { year: "numeric", month: "long", day: "numeric", weekday: "short", timeZone }));
  setTimeout(tick, 1000 - at.getMilliseconds());
}
tick();

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fullscreen]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});

// setValue("open-events", 128): the number rolls to its new value
export function setValue(name, value) {
  for (const element of document.querySelectorAll(`[data-live-value="${CSS.escape(name)}"]`)) {
    const from = Number(element.textContent.replace(/[^\d.-]/g, "")) || 0;
    if (from === value) continue;
    const start = performance.now();
    const step = (at) => {
      const share = Math.min(1, (at - start) / 600);
      const eased = 1 - (1 - share) ** 3;
      element.textContent = Math.round(from + (value - from) * eased).toLocaleString(language);
      if (share < 1) requestAnimationFrame(step);
    };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) element.textContent = value.toLocaleString(language);
    else requestAnimationFrame(step);
  }
}
