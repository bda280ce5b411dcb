// The service worker of /work/: static files as they were loaded, the pages for the street from the network first and
// from this telephone where there is none. Nothing else is kept, nothing is written here. VERSION, OFFLINE and SHELL stand
// before this text (pages/work_field.py).
const STATIC = `work-static-${VERSION}`, PAGES = "work-pages-", PATIENCE = 4000;
const isPage = ({ pathname }) => pathname === "/work/report/" || pathname.startsWith("/work/near/") && !pathname.endsWith("/send/");
let account = "";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("work-static-") && name !== STATIC) await caches.delete(name);
    await self.clients.claim();
  })());
});

// one account's pages at a time: whoever signs in on the same telephone finds nothing of the one before
async function pages() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES));
  if (!account) account = names[0]?.slice(PAGES.length) ?? "";
  return account ? caches.open(PAGES + account) : null;
}

async function keep(request, response) {
  if (response.ok && !response.redirected && response.type === "basic") await (await pages())?.put(new URL(request.url).pathname, response.clone());
  return response;
}

const late = () => new Promise((_, fail) => { setTimeout(() => fail(new Error("late")), PATIENCE); });

async function page(request) {
  const kept = await (await pages())?.match(new URL(request.url).pathname);
  try {
    const asked = fetch(request);
    return await keep(request, await (kept ? Promise.race([asked, late()]) : asked));
  } catch {
    return kept ?? await caches.match(OFFLINE) ?? Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(STATIC);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") {
    event.respondWith(isPage(url) ? page(request) : fetch(request).catch(async () => await caches.match(OFFLINE) ?? Response.error()));
  }
});

// a page says whose it is, which files it used and which tasks to keep
self.addEventListener("message", (event) => {
  const { account: whose, files = [], tasks = [], isList = false } = event.data ?? {};
  if (!whose) return;
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== PAGES + whose) await caches.delete(name);
    account = whose;
    const stored = await caches.open(STATIC), cache = await pages();
    for (const url of files) if (!await stored.match(url)) await stored.add(url).catch(() => {});
    for (const url of tasks) {
      const request = new Request(url, { headers: { "X-Kept": "1" }, credentials: "same-origin" });
      await fetch(request).then((response) => keep(request, response)).catch(() => {});
    }
    const wanted = new Set(tasks);
    for (const request of isList ? await cache.keys() : []) { // what is done or given away is not kept on
      const { pathname } = new URL(request.url);
      if (/^\/work\/near\/.+/.test(pathname) && !wanted.has(pathname)) await cache.delete(request);
    }
    event.source?.postMessage({ kept: tasks.length });
  })());
});
