// The patrol's report: kept on this telephone as it is written, sent once through the outbox. The place is found as on the
// citizens' page (yiwang/citizen-place: position, map, address); a facility's code is read from a photo where the
// browser can (BarcodeDetector), else typed.
import "yiwang/citizen-place";
import { draft, onTakenBack, start, submit } from "yiwang/work-outbox";
import { shots } from "yiwang/work-shots";

const KEY = "report", REST = 400, FIELDS = ["text", "address", "lon", "lat", "category", "facility", "is_settled", "result"];
const form = document.querySelector("[data-patrol]"), said = form.querySelector("[data-draft-said]");
const settled = form.querySelector("[data-settled]"), scan = form.querySelector("[data-scan]");
const photos = shots(form, keep);
let timer = 0, pause = 0, asking = 0;

const field = (name) => form.elements[name];
const read = (name) => { const one = field(name); return one ? one.type === "checkbox" ? one.checked ? "on" : "" : one.value.trim() : ""; };
const values = () => Object.fromEntries(FIELDS.map((name) => [name, read(name)]));

function write(name, value) {
  const one = field(name);
  if (!one) return;
  if (one.type === "checkbox") one.checked = Boolean(value); else one.value = value ?? "";
  one.dispatchEvent(new Event("change", { bubbles: true }));
}

function keep() {
  clearTimeout(timer);
  said.textContent = ""; // said again when it is so
  timer = setTimeout(async () => {
    const written = values(), isWritten = Boolean(photos.all.length || FIELDS.some((name) => written[name]));
    try {
      if (isWritten) await draft.put(KEY, { values: written, photos: photos.all, at: Date.now() });
      else await draft.drop(KEY);
      said.textContent = isWritten ? form.dataset.keptDraft : "";
    } catch {
      said.textContent = document.querySelector("[data-outbox]").dataset.full;
    }
  }, REST);
}

function put(kept) {
  for (const name of FIELDS) write(name, kept.values?.[name]);
  photos.set(kept.photos ?? []);
  keep();
}

const fold = () => { if (settled) settled.hidden = !field("is_settled").checked; };
const press = () => form.querySelectorAll("[data-category]").forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.category === field("category").value)));

async function guess() {
  const mine = ++asking, box = form.querySelector("[data-guesses]"), text = read("text");
  if (text.length < 4 || !navigator.onLine) return;
  const body = new FormData();
  for (const [name, value] of Object.entries({ text, place: form.dataset.report, csrfmiddlewaretoken: field("csrfmiddlewaretoken").value })) body.append(name, value);
  try {
    const { guesses } = await (await fetch(form.dataset.guess, { method: "POST", body })).json();
    if (mine !== asking) return;
    box.replaceChildren(...guesses.map(({ code, title }) => {
      const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: title });
      chip.dataset.category = code;
      return chip;
    }));
    press();
  } catch { /* no network: the server decides when it arrives */ }
}

function complain(words, name) {
  const error = form.querySelector("[data-patrol-error]");
  error.textContent = words;
  error.hidden = !words;
  for (const one of ["text", "address", "result"]) field(one)?.setAttribute("aria-invalid", String(one === name));
  if (name) field(name).focus();
}

function wrong() {
  const now = values(), words = form.dataset;
  if (!now.text && !now.category) return [words.needsWords, "text"];
  if (!now.lon && !now.address && !now.facility) return [words.needsPlace, "address"];
  return now.is_settled && !now.result ? [words.needsResult, "result"] : null;
}

async function send(event) {
  event.preventDefault();
  const found = wrong();
  complain(...found ?? [""]);
  if (found) return;
  clearTimeout(timer);
  const fields = { ...values(), place: form.dataset.report }, chosen = field("category").selectedOptions[0];
  const item = { number: KEY, title: fields.text.slice(0, 24) || chosen.text.trim(), url: form.getAttribute("action"), verb: "sighting", fields, photos: photos.all };
  put({});
  clearTimeout(timer);
  await draft.drop(KEY);
  said.textContent = "";
  await submit(item);
  document.querySelector("[data-outbox]").scrollIntoView({ block: "nearest" });
}

async function readCode(file) {
  const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
  const code = found?.rawValue.replace(/[?#].*$/, "").replace(/\/$/, "").split("/").pop();
  if (!code) { complain(form.dataset.noCode); return; }
  write("facility", code);
  field("facility").closest("details").open = true;
  keep();
}

if ("BarcodeDetector" in window && scan) {
  scan.hidden = false;
  scan.addEventListener("change", ({ target }) => { const [file] = target.files; target.value = ""; if (file) readCode(file).catch(() => complain(form.dataset.noCode)); });
}
form.addEventListener("submit", send);
form.addEventListener("input", (event) => {
  complain("");
  keep();
  if (event.target.name === "text") { clearTimeout(pause); pause = setTimeout(guess, REST); }
});
form.addEventListener("change", () => { fold(); press(); });
form.addEventListener("click", ({ target }) => {
  const chip = target.closest("[data-category]");
  if (chip) { write("category", field("category").value === chip.dataset.category ? "" : chip.dataset.category); keep(); }
});
draft.get(KEY).catch(() => null).then((kept) => { if (kept) put(kept); fold(); press(); });
onTakenBack((item) => { if (item.verb === "sighting") put({ values: item.fields, photos: item.photos }); }); // to be mended
start();
