// A slow turn of the camera while nobody touches the map: a few frames a second, fewer where a frame is dear (walls have
// weak machines), none at all where it is too dear, where less motion is asked for, and while the page is hidden.
import { settled } from "yiwang/map-weight";

const SWING = 9, PERIOD = 150_000; // degrees to each side, ms for there and back
const SHARE = 5, FASTEST = 90, SLOWEST = 1200; // a frame may take a fifth of the time; ms between frames
const REST = 20_000; // ms after a touch

export function drift(map, { calm }) {
  let until = performance.now() + 4000, cost = 0, start = 0, middle = map.getBearing();
  const rest = () => { until = performance.now() + REST; start = 0; };
  if (calm) return { rest() {} };
  ["mousedown", "wheel", "touchstart", "keydown"].forEach((name) => map.getContainer().addEventListener(name, rest, { passive: true }));

  async function step() {
    const at = performance.now();
    if (!map.getContainer().isConnected) return;
    if (!document.hidden && at > until && !map.isMoving() && cost < SLOWEST / SHARE) {
      if (!start) { start = at; middle = map.getBearing(); }
      map.jumpTo({ bearing: middle + SWING * Math.sin((2 * Math.PI * (at - start)) / PERIOD) });
      cost = cost * 0.8 + (await settled(map)) * 0.2;
    }
    setTimeout(step, Math.max(FASTEST, cost * SHARE));
  }
  setTimeout(step, 4000);
  return { rest };
}
