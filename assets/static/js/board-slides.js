// The slide show of a wall: the views its spec names, one after the other. Started by its button or by ?play in the
// address, which travels with it from board to board; arrow keys and buttons step by hand and start the time anew.
import { area, onTurn, remember, turnTo } from "yiwang/board-area";

const show = document.querySelector("[data-slides]");
const key = document.querySelector("[data-board]")?.dataset.board;
let timer = 0;

if (show) {
  const slides = [...show.querySelectorAll("[data-slide]")].map(({ dataset, href }) => ({ board: dataset.slide, area: dataset.area ?? "", url: href }));
  const button = show.querySelector("[data-slides-play]"), bar = show.querySelector("[data-slides-bar]"), title = show.querySelector("[data-slides-title]");
  const every = Number(show.dataset.every) * 1000;
  bar.style.setProperty("--slide", `${every}ms`);
  const here = () => slides.findIndex((slide) => slide.board === key && slide.area === area());
  const plays = () => new URL(location.href).searchParams.has("play");

  function paint() {
    const n = here();
    show.querySelectorAll("[data-slide]").forEach((dot, i) => (i === n ? dot.setAttribute("aria-current", "true") : dot.removeAttribute("aria-current")));
    title.textContent = n < 0 ? "" : show.querySelectorAll("[data-slide]")[n].ariaLabel;
    button.setAttribute("aria-pressed", String(plays()));
    bar.classList.remove("slides-running");
    clearTimeout(timer);
    if (!plays() || document.hidden) return;
    void bar.offsetWidth; // the bar starts anew
    bar.classList.add("slides-running");
    timer = setTimeout(step, every, 1);
  }

  function step(by) {
    const next = slides[((here() < 0 ? -by : here()) + by + slides.length) % slides.length];
    if (next.board !== key) {
      const url = new URL(next.url);
      if (plays()) url.searchParams.set("play", "1");
      location.assign(url);
    } else if (next.area === area()) paint();
    else turnTo(next.area);
  }

  show.addEventListener("click", (event) => {
    if (event.target.closest("[data-slides-play]")) { remember("play", plays() ? "" : "1"); paint(); }
    const arrow = event.target.closest("[data-slides-step]"), dot = event.target.closest("[data-slide]");
    if (arrow) step(Number(arrow.dataset.slidesStep));
    if (dot && dot.dataset.slide === key) { event.preventDefault(); turnTo(dot.dataset.area ?? ""); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, [data-map], .table-frame") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
  });
  document.addEventListener("visibilitychange", paint);
  onTurn(paint);
  paint();
}
