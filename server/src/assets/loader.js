(js, wasm) => {
  const children = [];
  let app;

  const wake = async (element) => {
    const slot = element.localName === "leptos-children";
    if (element.localName === "leptos-island") {
      children[children.length - 1]?.();
      const island = app[element.dataset.component];
      if (island) await island(element);
      else console.error("no island of this name:", element.dataset.component);
    }
    if (slot) children.push(element.$$on_hydrate);
    for (const child of element.children) await wake(child);
    if (slot) children.pop();
  };

  import(js)
    .then((module) => (app = module).default({ module_or_path: wasm }))
    .then(() => app.hydrate())
    .then(() => wake(document.body))
    .catch((fault) => console.error("islands stay plain:", fault));
}
