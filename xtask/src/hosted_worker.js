// Starts the worker of the hosted page, which says where it is: this runs in a blob, next to nothing.
importScripts(`${self.logintraceBase}worker.js`);
wasm_bindgen({ module_or_path: `${self.logintraceBase}worker_bg.wasm` }).catch((error) => {
  postMessage(`it did not start: ${error}`);
});
