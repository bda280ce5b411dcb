// The report form: photos made smaller before they travel, a draft kept on this telephone, and, while somebody writes,
// the likely kind and open reports like it. Without this file the form does the same job with a few more words.
const SIDE = 2000, LARGE = 1_000_000; // pixels of the longer side; bytes from which a photo is made smaller
const form = document.querySelector("[data-report]"), words = form.dataset, $ = (name) => form.querySelector(`#id_${name}`);

async function smaller(file) {
  if (file.size < LARGE || !file.type.startsWith("image/")) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // the server judges it
  }
}

const thumbs = document.querySelector("[data-thumbs]"), inputs = [...document.querySelectorAll(".pick input")];
for (const input of inputs) {
  input.addEventListener("change", async () => {
    const held = new DataTransfer();
    for (const file of input.files) held.items.add(await smaller(file));
    input.files = held.files;
    thumbs.replaceChildren(...inputs.flatMap((one) => [...one.files]).map((file) => {
      const image = Object.assign(document.createElement("img"), { className: "thumb", alt: file.name, src: URL.createObjectURL(file) });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
      return image;
    }));
  });
}

// the draft: what and where, never who
const key = `draft:${words.report}`, KEPT = ["text", "address", "lon", "lat", "area", "category"];
const store = { get: () => { try { return JSON.parse(localStorage[key] ?? "null"); } catch { return null; } }, set: (value) => { try { value ? localStorage[key] = JSON.stringify(value) : localStorage.removeItem(key); } catch { /* private mode */ } } };
const draft = store.get();
if (draft?.text && !$("text").value && !$("facility").value) {
  for (const name of KEPT) if (draft[name]) $(name).value = draft[name];
  const note = Object.assign(document.createElement("p"), { className: "small muted", textContent: `${words.draft} ` });
  const fresh = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: words.fresh });
  fresh.addEventListener("click", () => { store.set(null); for (const name of KEPT) $(name).value = ""; note.remove(); $("text").focus(); });
  note.append(fresh);
  form.prepend(note);
}
form.addEventListener("input", () => store.set(Object.fromEntries(KEPT.map((name) => [name, $(name).value]))));
form.addEventListener("submit", () => { try { sessionStorage.sent = key; } catch { /* private mode */ } });

// the likely kind, and others who reported it
const near = document.querySelector("[data-near]"), kind = document.querySelector("[data-category] summary span");
const asked = [...kind.childNodes];
let timer = 0, turn = 0, isChosen = Boolean($("category").value);
$("category").addEventListener("change", () => { isChosen = true; kind.replaceChildren(...asked); });

function offer(list) {
  near.hidden = !list.length;
  near.querySelector("ul").replaceChildren(...list.map((one) => {
    const item = document.createElement("li"), line = document.createElement("p"), button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.join });
    line.append(Object.assign(document.createElement("strong"), { textContent: one.title }), Object.assign(document.createElement("span"), { className: "small muted", textContent: ` ${[one.state, one.away].filter(Boolean).join(" · ")}` }));
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const is = button.getAttribute("aria-pressed") !== "true";
      near.querySelectorAll("button").forEach((other) => { other.setAttribute("aria-pressed", "false"); other.textContent = words.join; });
      button.setAttribute("aria-pressed", String(is));
      if (is) button.textContent = words.joined;
      $("joins").value = is ? one.join : "";
    });
    item.append(line, button);
    return item;
  }));
}

async function ask() {
  const mine = ++turn, query = new URLSearchParams(["text", "address", "lon", "lat"].map((name) => [name, $(name).value]));
  try {
    const answer = await fetch(`${words.aid}?${query}`);
    if (!answer.ok || mine !== turn) return;
    const told = await answer.json();
    if (!$("joins").value) offer(told.near);
    if (!isChosen) told.guess ? kind.textContent = words.like.replace("…", told.guess.title) : kind.replaceChildren(...asked);
  } catch { /* offline: the form needs none of it */ }
}
form.addEventListener("input", ({ target }) => {
  if (!["id_text", "id_address", "id_lon"].includes(target.id)) return;
  clearTimeout(timer);
  if ($("text").value.trim().length > 3) timer = setTimeout(ask, 700);
});
