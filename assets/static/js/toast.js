// A short word that goes away by itself: toast("Saved"), toast("Not sent", { tone: "danger", stays: true }).
export function toast(text, { tone = "success", stays = false, seconds = 5 } = {}) {
  const region = document.querySelector("[data-toasts]");
  if (!region) return;
  const box = Object.assign(document.createElement("div"), { className: `toast tone-${tone}` });
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: region.dataset.close });
  close.addEventListener("click", () => box.remove());
  box.append(close);
  region.append(box);
  while (region.children.length > 4) region.firstChild.remove();
  if (!stays) setTimeout(() => box.remove(), seconds * 1000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toast]");
  if (button) toast(button.dataset.toast, { tone: button.dataset.tone ?? "success" });
});
