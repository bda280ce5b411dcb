// My work by keyboard and beside a pane: the marked row (j, k: yiwang/table) opens in #preview where there is room for
// it, a accepts, x ticks, Escape unticks. Without room a click leads to the event's page as any link does.
import htmx from "htmx";

const REST = 140;
const pane = () => { const box = document.getElementById("preview"); return box?.offsetParent ? box : null; };
const rows = () => [...document.querySelectorAll("#work tr[data-preview]")];
const active = () => document.querySelector("#work tr[data-active]");
let timer = 0, shown = "", at = 0;

function mark(row) {
  active()?.removeAttribute("data-active");
  row.dataset.active = "true";
  show(row);
}

function show(row, wait = 0) {
  at = Math.max(0, rows().indexOf(row));
  const box = pane(), url = row?.dataset.preview;
  if (!box || !url || url === shown) return;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    shown = url;
    box.setAttribute("aria-busy", "true");
    await htmx.ajax("GET", url, { target: "#preview" });
    box.removeAttribute("aria-busy");
    row.classList.remove("is-unread");
    row.querySelector(".new-mark, .changed-mark")?.remove();
  }, wait);
}

function count() {
  const n = document.querySelectorAll("#work tbody .check:checked").length;
  const said = document.querySelector("[data-ticked]");
  if (said) said.textContent = `${said.dataset.ticked} ${n}`;
}

function accept() {
  const button = document.querySelector("#work .batch-accept");
  if (!button) return;
  if (!document.querySelector("#work tbody .check:checked")) {
    const tick = active()?.matches("[data-verbs~=accept]") && active().querySelector(".check");
    if (!tick) return;
    tick.checked = true;
  }
  button.click();
}

const busy = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open], details.menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || busy(event.target)) return;
  if (["j", "k", "ArrowDown", "ArrowUp"].includes(event.key) && active()) show(active(), REST);
  else if (event.key === "a") accept();
  else if (event.key === "Escape") { document.querySelectorAll("#work .check").forEach((tick) => { tick.checked = false; }); count(); }
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#work tr[data-preview]");
  if (!row || !pane() || !event.isTrusted || event.target.closest("input, button, label, summary")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return; // a new tab is still a new tab
  if (event.target.closest("a") && row.dataset.active) return; // the second click opens the whole event
  event.preventDefault();
  mark(row);
});

document.addEventListener("change", (event) => { if (event.target.closest("#work .check")) setTimeout(count); });

// the sentence of a row: ready to be sent or written over, Ctrl+Enter sends it
document.addEventListener("toggle", ({ target }) => { if (target.open && target.matches?.(".say-one")) target.querySelector("textarea").focus(); }, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches(".say-one textarea")) return;
  event.target.closest(".say-one").querySelector("button").click();
});

// a step done in the pane: the list is read again and the row that is now in its place is next
document.body.addEventListener("yiwang:worked", () => {
  document.getElementById("work-live")?.dispatchEvent(new CustomEvent("yiwang:refresh"));
  document.getElementById("work")?.dispatchEvent(new CustomEvent("yiwang:reload"));
});
document.addEventListener("htmx:after:swap", () => {
  const all = rows();
  if (all.length && !active() && shown) all[Math.min(at, all.length - 1)].dataset.active = "true";
  count();
});
count();
