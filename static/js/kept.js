// What the reading pane loads keeps the search of the list beside it, so that going back and a reload show the same list.
export function start() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const q = document.querySelector("#rows[data-live=messages]")?.dataset.q;
    if (!q || detail.verb !== "get" || detail.path.includes("?")) return;
    if (detail.target.id === "pane" || detail.target.id === "tabs") detail.parameters.q = q;
  });
}
