// Live pages: one EventSource for all topics the page names in data-live="topic". A message carries ids only; it is
// handed on as the event "live:<topic>" of <body>, so hx-trigger="live:events from:body" fetches the scoped data again.
const first = 1000, longest = 30000;
const topics = new Set();
let source = null, wait = first, timer = 0;

function state(value) {
  document.documentElement.dataset.liveState = value;
  document.dispatchEvent(new CustomEvent("yiwang:live-state", { detail: value }));
}

function hand(message) {
  let detail = message.data;
  try { detail = JSON.parse(message.data); } catch { /* plain text stays text */ }
  document.body.dispatchEvent(new CustomEvent(`live:${message.type}`, { detail, bubbles: true }));
}

function connect() {
  clearTimeout(timer);
  source?.close();
  if (!topics.size || document.hidden && !document.documentElement.dataset.look) return;
  const url = new URL(document.documentElement.dataset.stream || "/stream", location.href);
  url.searchParams.set("topics", [...topics].join(","));
  source = new EventSource(url, { withCredentials: true });
  for (const topic of topics) source.addEventListener(topic, hand);
  source.addEventListener("open", () => {
    if (wait > first) document.body.dispatchEvent(new CustomEvent("live:reconnected"));
    wait = first;
    state("open");
  });
  source.addEventListener("error", () => {
    source.close();
    state("lost");
    timer = setTimeout(connect, wait + Math.random() * wait / 2); // spread, so that 500 walls do not return at once
    wait = Math.min(wait * 2, longest);
  });
}

export function subscribe(topic, handler) {
  document.body.addEventListener(`live:${topic}`, (event) => handler(event.detail));
  if (!topics.has(topic)) {
    topics.add(topic);
    queueMicrotask(connect);
  }
}

export function scan(root) {
  const before = topics.size;
  root.querySelectorAll("[data-live]").forEach((element) => element.dataset.live.split(/\s+/).filter(Boolean).forEach((topic) => topics.add(topic)));
  if (topics.size > before) connect();
}

// a hidden desk gives its connection back; it catches up when it is looked at again
document.addEventListener("visibilitychange", () => {
  if (document.hidden && !document.documentElement.dataset.look) source?.close();
  else if (topics.size && (!source || source.readyState === EventSource.CLOSED)) { wait = first * 2; connect(); }
});
addEventListener("pagehide", () => source?.close());
scan(document);
