// The design tokens for charts and maps, as plain colours of the current theme.
const probe = document.createElement("span");
probe.hidden = true;

// light-dark() and color-mix() only become a colour when computed on an element
export function colour(token, host = document.body) {
  if (probe.parentNode !== host) host.append(probe);
  probe.style.color = `var(--${token})`;
  return getComputedStyle(probe).color;
}

export function palette(host = document.body) {
  const of = (token) => colour(token, host);
  return {
    data: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => of(`data-${n}`)),
    heat: [1, 2, 3, 4, 5].map((n) => of(`heat-${n}`)),
    text: of("text"), muted: of("text-muted"), faint: of("text-faint"), line: of("line"), surface: of("surface-raised"), accent: of("accent-text"),
    success: of("success-solid"), warning: of("warning-solid"), danger: of("danger-solid"),
    // a wall is read from four metres
    size: parseFloat(getComputedStyle(document.documentElement).fontSize) * (document.documentElement.dataset.look === "wall" ? 0.8125 : 0.75),
    font: getComputedStyle(document.documentElement).fontFamily,
  };
}
