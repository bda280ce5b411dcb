// One task on the street: what is typed and photographed is kept on this telephone at once, and sending goes through the
// outbox, so that a bad network loses nothing and doubles nothing.
import { draft, onSent, start, submit } from "yiwang/work-outbox";
import { shots } from "yiwang/work-shots";

const REST = 400;
const form = document.querySelector("[data-task-form]");
const photos = form && shots(form, keep);
let timer = 0;

const text = () => form.elements.text?.value.trim() ?? "";

function keep() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const said = form.querySelector("[data-draft-said]"), isWritten = Boolean(text() || photos.all.length);
    try {
      if (isWritten) await draft.put(form.dataset.number, { text: form.elements.text?.value ?? "", photos: photos.all, at: Date.now() });
      else await draft.drop(form.dataset.number);
      if (said) said.textContent = isWritten ? form.dataset.keptDraft : "";
    } catch {
      if (said) said.textContent = document.querySelector("[data-outbox]").dataset.full;
    }
  }, REST);
}

async function restore() {
  const kept = await draft.get(form.dataset.number).catch(() => null);
  if (!kept) return;
  if (form.elements.text && !form.elements.text.value) form.elements.text.value = kept.text;
  photos.set(kept.photos ?? []);
  keep();
}

function complain(words) {
  const error = form.querySelector("[data-task-error]");
  error.textContent = words;
  error.hidden = !words;
  form.elements.text.ariaInvalid = String(Boolean(words));
  if (words) form.elements.text.focus();
}

async function send(event) {
  event.preventDefault();
  const verb = event.submitter?.value ?? "handle";
  if (verb === "handle" && !text()) { complain(form.dataset.needsWords); return; }
  const own = verb !== "accept";
  const item = { number: form.dataset.number, title: form.dataset.title, url: form.getAttribute("action"), verb, text: own ? text() : "", photos: own ? photos.all : [] };
  clearTimeout(timer);
  if (own) {
    photos.set([]);
    form.elements.text.value = "";
    form.querySelectorAll("[data-draft-said]").forEach((said) => { said.textContent = ""; });
    await draft.drop(form.dataset.number);
  }
  if (verb !== "note") form.querySelectorAll(`button[value=${verb}]`).forEach((button) => { button.disabled = true; });
  await submit(item);
  document.querySelector("[data-outbox]").scrollIntoView({ block: "nearest" });
}

if (form) {
  form.addEventListener("submit", send);
  form.addEventListener("input", (event) => { if (event.target.name === "text") { complain(""); keep(); } });
  restore();
}
// what was sent from here is shown as the page then is
onSent((item) => { if (item.number === form?.dataset.number) setTimeout(() => location.reload(), 1500); });
start();
