// While the server draws the form anew (another matter, split, removed) the form takes no keys: a field beside it catches
// what is typed, also what an input method is still composing, and the matter that is open then gets it. Keys wait.
import { entry, field } from "yiwang/events-entry-parts";

const catcher = document.getElementById("meanwhile");
const waiting = []; // what was typed before a key, and what the key does
let button = null, isDrawn = false, isComposing = false;

export const isReshaping = () => button !== null;
export const later = (act) => waiting.push([taken(), act]);

function taken() {
  const text = catcher.value;
  catcher.value = "";
  return text;
}

function give(text) {
  const to = field("text"), end = to.value.length;
  to.focus();
  to.setSelectionRange(end, end);
  if (!text) return;
  to.setRangeText(text, end, end, "end");
  to.dispatchEvent(new Event("input", { bubbles: true }));
}

// the form is there, drawn anew or (when the server did not answer) as it was; a word half composed is waited for
function goOn() {
  if (!isDrawn || isComposing) return;
  button = null;
  isDrawn = false;
  entry().inert = false;
  while (!button) {
    const [text, act] = waiting.shift() ?? [taken(), null];
    give(text);
    if (!act) break;
    act();
  }
  catcher.hidden = !button;
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("#entry [hx-post]");
  if (!pressed) return;
  if (button) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  button = pressed;
  catcher.hidden = false;
  catcher.focus();
  entry().inert = true;
}, true);

// an answer without the form (signed out meanwhile, a fault) takes the place of nothing
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (button && ctx.sourceElement === button && !ctx.text.includes('id="entry"')) event.preventDefault();
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!button || (ctx.sourceElement !== button && button.isConnected)) return;
  isDrawn = true;
  goOn();
});

catcher.addEventListener("compositionstart", () => { isComposing = true; });
catcher.addEventListener("compositionend", () => { isComposing = false; setTimeout(goOn); });
catcher.addEventListener("keydown", (event) => { if (event.key === "Tab") event.preventDefault(); });
