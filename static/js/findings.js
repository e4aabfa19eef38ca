// Findings: the chip at a line opens the box under it and marks the lines that show it.
import { place, reach } from "./lines.js";

const NAMES = ".finding[id]";
let open = new Set(); // boxes that stay open when their lines are fetched again
let session = "";

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-finding]");
    if (!opener) return;
    if (opener.matches("a")) reveal(event, opener);
    else toggle(opener.dataset.finding, document.getElementById(opener.dataset.finding).hidden);
  });
  document.addEventListener("sandpost:lines", renew);
}

async function reveal(event, link) {
  event.preventDefault();
  history.replaceState(history.state, "", link.hash);
  await reach(Number(link.hash.slice(2)), "center");
  toggle(link.dataset.finding, true);
  opener(link.dataset.finding)?.focus({ preventScroll: true });
}

const opener = (id) => document.querySelector(`#dialog [aria-controls="${CSS.escape(id)}"]`);

function toggle(id, shown) {
  const box = document.getElementById(id);
  if (!box) return;
  if (shown) open.add(id);
  else open.delete(id);
  box.hidden = !shown;
  opener(id)?.setAttribute("aria-expanded", String(shown));
  for (const seq of box.dataset.lines.split(" ")) place(seq)?.classList.toggle("evidence", shown);
}

/** Lines that were let go of and come again are as they were. */
function renew() {
  const dialog = document.getElementById("dialog");
  if (dialog?.dataset.session !== session) open = new Set();
  session = dialog?.dataset.session ?? "";
  for (const box of dialog?.querySelectorAll(NAMES) ?? []) if (open.has(box.id) && box.hidden) toggle(box.id, true);
}
