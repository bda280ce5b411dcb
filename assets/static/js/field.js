// Fields: characters left under a text area, previews of chosen files, filters that apply themselves, no double submit.
function count(note) {
  const area = document.getElementById(note.dataset.countFor);
  const limit = Number(note.dataset.limit);
  const show = () => {
    const length = [...area.value].length; // characters as people count them, not UTF-16 units
    note.textContent = `${length} / ${limit}`;
    note.dataset.over = String(length > limit);
  };
  area.addEventListener("input", show);
  show();
}

function previews(input) {
  const names = input.closest(".field")?.querySelector("[data-upload-names]");
  const drop = input.closest(".upload");
  for (const kind of ["dragenter", "dragover"]) drop?.addEventListener(kind, () => { drop.dataset.over = "true"; });
  for (const kind of ["dragleave", "drop"]) drop?.addEventListener(kind, () => { drop.dataset.over = "false"; });
  input.addEventListener("change", () => {
    names?.replaceChildren(...[...input.files].map((file) => {
      if (!file.type.startsWith("image/")) return Object.assign(document.createElement("span"), { className: "tag", textContent: file.name });
      const image = Object.assign(document.createElement("img"), { alt: file.name, src: URL.createObjectURL(file) });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
      return image;
    }));
  });
}

export function enhance(root) {
  root.querySelectorAll("[data-count-for]:not([data-on])").forEach((note) => { note.dataset.on = "yes"; count(note); });
  root.querySelectorAll("input[data-upload]:not([data-on])").forEach((input) => { input.dataset.on = "yes"; previews(input); });
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
// coming back by the browser's history the form may be sent again
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}));

enhance(document);
document.addEventListener("htmx:after:swap", () => enhance(document));
