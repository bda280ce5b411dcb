// Keys: an element with data-key="x" is focused (field) or pressed (link, button) when x is typed outside a field.
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
});
