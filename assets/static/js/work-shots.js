// Photos of a form on the street: taken or chosen, made small on the telephone, shown, taken out again. `shots(form, changed)`
// gives `all` ([{kind, blob, name}]), `set(list)`; the boxes are events/work_shot.html.
const LONGEST = 1600, QUALITY = 0.82, MOST = 9;

// Smaller than what a camera gives, and without where and when it was taken
async function small(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    return blob && (blob.size < file.size || scale < 1) ? { blob, name: `${file.name.replace(/\.\w+$/, "")}.jpg` } : { blob: file, name: file.name };
  } catch {
    return { blob: file, name: file.name }; // the server judges what this browser cannot read
  }
}

export function shots(form, changed) {
  let photos = [];

  function draw() {
    for (const shot of form.querySelectorAll("[data-shot]")) {
      shot.querySelector("[data-shot-photos]").replaceChildren(...photos.filter(({ kind }) => kind === shot.dataset.shot).map((photo) => {
        const box = Object.assign(document.createElement("div"), { className: "shot-photo" });
        const image = Object.assign(document.createElement("img"), { alt: photo.name, src: URL.createObjectURL(photo.blob) });
        image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
        const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: form.dataset.remove });
        away.addEventListener("click", () => { set(photos.filter((one) => one !== photo)); changed(); });
        box.append(image, away);
        return box;
      }));
    }
  }

  const set = (list) => { photos = list; draw(); };

  form.addEventListener("change", async (event) => {
    const input = event.target.closest("[data-shot-input]");
    if (!input) return;
    const kind = input.closest("[data-shot]").dataset.shot, files = [...input.files].slice(0, MOST - photos.filter((one) => one.kind === kind).length);
    input.value = "";
    for (const file of files) photos.push({ kind, ...await small(file) });
    draw();
    changed();
  });
  return { get all() { return photos; }, set };
}
