// Parts of a page that follow what happens: an element with data-refresh is sent the event "yiwang:refresh" after a live
// message, soon after the first and then at most every few seconds however many come, so that a busy city does not
// keep every desk loading. What the element does with it (htmx: hx-trigger) is the page's.
import { subscribe } from "yiwang/live";

const SOON = 600, PAUSE = 4000;
let timer = 0, last = 0;

function fire() {
  timer = 0;
  last = Date.now();
  document.querySelectorAll("[data-refresh]").forEach((part) => {
    // nobody is interrupted: not while a field inside is being filled in
    if (!part.contains(document.activeElement) || !document.activeElement.matches("textarea, input:not([type=checkbox]), select")) {
      part.dispatchEvent(new CustomEvent("yiwang:refresh"));
    }
  });
}

function later() {
  if (!timer) timer = setTimeout(fire, Math.max(SOON, last + PAUSE - Date.now()));
}

subscribe("event", later);
document.body.addEventListener("live:reconnected", later);
