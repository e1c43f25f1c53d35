// Starts the worker of the single-file page. Runs after the worker's wasm-bindgen script; the page's
// first message is the compiled module.
onmessage = ({ data }) => {
  onmessage = null;
  wasm_bindgen({ module_or_path: data }).catch((error) => {
    postMessage(`it did not start: ${error}`);
  });
};
