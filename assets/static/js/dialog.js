// Opens <dialog id="x"> by a button with data-opens="x"; closes it by data-closes inside, or by a click on the scrim.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    return;
  }
  if (event.target.closest("[data-closes]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && event.detail) event.target.close(); // detail 0: a key press, not the mouse
  }
});

// after a form was refused, reading starts at the summary of errors
document.querySelector("[data-focus]")?.focus();
