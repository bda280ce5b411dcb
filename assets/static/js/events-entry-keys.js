// The keys of the hotline's entry. While the form is drawn anew they wait for it; what answers to the matter shown before
// (categories, places, splitting) is not taken for the next one.
import { entry, field, help, part, parts, search, told } from "yiwang/events-entry-parts";
import { isReshaping, later } from "yiwang/events-entry-reshape";

const STALE = new Set(["KeyS"]);

// from the place typed down to the places meant and back; true when the arrow had somewhere to go
function walk(from, down) {
  const isField = from === field("address"), all = [...told.querySelectorAll("[data-place]")], at = all.indexOf(from);
  if (!isField && at < 0) return false;
  const next = down ? all[at + 1] : all[at - 1] ?? (isField ? null : field("address"));
  next?.focus();
  return Boolean(next);
}

export function startKeys(open) {
  const keys = {
    KeyN: () => entry().querySelector("[data-add]")?.click(),
    KeyS: () => told.querySelector("[data-split-now]")?.click(),
    KeyX: () => part().querySelector("[data-remove]")?.click(),
    KeyT: () => field("text").focus(),
    KeyK: () => search.focus(),
    KeyH: () => document.querySelector("[data-opens='entry-keys']").click(),
    KeyM: () => (document.querySelector(".place-mark") ?? document.querySelector(".call-map [data-map] canvas"))?.focus(),
    ArrowUp: () => open((parts()[parts().indexOf(part()) - 1] ?? part()).dataset.part),
    ArrowDown: () => open((parts()[parts().indexOf(part()) + 1] ?? part()).dataset.part),
  };
  const does = (act) => isReshaping() ? later(act) : act();

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); does(() => entry().querySelector(".call-actions .button-primary").click()); return; }
    // a call is saved on purpose only: by the button or Ctrl+Enter, not by Enter in a line
    if (event.key === "Enter" && event.target.matches?.("#entry input, #entry select")) { event.preventDefault(); return; }
    if (!event.altKey && !event.ctrlKey && !event.metaKey && /^Arrow(Up|Down)$/.test(event.key) && walk(event.target, event.key === "ArrowDown")) { event.preventDefault(); return; }
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const digit = event.code.match(/^(?:Digit|Numpad)([1-9])$/)?.[1];
    const act = digit ? () => help.querySelector(`[data-digit="${digit}"]`)?.click() : keys[event.code];
    if (!act) return;
    event.preventDefault();
    if (isReshaping() && (digit || STALE.has(event.code))) return;
    does(act);
  });
}
