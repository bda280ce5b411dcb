// The first walk through the pages: a few cards that point at the real thing. Steps come from the page (#tour-steps);
// what is not on this page is passed over. Escape or "End" stops it; that is remembered with the account.
const data = document.getElementById("tour-steps");

function begin(told) {
  const { steps, words, url, token } = told;
  const shown = steps.filter((step) => !step.at || document.querySelector(step.at)?.checkVisibility());
  if (!shown.length) return;
  const card = Object.assign(document.createElement("dialog"), { className: "tour" });
  const ring = Object.assign(document.createElement("div"), { className: "tour-ring", hidden: true });
  const before = document.activeElement;
  card.setAttribute("aria-labelledby", "tour-title");
  const made = (tag, className, into) => { const one = Object.assign(document.createElement(tag), { className }); into.append(one); return one; };
  const count = made("p", "tour-count", card), title = made("h2", "", card), text = made("p", "tour-text", card);
  const foot = made("div", "row row-between", card), end = made("button", "button button-quiet button-small", foot);
  const sides = made("span", "row", foot), back = made("button", "button button-small", sides), next = made("button", "button button-primary button-small", sides);
  for (const button of [end, back, next]) button.type = "button";
  Object.assign(title, { id: "tour-title", tabIndex: -1 });
  document.body.append(ring, card);
  let at = 0;

  function place(step) {
    const target = step.at ? document.querySelector(step.at) : null;
    ring.hidden = !target;
    card.classList.toggle("tour-centre", !target);
    if (!target) return;
    target.scrollIntoView({ block: "center", inline: "nearest" });
    const box = target.getBoundingClientRect(), gap = 10, high = card.offsetHeight, wide = card.offsetWidth;
    const set = (element, values) => { for (const [name, value] of Object.entries(values)) element.style.setProperty(name, `${Math.round(value)}px`); };
    set(ring, { top: box.top - 4, left: box.left - 4, width: box.width + 8, height: box.height + 8 });
    const beside = box.height > innerHeight / 2 && box.right + wide + gap < innerWidth;
    const under = box.bottom + gap + high < innerHeight;
    const top = beside ? Math.max(gap, box.top) : under ? box.bottom + gap : Math.max(gap, box.top - high - gap);
    const left = beside ? box.right + gap : Math.min(Math.max(gap, box.left), innerWidth - wide - gap);
    set(card, { top, left });
  }

  function show() {
    const step = shown[at];
    count.textContent = `${at + 1} / ${shown.length}`;
    title.textContent = step.title;
    text.textContent = step.text;
    end.textContent = words.end;
    back.textContent = words.back;
    back.hidden = at === 0;
    next.textContent = at === shown.length - 1 ? words.done : words.next;
    place(step);
    title.focus();
  }

  end.addEventListener("click", () => card.close());
  back.addEventListener("click", () => { at -= 1; show(); });
  next.addEventListener("click", () => { if (at === shown.length - 1) card.close(); else { at += 1; show(); } });
  const moved = () => place(shown[at]);
  addEventListener("resize", moved);
  card.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") next.click();
    if (event.key === "ArrowLeft" && at) back.click();
  });
  card.addEventListener("close", () => {
    removeEventListener("resize", moved);
    card.remove();
    ring.remove();
    before?.focus?.();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    fetch(url, { method: "POST", body, keepalive: true }).catch(() => {}); // offline: it comes again next time
  });
  card.showModal();
  show();
}

if (data) begin(JSON.parse(data.textContent));
