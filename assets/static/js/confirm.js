// A submit button with data-confirm="question" asks first, in our own dialog; without scripts it simply submits.
const words = document.querySelector("[data-toasts]")?.dataset ?? {}; // pages hand over all texts

export function ask(question, { yes = words.yes, no = words.no, danger = false } = {}) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    const body = Object.assign(document.createElement("div"), { className: "dialog-body", textContent: question, id: "confirm-question" });
    const foot = Object.assign(document.createElement("div"), { className: "dialog-foot" });
    const button = (label, kind, answer) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: `button ${kind}`, textContent: label });
      made.addEventListener("click", () => { dialog.returnValue = answer; dialog.close(answer); });
      foot.append(made);
      return made;
    };
    button(no, "button-secondary", "");
    const sure = button(yes, danger ? "button-danger" : "button-primary", "yes");
    dialog.setAttribute("aria-labelledby", "confirm-question");
    dialog.append(body, foot);
    document.body.append(dialog);
    dialog.addEventListener("close", () => { resolve(dialog.returnValue === "yes"); dialog.remove(); });
    dialog.showModal();
    sure.focus();
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (!button || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(button.dataset.confirm, { danger: button.classList.contains("button-danger"), yes: button.textContent.trim() }))) return;
  button.dataset.confirmed = "yes";
  button.click();
  delete button.dataset.confirmed;
}, true);
