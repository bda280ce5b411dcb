// The operator's entry: suggestions follow the typing, a guess is taken by a click, Ctrl+Enter sends.
const form = document.getElementById("entry");
const suggestions = document.getElementById("suggestions");
const category = form.elements.category;
const SETTLED = 450;
let timer = 0;

function press() {
  suggestions.querySelectorAll("[data-category]").forEach((guess) => guess.setAttribute("aria-pressed", String(guess.dataset.category === category.value)));
}

form.addEventListener("input", (event) => {
  if (!["text", "address", "lon", "lat", "category", "place"].includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(() => suggestions.dispatchEvent(new CustomEvent("yiwang:typed")), SETTLED);
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

suggestions.addEventListener("click", (event) => {
  const guess = event.target.closest("[data-category]");
  if (!guess) return;
  category.value = category.value === guess.dataset.category ? "" : guess.dataset.category;
  press();
});

document.addEventListener("htmx:after:swap", press);
form.elements.text.focus();
if (form.elements.text.value) suggestions.dispatchEvent(new CustomEvent("yiwang:typed"));
