// The search field in the header: what is found comes up while typing; Ctrl+K or / leads into it, arrows walk the list,
// Enter opens, Escape closes. Without this file it is a form that leads to the page of results.
const WAIT = 160;
const form = document.querySelector("[data-palette]");

function start() {
  const input = form.querySelector("input[type=search]"), list = form.querySelector("[data-palette-list]");
  let timer = 0, turn = 0, shown = "";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id = "palette-list");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));

  const options = () => [...list.querySelectorAll("[role=option]")];
  const mark = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (is) => {
    list.hidden = !is;
    input.setAttribute("aria-expanded", String(is));
    if (!is) input.removeAttribute("aria-activedescendant");
  };

  async function ask() {
    const mine = ++turn, text = input.value.trim();
    if (!text) { shown = ""; list.replaceChildren(); show(false); return; }
    if (text === shown) { show(true); return; }
    try {
      const answer = await fetch(`${form.dataset.palette}?q=${encodeURIComponent(text)}`, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || mine !== turn) return;
      list.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
      shown = text;
      options().forEach((one, n) => { one.id = `palette-${n}`; });
      show(true);
    } catch { /* offline: Enter still leads to the page */ }
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("focus", () => { if (input.value.trim() && document.activeElement === input && shown) show(true); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options(), at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") {
      if (!list.hidden) { event.preventDefault(); show(false); } else input.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!all.length) return;
      event.preventDefault();
      show(true);
      mark(all.at((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)) % all.length));
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      all[at].click();
    }
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) show(false); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && form.checkVisibility()) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}

if (form) start();
