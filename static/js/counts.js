// Keeps every figure marked data-count, and the figure in the title, as the server last said.
import { draw } from "./favicon.js";
import { on } from "./socket.js";

const NAMES = ["messages", "unread", "sessions", "failed"];
const counts = {};

export function start() {
  on("hello", take);
  on("counts", take);
  document.addEventListener("htmx:afterSettle", show);
}

function take(frame) {
  for (const name of NAMES) counts[name] = frame[name];
  show();
}

function show() {
  if (!("unread" in counts)) return;
  for (const element of document.querySelectorAll("[data-count]")) {
    const { count, suffix = "", zero = "" } = element.dataset;
    const text = counts[count] ? counts[count].toLocaleString("en") + suffix : zero;
    if (element.textContent !== text) element.textContent = text;
  }
  const title = document.title.replace(/^\([\d,]+\) /, "");
  const shown = counts.unread ? `(${counts.unread.toLocaleString("en")}) ${title}` : title;
  if (document.title !== shown) document.title = shown;
  draw(counts.unread);
}
