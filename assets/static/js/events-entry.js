// The hotline's entry: help follows the typing, keys choose from it, matters are added and split; focus stays where it is.
import { keepDraft, restoreDraft } from "yiwang/events-entry-draft";
import { startKeys } from "yiwang/events-entry-keys";
import { showPoint, startMap } from "yiwang/events-entry-map";
import { activate, entry, field, help, isOpen, part, parts, search, told } from "yiwang/events-entry-parts";
import { isReshaping } from "yiwang/events-entry-reshape";

const SETTLED = 280;
const ASKED = ["text", "address", "lon", "lat", "category", "joins"];
const caller = document.getElementById("caller"), knowledge = document.getElementById("knowledge");
let timer = 0, asked = "", phone = "";

function values() {
  const found = Object.fromEntries(ASKED.map((name) => [name, field(name).value]));
  return { ...found, place: entry().elements.place.value };
}

function ask(isSure = false) {
  const now = JSON.stringify(values());
  if (!isSure && now === asked) return;
  asked = now;
  told.setAttribute("hx-vals", now);
  told.dispatchEvent(new CustomEvent("yiwang:typed"));
  if (!search.value) askKnowledge();
}

function askKnowledge() {
  const { text, category, place } = values();
  knowledge.setAttribute("hx-vals", JSON.stringify({ text: text.slice(0, 600), category, place, k: search.value }));
  knowledge.dispatchEvent(new CustomEvent("yiwang:asked"));
}

// the number is looked up when it is complete and once only: every look-up is written down
function askCaller() {
  const digits = entry().elements.reporter_phone.value.replace(/\D/g, "");
  if (!caller || digits.length < 11 || digits === phone) return;
  phone = digits;
  caller.setAttribute("hx-vals", JSON.stringify({ reporter_phone: entry().elements.reporter_phone.value, place: entry().elements.place.value }));
  caller.dispatchEvent(new CustomEvent("yiwang:phone"));
}

function press() {
  const { category, joins } = values();
  help.querySelectorAll("[data-category]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.category === category)));
  help.querySelectorAll("[data-twin]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.twin === joins)));
  parts().forEach((each) => {
    const note = each.querySelector("[data-joins-note]"), number = field("joins", each).value;
    note.hidden = !number;
    note.querySelector("strong").textContent = number;
  });
}

function changed() {
  press();
  showPoint(field("lon").value, field("lat").value);
  keepDraft(entry());
  clearTimeout(timer);
  timer = setTimeout(ask, SETTLED);
}

function open(number, focus = true) {
  activate(number);
  if (focus) field("text").focus();
  ask(true);
  changed();
}

function choose(button) {
  const { category, twin } = button.dataset;
  if (category) {
    field("category").value = field("category").value === category ? "" : category;
    field("category").dispatchEvent(new Event("change", { bubbles: true })); // what is shown of it follows
  }
  if (twin) field("joins").value = field("joins").value === twin ? "" : twin;
  if ("place" in button.dataset) {
    field("lon").value = button.dataset.lon;
    field("lat").value = button.dataset.lat;
    field("element").value = button.dataset.element;
    const isPicked = button === document.activeElement;
    if (isPicked || !field("address").value) field("address").value = button.dataset.text;
    if (isPicked) field("address").focus();
  }
  changed();
}

document.addEventListener("input", (event) => {
  if (event.target === search) { clearTimeout(timer); timer = setTimeout(askKnowledge, SETTLED); return; }
  if (!event.target.closest("#entry")) return;
  if (event.target.name === "reporter_phone") askCaller();
  changed();
});

document.addEventListener("focusin", (event) => {
  const of = event.target.closest("[data-part]");
  if (of && !isOpen(of)) open(of.dataset.part, false);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || isReshaping()) return;
  if (button.matches("[data-digit]")) choose(button);
  if (button.matches("[data-split-now]")) part().querySelector("[data-split]").click();
  if (button.matches("[data-unjoin]")) { field("joins", button.closest("[data-part]")).value = ""; changed(); }
  if (button.matches("[data-clear]")) { keepDraft(null); location.assign(location.pathname); }
});

document.addEventListener("htmx:after:swap", (event) => {
  press();
  if (event.target.closest?.("#suggestions")) document.getElementById("help-said").textContent = told.querySelector("[data-category] .guess-title > span")?.textContent ?? "";
  if (entry().dataset.shown !== "yes") ready();
});

document.addEventListener("yiwang:point", ({ detail: [lon, lat] }) => {
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  changed();
});

// a form that was drawn (anew): go on in the part the server names, its text gets what was typed meanwhile; first of all a
// draft comes back
function ready() {
  const form = entry();
  form.dataset.shown = "yes";
  if (restoreDraft(form)) return;
  form.elements.reporter_phone.value && askCaller();
  if (isReshaping()) { open(form.dataset.open, false); return; }
  open(form.dataset.open, parts().length > 1 || Boolean(field("text").value));
  if ("refused" in form.dataset) form.querySelector("[aria-invalid]")?.focus();
  else if (!field("text").value && parts().length === 1) form.elements.reporter_phone.focus();
}

startKeys(open);
startMap(document.querySelector(".call-map [data-map]"));
ready();
