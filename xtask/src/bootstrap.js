// Starts the single-file page. Runs after the app's wasm-bindgen script, in the same <script>.
(() => {
  const bytesOf = (id) => {
    const element = document.getElementById(id);
    const text = atob(element.textContent);
    element.remove();
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
    return bytes;
  };
  const unpacked = (id) => {
    const stream = new Blob([bytesOf(id)]).stream();
    return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  };
  const app = unpacked("app-wasm");
  const workerWasm = unpacked("worker-wasm");
  const workerScript = unpacked("worker-script");

  // src/app/client.rs waits for this.
  globalThis.logintraceWorker = (async () => ({
    module: await WebAssembly.compile(await workerWasm),
    script: URL.createObjectURL(new Blob([await workerScript], { type: "text/javascript" })),
  }))();
  globalThis.logintraceWorker.catch(() => {});

  app
    .then((wasm) => wasm_bindgen({ module_or_path: wasm }))
    .catch((error) => document.body.append(`This browser cannot run Logintrace: ${error}`));
})();
