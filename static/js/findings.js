// Findings: the chip at a line opens the box under it and marks the lines that show it.
import { place } from "./lines.js";

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-finding]");
    if (!opener) return;
    const box = document.getElementById(opener.dataset.finding);
    if (!box) return; // its line is not here yet: the link leads there
    if (opener.matches("a")) reveal(event, box, opener.hash.slice(2));
    else toggle(box, box.hidden);
  });
}

function reveal(event, box, seq) {
  event.preventDefault();
  history.replaceState(history.state, "", `#L${seq}`);
  toggle(box, true);
  place(seq)?.scrollIntoView({ block: "center" });
  document.querySelector(`#dialog [aria-controls="${CSS.escape(box.id)}"]`)?.focus({ preventScroll: true });
}

function toggle(box, open) {
  box.hidden = !open;
  document.querySelector(`#dialog [aria-controls="${CSS.escape(box.id)}"]`)?.setAttribute("aria-expanded", String(open));
  for (const seq of box.dataset.lines.split(" ")) place(seq)?.classList.toggle("evidence", open);
}
