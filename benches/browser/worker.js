// Runs one task on files, several times, and posts the times. A task that reads a packed bundle
// reads it from disk each time, as the page does; one that reads logs has their bytes in memory.
importScripts("in-browser.js", "baseline.js");

const chunksOf = async function* (file) {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
};

// Pushes chunks through a stage of the core.
const throughCore = async (stage, file, chunks) => {
  wasm_bindgen.begin(stage, file.name, file.size);
  for await (const chunk of chunks) wasm_bindgen.push(chunk);
  return JSON.parse(wasm_bindgen.finish());
};

const tasks = {
  // The browser's own inflater, its output only counted.
  decompress: async (file, chunks) => {
    const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes };
      bytes += value.byteLength;
    }
  },
  inflate: (file) => throughCore("inflate", file, chunksOf(file)),
  analyse: (file) => throughCore("analyse", file, chunksOf(file)),
  "analyse-memory": (file, chunks) => throughCore("analyse", file, chunks),
  "read-memory": (file, chunks) => throughCore("read", file, chunks),
  "baseline-memory": (file, chunks) => baseline.read(file.name, chunks),
};

const run = async ({ task, runs, files }) => {
  await wasm_bindgen({ module_or_path: "in-browser_bg.wasm" });
  const loaded = [];
  for (const file of files) {
    const chunks = [];
    if (task.endsWith("-memory")) for await (const chunk of chunksOf(file)) chunks.push(chunk);
    loaded.push({ file, chunks });
  }
  const ms = [];
  let outcomes;
  for (let nth = 0; nth < runs; nth += 1) {
    const start = performance.now();
    outcomes = [];
    for (const { file, chunks } of loaded) outcomes.push(await tasks[task](file, chunks));
    ms.push(performance.now() - start);
  }
  return { ms, outcomes };
};

onmessage = ({ data }) => {
  run(data).then(postMessage, (error) => postMessage({ error: String(error) }));
};
