// How deep a dialog is read: a sentence for each step, the lines, or every octet. Kept in this browser.
import { look, measure } from "./gaps.js";
import { keepPlace } from "./lines.js";

const KEY = "sandpost-depth";
const DEPTHS = ["lesson", "normal", "wire"];

const current = () => document.documentElement.dataset.depth ?? "normal";

export function start() {
  show();
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("sandpost:head", show);
  addEventListener("storage", (event) => event.key === KEY && apply(event.newValue ?? "normal"));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-depth-choice]");
    if (button) choose(button.dataset.depthChoice);
  });
}

/** Take the n-th depth; false where there is no dialog to read. */
export function chooseByNumber(number) {
  if (!document.querySelector("[data-depth-choice]")) return false;
  choose(DEPTHS[number - 1]);
  return true;
}

function choose(depth) {
  try {
    if (depth === "normal") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, depth);
  } catch {
    // It holds for this page then.
  }
  apply(depth);
}

function apply(depth) {
  keepPlace(() => {
    if (depth === "normal") delete document.documentElement.dataset.depth;
    else document.documentElement.dataset.depth = depth;
    show();
    measure();
  });
  look();
}

function show() {
  for (const button of document.querySelectorAll("[data-depth-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.depthChoice === current()));
  }
}
