// What is written on this telephone: drafts as they are typed, and submissions that wait for a network. Each submission
// carries a uid of its own; the server does one once, so sending it again after a lost answer does no harm.
// States: kept · sending · moved (the event went on meanwhile) · wrong · signed-out; what was sent is gone from here.
const NAME = "yiwang-work", AGAIN = 20000;
let opened = null;

function base() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => { asked.result.createObjectStore("drafts", { keyPath: "key" }); asked.result.createObjectStore("outbox", { keyPath: "uid" }); };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function on(store, mode, act) {
  const running = (await base()).transaction(store, mode), asked = act(running.objectStore(store));
  return new Promise((done, fail) => { running.oncomplete = () => done(asked?.result); running.onerror = running.onabort = () => fail(running.error); });
}

export const uid = () => crypto.randomUUID?.() ?? ([1e7] + -1e3 + -4e3 + -8e3 + -1e11).replace(/[018]/g, (c) => (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16));
const account = () => document.querySelector("[data-account]")?.dataset.account ?? "";
const key = (number) => `${account()}/${number}`;

export const draft = { get: (number) => on("drafts", "readonly", (s) => s.get(key(number))), put: (number, what) => on("drafts", "readwrite", (s) => s.put({ ...what, key: key(number) })), drop: (number) => on("drafts", "readwrite", (s) => s.delete(key(number))) };
const put = (item) => on("outbox", "readwrite", (s) => s.put(item));
const drop = (item) => on("outbox", "readwrite", (s) => s.delete(item.uid));
const mine = async () => (await on("outbox", "readonly", (s) => s.getAll())).filter((item) => item.account === account()).sort((a, b) => a.at - b.at);

const listeners = new Set();
export const onSent = (listener) => listeners.add(listener);
// what was refused goes back to the page that knows its form, to be mended
let takeBack = null;
export const onTakenBack = (listener) => { takeBack = listener; };

export async function submit(item) {
  await put({ uid: uid(), at: Date.now(), account: account(), state: "kept", words: "", ...item });
  await show();
  return flush();
}

function body(item) {
  const form = new FormData();
  for (const name of item.fields ? [] : ["verb", "text"]) form.append(name, item[name] ?? "");
  for (const [name, value] of Object.entries(item.fields ?? {})) form.append(name, value);
  form.append("submission", item.uid);
  for (const photo of item.photos ?? []) form.append(photo.kind, photo.blob, photo.name);
  return form;
}

async function send(item) {
  await put({ ...item, state: "sending" });
  await show();
  try {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
    const answer = await fetch(item.url, { method: "POST", body: body(item), credentials: "same-origin", headers: { Accept: "application/json", "X-CSRFToken": token } });
    const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
    if (answer.ok && told?.state === "done") {
      await drop(item);
      sent.push({ ...item, photos: [], state: "sent", words: told.words, link: told.url });
      listeners.forEach((listener) => listener(item, told));
    } else if (answer.status === 429 || answer.status >= 500) {
      await put({ ...item, state: "kept" });
      return false;
    } else {
      await put({ ...item, state: told?.state?.replace("_", "-") ?? "signed-out", words: told?.words ?? "" });
    }
  } catch { // no network, or it broke meanwhile: kept, and sent again with the same uid
    await put({ ...item, state: "kept" });
    return false;
  } finally {
    await show();
  }
  return true;
}

const sent = [];
const alone = (act) => navigator.locks ? navigator.locks.request(NAME, { ifAvailable: true }, (lock) => lock && act()) : act();

let isWanted = false;

// asked for while a round is under way (the network is back before the try without it has ended): one more round
export function flush() {
  isWanted = true;
  return alone(async () => {
    while (isWanted) {
      isWanted = false;
      for (const item of await mine()) {
        if (["kept", "sending", "signed-out"].includes(item.state) && !(await send(item))) break; // "sending" was cut off
      }
    }
  });
}

const put_in = (tag, css, text, more = {}) => Object.assign(document.createElement(tag), { className: css, textContent: text, ...more });
const TONES = { kept: "warning", sending: "info", sent: "success", moved: "danger", wrong: "danger", "signed-out": "warning" };

export async function show() {
  const box = document.querySelector("[data-outbox]");
  if (!box) return;
  const said = box.dataset, items = [...await mine(), ...sent];
  box.hidden = !items.length && navigator.onLine;
  box.querySelector("[data-net]").textContent = navigator.onLine ? "" : box.querySelector("[data-net]").dataset.off;
  box.querySelector("[data-outbox-list]").replaceChildren(...items.map((item) => {
    const line = put_in("li", "outbox-item", "");
    line.dataset.state = item.state;
    const n = item.photos?.length;
    line.append(put_in("span", "strong", `${said[item.verb]} · ${item.title}${n ? ` · ${n} ${said.photos}` : ""}`));
    line.append(put_in("span", `outbox-state tone-${TONES[item.state]}`, said[item.state === "signed-out" ? "signedOut" : item.state]));
    if (item.words) line.append(item.link ? put_in("a", "small", item.words, { href: item.link }) : put_in("span", "small muted", item.words));
    const actions = put_in("span", "outbox-do", "");
    const button = (label, act) => { const made = put_in("button", "button button-small", label, { type: "button" }); made.addEventListener("click", async () => { await act(); await show(); flush(); }); actions.append(made); };
    if (item.state === "signed-out") actions.append(put_in("a", "button button-small", said.signIn, { href: `/sign-in?next=${encodeURIComponent(location.pathname)}` }));
    if (item.state === "moved" && item.verb !== "accept") button(said.asNote, () => put({ ...item, verb: "note", state: "kept", words: "" }));
    if (item.state === "wrong" && item.fields && takeBack) button(said.mend, async () => { await drop(item); takeBack(item); });
    else if (item.state === "wrong" && !item.fields) button(said.again, () => put({ ...item, state: "kept", words: "" }));
    if (["moved", "wrong"].includes(item.state)) button(said.discard, () => drop(item));
    if (actions.childElementCount) line.append(actions);
    return line;
  }));
}

export function start() {
  const page = document.querySelector("[data-field]");
  navigator.serviceWorker?.register(page.dataset.worker, { scope: "/work/" }).then(() => navigator.serviceWorker.ready).then(({ active }) => {
    const files = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => new URL(name).pathname.startsWith("/static/"));
    const tasks = (page.dataset.keep ?? "").split(/\s+/).filter(Boolean);
    navigator.serviceWorker.addEventListener("message", () => { page.dataset.isKept = "yes"; });
    active.postMessage({ account: account(), files, isList: page.dataset.keep !== undefined, tasks: page.dataset.keep === undefined ? [location.pathname] : [location.pathname, ...tasks] });
  }).catch(() => {}); // without one (an old browser, no TLS) the pages need a network, drafts do not
  addEventListener("online", () => { show(); flush(); });
  addEventListener("offline", show);
  setInterval(() => navigator.onLine && flush(), AGAIN);
  show().then(flush);
}
