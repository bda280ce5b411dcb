// Help beside the page: a link with data-help opens the drawer with its text; without this file it leads to its page.
const drawer = document.getElementById("help-drawer");

async function open(url) {
  const body = drawer.querySelector("[data-help-body]");
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) throw new Error(String(answer.status));
  // our own server's page, rendered from our own files with raw HTML switched off
  body.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  if (!drawer.open) drawer.showModal();
  body.querySelector("h2")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-help]");
  if (!link || !drawer || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  link.closest("details.menu")?.removeAttribute("open");
  open(link.href).catch(() => { location.href = link.href; });
});
