// Tables by keyboard: j/k or arrows move the mark, Enter opens the row's first link, x ticks it; "tick all" in the head.
const rows = (table) => [...table.tBodies[0]?.rows ?? []];
const busy = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open], details.menu[open]");

function mark(table, to) {
  const all = rows(table);
  if (!all.length) return;
  const at = all.findIndex((row) => row.dataset.active);
  const next = all[Math.max(0, Math.min(all.length - 1, at + to))];
  if (at >= 0) delete all[at].dataset.active;
  next.dataset.active = "true";
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || busy(event.target)) return;
  const table = event.target.closest("table[data-table], .table-frame")?.querySelector("tbody")?.parentElement
    ?? document.querySelector("main table[data-table][data-keys]");
  if (!table) return;
  const active = table.querySelector("tr[data-active]");
  if (event.key === "j" || event.key === "ArrowDown") mark(table, 1);
  else if (event.key === "k" || event.key === "ArrowUp") mark(table, -1);
  else if (event.key === "Enter" && active && !event.target.closest("a, button")) active.querySelector("a[href]")?.click();
  else if (event.key === "x" && active) active.querySelector("input[type=checkbox]")?.click();
  else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("thead input[type=checkbox]");
  const table = event.target.closest("table[data-table]");
  if (!table) return;
  const ticks = [...table.querySelectorAll("tbody .cell-check input[type=checkbox]")];
  if (all) ticks.forEach((tick) => { tick.checked = all.checked; });
  const n = ticks.filter((tick) => tick.checked).length;
  const head = table.querySelector("thead input[type=checkbox]");
  if (head) { head.checked = n > 0 && n === ticks.length; head.indeterminate = n > 0 && n < ticks.length; }
  table.dispatchEvent(new CustomEvent("yiwang:selection", { bubbles: true, detail: { n } }));
});
