// Forms with branches: fields that are not asked for the answers so far are folded away; the server decides (data-form-branches).
// Points: a button fills in where the device is. Without this file every field is shown and the server drops what is not asked.
const WAIT = 250;

function fold(fields, shown) {
  fields.querySelectorAll("[data-part]").forEach((part) => { part.hidden = !shown.includes(part.dataset.part); });
}

function watch(fields) {
  const form = fields.closest("form");
  let timer = 0, turn = 0;
  const ask = async () => {
    const mine = ++turn, data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(fields.dataset.formBranches, { method: "POST", body: data });
      if (answer.ok && mine === turn) fold(fields, (await answer.json()).shown);
    } catch { /* offline: everything stays as it is, the server checks in the end */ }
  };
  fold(fields, [...fields.querySelectorAll("[data-part]:not([data-folded])")].map((part) => part.dataset.part));
  fields.addEventListener("input", (event) => {
    if (!event.target.closest("[data-deciding]")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

function locate(input) {
  if (!navigator.geolocation || input.dataset.locating) return;
  input.dataset.locating = "yes";
  const label = input.closest("[data-locate]")?.dataset.locate;
  if (!label) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: label });
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    input.value = `${coords.longitude.toFixed(6)}, ${coords.latitude.toFixed(6)}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, () => input.focus()));
  input.after(button);
}

document.querySelectorAll("[data-form-branches]").forEach(watch);
document.querySelectorAll("[data-map-point]").forEach(locate);
