// The report form: small pictures of the photos chosen, made smaller before they travel, and "use my position".
const SIDE = 2000; // pixels of the longer side; the server keeps at most 2,560
const LARGE = 1_000_000; // bytes from which a photo is worth making smaller

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

const thumbs = document.querySelector("[data-thumbs]");
const inputs = [...document.querySelectorAll(".pick input")];

function show() {
  thumbs.replaceChildren(...inputs.flatMap((input) => [...input.files]).map((file) => {
    const image = Object.assign(document.createElement("img"), { className: "thumb", alt: file.name, src: URL.createObjectURL(file) });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    return image;
  }));
}

for (const input of inputs) {
  input.addEventListener("change", async () => {
    const held = new DataTransfer();
    for (const file of input.files) held.items.add(await smaller(file));
    input.files = held.files;
    show();
  });
}

const place = document.querySelector("[data-place]");
if (place && navigator.geolocation) {
  const [lon, lat] = place.querySelectorAll("input");
  const said = place.querySelector("[role=status]");
  const button = place.querySelector("button");
  place.hidden = false;
  if (lon.value) said.textContent = place.dataset.found;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    const done = (words) => { said.textContent = words; button.removeAttribute("aria-busy"); };
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      lon.value = coords.longitude.toFixed(6);
      lat.value = coords.latitude.toFixed(6);
      done(place.dataset.found);
    }, () => done(place.dataset.failed), { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
  });
}
