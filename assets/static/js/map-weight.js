// What drawing a map costs this machine. Many walls hang on a small computer without a graphics card: there a frame of the
// map takes a second of all processors, and everything else on the wall waits for it.

// whether WebGL is computed by the processor (SwiftShader, llvmpipe, Microsoft's basic driver); asked once, on a canvas of its own
export function paintsInSoftware() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return true;
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

// ms from asking for a frame until it is really drawn: "render" only says that it was handed over
export async function settled(map) {
  const at = performance.now(), gl = map.getCanvas().getContext("webgl2");
  await new Promise((done) => { map.once("render", done); map.triggerRepaint(); });
  const fence = gl?.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  if (!fence) return performance.now() - at;
  gl.flush();
  while (!gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED && performance.now() - at < 10_000) {
    await new Promise((done) => { setTimeout(done, 8); });
  }
  gl.deleteSync(fence);
  return performance.now() - at;
}
