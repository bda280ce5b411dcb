// A draft of the hotline's entry, kept in this tab only (sessionStorage) until the call is saved, so that a reload loses
// nothing. More than one matter is drawn by the server again: the values are put into its form, which sends them.
const PREFIX = "yiwang.call.";
const UNKEPT = new Set(["csrfmiddlewaretoken", "do", "submission", "place"]);
let isRestored = false;

export const forgetDrafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));

export function keepDraft(form) {
  if (!form) { forgetDrafts(); return; }
  const values = [...new FormData(form)].filter(([name, value]) => !UNKEPT.has(name) && typeof value === "string");
  const isEmpty = values.every(([name, value]) => !value || name === "source" || name === "parts");
  try {
    if (isEmpty) sessionStorage.removeItem(PREFIX + form.dataset.draft);
    else sessionStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ open: document.activeElement?.closest("[data-part]")?.dataset.part, submission: form.elements.submission.value, values }));
  } catch { /* a full or forbidden store: the form works without */ }
}

// true when the form is drawn anew with the draft in it; a form that the server drew from what was sent is newer than any
export function restoreDraft(form) {
  if (isRestored || !("fresh" in form.dataset)) { isRestored = true; return false; }
  isRestored = true;
  let draft = null;
  try { draft = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.draft)); } catch { return false; }
  if (!draft?.values) return false;
  form.elements.submission.value = draft.submission;
  for (const [name, value] of draft.values) {
    if (form.elements[name]) {
      form.elements[name].value = value;
      form.elements[name].dispatchEvent(new Event("change", { bubbles: true }));
    }
    else form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  if (form.querySelectorAll("[data-part]").length === 1 && form.elements.parts.value === "1") return false;
  form.querySelector("[data-draw]").click();
  return true;
}
