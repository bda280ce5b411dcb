// The receipt: copy the code, print the page; the draft of what has arrived is not needed any more.
document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.querySelector("[data-copy]")?.addEventListener("click", async ({ currentTarget: button }) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("span").textContent = button.parentElement.dataset.copied;
  } catch {
    getSelection().selectAllChildren(document.querySelector(".done-code")); // ready for the person's own "copy"
  }
});
try {
  if (sessionStorage.sent) localStorage.removeItem(sessionStorage.sent);
  sessionStorage.removeItem("sent");
} catch { /* private mode */ }
