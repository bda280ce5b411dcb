// What a map needs besides its module, fetched only when one is opened: colours and the library's own sheet.
export function sheets(box) {
  return Promise.all(box.dataset.sheets.split(" ").map((href) => new Promise((done) => {
    if (document.querySelector(`link[href="${href}"]`)) { done(); return; }
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = done;
    document.head.append(link);
  })));
}
