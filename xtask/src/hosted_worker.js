// Starts the worker of the hosted page.
importScripts("./worker.js");
wasm_bindgen({ module_or_path: "./worker_bg.wasm" }).catch((error) => {
  postMessage(`it did not start: ${error}`);
});
