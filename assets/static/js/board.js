// A board's tiles, kept fresh: after messages of its topics (gathered for half a second; live tiles only), every data-every
// seconds, and when the stream comes back. They are fetched as HTML in one request and taken over in place.
import { onTurn, withArea } from "yiwang/board-area";
import "yiwang/board-slides";
import { draw, release, watch } from "yiwang/chart";
import { subscribe } from "yiwang/live";

const GATHER = 500, BUSIEST = 1000, ROLL = 600, STEPS = 8;
const board = document.querySelector("[data-board]");
const language = document.documentElement.lang;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// a whole number rolls to its new value in a few steps (a wall's machine is weak); anything else is set
function count(element, fresh) {
  const from = Number(element.dataset.value), to = Number(fresh.dataset.value), text = fresh.textContent;
  element.dataset.value = fresh.dataset.value;
  if (calm.matches || element.textContent === text || !/^[\d,]+$/.test(text) || !Number.isInteger(from) || Math.abs(to - from) < 2) {
    if (element.textContent !== text) element.textContent = text;
    return;
  }
  const step = (n) => {
    if (element.dataset.value !== fresh.dataset.value) return;
    element.textContent = n < STEPS ? Math.round(from + (to - from) * (1 - (1 - n / STEPS) ** 3)).toLocaleString(language) : text;
    if (n < STEPS) setTimeout(step, ROLL / STEPS, n + 1);
  };
  step(1);
}

function takeNumbers(tile, fresh) {
  const names = (root) => [...root.querySelectorAll("[data-number]")];
  const ours = names(tile), theirs = names(fresh);
  if (ours.length !== theirs.length || !ours.length) return false;
  theirs.forEach((number) => {
    const own = tile.querySelector(`[data-number="${CSS.escape(number.dataset.number)}"]`);
    own.closest(".numeral").className = number.closest(".numeral").className;
    count(own, number);
    const note = own.closest(".numeral").querySelector(".numeral-note"), freshNote = number.closest(".numeral").querySelector(".numeral-note");
    if (note && freshNote) note.replaceWith(freshNote);
  });
  return true;
}

// charts and maps keep their canvas; only the table beside it is new
function takeTable(tile, fresh) {
  const old = tile.querySelector("table"), table = fresh.querySelector("table");
  if (!old || !table) return false;
  if (!old.isEqualNode(table)) {
    old.replaceWith(table);
    const box = tile.querySelector("[data-chart][data-watched]");
    if (box) draw(box);
  }
  return true;
}

function takeBody(tile, fresh) {
  const keys = (root) => new Set([...root.querySelectorAll("[data-key]")].map((item) => item.dataset.key).filter(Boolean));
  const known = keys(tile), body = tile.querySelector(".panel-body");
  if (body.isEqualNode(fresh.querySelector(".panel-body"))) return;
  release(body);
  body.replaceChildren(...fresh.querySelector(".panel-body").childNodes);
  if (known.size) body.querySelectorAll("[data-key]").forEach((item) => { if (item.dataset.key && !known.has(item.dataset.key)) item.classList.add("ticker-new"); });
  watch(tile);
}

function take(tile, fresh) {
  if (fresh.querySelector(".tile-problem") || tile.querySelector(".tile-problem")) return takeBody(tile, fresh);
  const kind = tile.dataset.kind;
  tile.classList.toggle("tile-whole", fresh.classList.contains("tile-whole"));
  if (kind === "number" && takeNumbers(tile, fresh)) return undefined;
  if (["trend", "bars", "pie", "map"].includes(kind) && takeTable(tile, fresh)) {
    return kind === "map" ? tile.dispatchEvent(new CustomEvent("yiwang:points", { detail: state.after })) : undefined;
  }
  return takeBody(tile, fresh);
}

const state = { timer: 0, busy: false, again: null, last: 0, after: "" };

// one request for all tiles; `after` names the message heard last, so that nothing older is answered
async function fetchTiles(query) {
  state.timer = 0;
  if (state.busy) { state.again = state.again === "all" ? "all" : query; return; }
  state.busy = true;
  state.last = performance.now();
  const asked = withArea();
  try {
    const answer = await fetch(`${board.dataset.tiles}?${withArea(query)}&after=${state.after}`, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) location.reload(); // signed out: the page says so
    else if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (asked !== withArea()) state.again = "all"; // turned to another area while this was on its way
      else takeWhere(fresh);
      if (asked === withArea()) fresh.querySelectorAll("[data-tile]").forEach((tile) => {
        const own = board.querySelector(`[data-tile="${CSS.escape(tile.dataset.tile)}"]`);
        if (own) take(own, tile);
      });
    }
  } catch { /* the network is away; the next round tries again */ }
  state.busy = false;
  board.classList.remove("board-turning");
  if (state.again !== null) { const next = state.again; state.again = null; ask(next); }
}

function takeWhere(fresh) {
  const own = document.querySelector("[data-where]"), where = fresh.querySelector("[data-where]");
  if (own && where && !own.isEqualNode(where)) own.replaceWith(where);
}

// the whole board at once: somebody waits for it
function turned() {
  clearTimeout(state.timer);
  board.classList.add("board-turning");
  fetchTiles("all");
}

// at the earliest half a second after the first message, and a second after the last request
function ask(query) {
  if (document.hidden && !document.documentElement.dataset.look) return;
  if (state.timer) return;
  state.timer = setTimeout(fetchTiles, Math.max(GATHER, BUSIEST - (performance.now() - state.last)), query);
}

if (board) {
  board.dataset.topics.split(" ").filter(Boolean).forEach((topic) => subscribe(topic, (message) => { state.after = message?.uid ?? ""; ask("live"); }));
  document.body.addEventListener("live:reconnected", () => ask("all"));
  document.addEventListener("visibilitychange", () => ask("all"));
  setInterval(ask, Number(board.dataset.every) * 1000, "all");
  onTurn(turned);
  if (board.querySelector("[data-map]")) import("yiwang/map");
}
