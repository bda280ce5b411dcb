// A long <select> that is chosen from by typing: words in Chinese or English, the initials of the pinyin (ldbl: 路灯不亮) or
// the code. The select stays, carries the value and is all there is without this file; <select data-choose> asks for it.
// Own code: tom-select 2.6 weighs 15 kB gzipped and accessible-autocomplete 3.0 19 kB, both without initials or trees (ours: 3).
const FEW = 12, MOST = 200;
let n = 0;

// The first common character of each initial in the order of pinyin; of GB 2312's 3,755 common characters 17 (those with
// two readings) fall elsewhere. A browser without that order finds by words and codes all the same.
const LETTERS = "abcdefghjklmnopqrstwxyz", FIRSTS = [..."阿八擦搭讹发嘎哈讥咖垃妈拿哦趴七然撒他挖夕丫匝"];
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");
const known = new Map();
function initial(one) {
  if (!/\p{Script=Han}/u.test(one)) return /\w/.test(one) ? one.toLowerCase() : "";
  if (!known.has(one)) known.set(one, LETTERS[FIRSTS.findLastIndex((first) => order.compare(first, one) <= 0)] ?? "");
  return known.get(one);
}
export const initials = (text) => [...text].map(initial).join("");

// What can be chosen, in order; an ideographic space before a title is one level of the tree
export function choices(options) {
  const above = [];
  return [...options].map((option) => {
    const depth = option.text.match(/^\u3000*/)[0].length, title = option.text.trim();
    above.length = depth;
    const path = above.filter(Boolean).join(" / ");
    above[depth] = option.value ? title : "";
    return { option, title, depth, path, low: title.toLowerCase(), code: option.value.replace(/\/$/, "").split("/").pop().toLowerCase() };
  });
}

// 0 begins so · 1 holds it, or code or initials begin so · 2 initials hold it · 3 something above it does · -1 no
function rank(one, word) {
  if (one.low.startsWith(word)) return 0;
  one.initials ??= initials(one.title);
  if (one.low.includes(word) || one.code.startsWith(word) || one.initials.startsWith(word)) return 1;
  if (/^[a-z0-9]{2,}$/.test(word) && one.initials.includes(word)) return 2;
  return one.path.toLowerCase().includes(word) ? 3 : -1;
}

export function matching(all, typed) {
  const words = typed.toLowerCase().replace(/'/g, "").split(/\s+/).filter(Boolean); // an input method writes ld'bl
  if (!words.length) return all;
  const ranked = all.filter(({ option }) => option.value).map((one) => [words.map((word) => rank(one, word)), one]);
  return ranked.filter(([ranks]) => !ranks.includes(-1)).sort(([a], [b]) => Math.max(...a) - Math.max(...b)).map(([, one]) => one);
}

const make = (tag, css, more = {}) => Object.assign(document.createElement(tag), { className: css, ...more });
const put = (element, attributes) => { for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value); };

function enhance(select) {
  const id = `choose-${++n}`, words = select.dataset;
  const box = make("div", "choose"), list = make("ul", "choose-list", { id, hidden: true }), said = make("span", "visually-hidden");
  const input = make("input", select.className, { type: "text", autocomplete: "off", spellcheck: false, title: words.choose });
  let found = [], at = -1, all = null, isTyped = false;

  put(input, { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": id, autocapitalize: "none" });
  for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  put(list, { role: "listbox", "aria-label": select.labels?.[0]?.firstChild?.textContent.trim() || select.ariaLabel || words.choose });
  put(said, { role: "status" });
  for (const label of select.labels ?? []) label.htmlFor = input.id = `${id}-input`;
  select.before(box);
  box.append(select, input, list, said);
  select.tabIndex = -1;
  select.ariaHidden = "true";
  select.addEventListener("focus", () => input.focus()); // whoever leads to the select means this

  const sync = () => {
    const chosen = select.selectedOptions[0];
    input.value = chosen?.value ? chosen.text.trim() : "";
    input.placeholder = (select.querySelector('option[value=""]') ?? chosen)?.text.trim() ?? "";
    isTyped = false;
  };
  const point = (to) => {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = found.length ? Math.max(0, Math.min(found.length - 1, to)) : -1;
    const row = list.children[at];
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (row) input.setAttribute("aria-activedescendant", row.id); else input.removeAttribute("aria-activedescendant");
  };
  const row = (one, i) => {
    const item = make("li", "choose-row", { id: `${id}-${i}` }), path = isTyped && one.path;
    put(item, { role: "option", "aria-selected": "false", "data-depth": isTyped ? 0 : one.depth });
    if (one.option.value === select.value) item.dataset.chosen = "yes";
    const from = isTyped ? one.low.indexOf(input.value.trim().toLowerCase()) : -1, end = from + input.value.trim().length;
    const title = make("span", "");
    if (from < 0) title.textContent = one.title;
    else title.append(one.title.slice(0, from), make("mark", "", { textContent: one.title.slice(from, end) }), one.title.slice(end));
    item.append(title, ...path ? [make("span", "faint small", { textContent: path })] : []);
    return item;
  };
  const open = () => {
    all ??= choices(select.options);
    found = matching(all, isTyped ? input.value : "").slice(0, MOST);
    list.replaceChildren(...found.map(row));
    if (!found.length) list.append(make("li", "choose-none faint", { textContent: words.none, role: "presentation" }));
    list.hidden = false;
    const { top, bottom } = input.getBoundingClientRect(), below = innerHeight - bottom; // upwards where there is more room
    box.toggleAttribute("data-up", below < list.offsetHeight && top > below);
    input.setAttribute("aria-expanded", "true");
    said.textContent = found.length ? words.found.replace("%(n)s", found.length) : words.none;
    at = -1;
    point(isTyped ? 0 : found.findIndex(({ option }) => option.value === select.value));
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (value) => {
    const isNew = select.value !== value;
    select.value = value;
    close();
    sync();
    if (isNew) for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  input.addEventListener("input", (event) => { event.stopPropagation(); isTyped = Boolean(input.value.trim()); open(); });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => { if (list.hidden) open(); });
  // left with nothing in it: no choice, where that is one; left with words that were not taken: as before
  input.addEventListener("blur", () => {
    if (!input.value.trim() && select.value && select.querySelector('option[value=""]')) take("");
    close();
    sync();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isOpen = !list.hidden, steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) { if (isOpen) point(at + steps[event.key]); else open(); }
    else if (event.key === "Enter" && isOpen) { if (found[at]) take(found[at].option.value); }
    else if (event.key === "Escape" && isOpen) { close(); sync(); event.stopPropagation(); }
    else { if (event.key === "Tab" && isOpen && isTyped && found[at]) take(found[at].option.value); return; }
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) { take(found[[...list.children].indexOf(item)].option.value); input.select(); }
  });
  select.addEventListener("change", sync); // also when a page sets it: it says so by this event
  select.form?.addEventListener("reset", () => setTimeout(sync));
  addEventListener("pageshow", sync);
  sync();
}

export function enhanceAll(root = document) {
  for (const select of root.querySelectorAll("select[data-choose]")) {
    if (select.options.length > FEW && !select.multiple && !select.parentElement.matches(".choose")) enhance(select);
  }
}

enhanceAll();
document.addEventListener("htmx:after:swap", () => enhanceAll());
