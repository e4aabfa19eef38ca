// Tab lists by the arrow keys; those of one page (data-tabs) also switch their panels here.
export function start() {
  document.addEventListener("keydown", step);
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tabs] [role=tab]");
    if (tab) select(tab);
  });
}

function step(event) {
  const tab = event.target.closest("[role=tab]");
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!tab || !by || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = Array.from(tab.parentElement.querySelectorAll("[role=tab]"));
  const next = all[(all.indexOf(tab) + by + all.length) % all.length];
  next.focus();
  if (tab.closest("[data-tabs]")) select(next);
  event.preventDefault();
}

function select(tab) {
  for (const other of tab.parentElement.querySelectorAll("[role=tab]")) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
  }
}
