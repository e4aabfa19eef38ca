// The lines of a dialog as places: links lead to one, whether it is on the page yet or not, and reading goes on there.
import { replace, settle } from "./gaps.js";

const BAR = 60; // what covers the upper edge of the pane
const STEP = 10;
const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];
let restore = null;
let waiting = new AbortController(); // stops what would take the reader back once more

const box = () => document.getElementById("dialog");

/** The number of the last line that is here. */
export function last(dialog) {
  const all = dialog.getElementsByClassName("line");
  return Number(all[all.length - 1]?.dataset.seq ?? 0);
}

/** The line of a number; where it is folded away, what tells of it. */
export function place(seq) {
  const line = document.getElementById(`L${seq}`);
  if (!line || line.checkVisibility()) return line;
  let next = line;
  while (next?.matches(".line, .lesson")) next = next.nextElementSibling;
  return next?.querySelector("[data-line]") ?? line;
}

/** Change the page and keep the line that is read where it is on the screen. */
export function keepPlace(change) {
  const restored = hold();
  change();
  restored();
  // Lines that were never drawn take their true height only then. Whoever scrolls meanwhile is not to be held.
  waiting.abort();
  const mine = new AbortController();
  waiting = mine;
  for (const type of MOVES) addEventListener(type, () => mine.abort(), { signal: mine.signal, passive: true, capture: true });
  requestAnimationFrame(() => {
    if (!mine.signal.aborted) restored();
    mine.abort();
  });
}

function hold() {
  const pane = document.getElementById("pane");
  const seen = pane?.scrollTop ? reading(pane) : null;
  const before = seen?.getBoundingClientRect().top;
  return () => {
    if (!seen) return;
    const now = document.getElementById(seen.id) ?? seen;
    if (now.checkVisibility()) pane.scrollTop += now.getBoundingClientRect().top - before;
  };
}

/** The first line that is wholly in sight. */
function reading(pane) {
  const { top, right, bottom } = pane.getBoundingClientRect();
  for (let y = top + BAR; y < bottom; y += STEP) {
    const line = document.elementFromPoint(right - STEP, y)?.closest("#dialog > .line");
    if (line) return line;
  }
  return null;
}

export function start() {
  look();
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("htmx:beforeSwap", (event) => {
    restore = event.detail.target.id === "head" ? hold() : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    restore?.();
    restore = null;
  });
  addEventListener("hashchange", () => find(location.hash.slice(1), true));
  // A second click on the same link changes no address, but the line may have gone from the page meanwhile.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#L"]');
    if (link && link.getAttribute("href") === location.hash) find(location.hash.slice(1), true);
  });
}

/** Take stock of what is here, and go to the line that the address names. */
export function look() {
  const dialog = box();
  if (!dialog) return;
  settle();
  const id = location.hash.slice(1) || dialog.dataset.at || "";
  if (dialog.dataset.sought !== id) find(id, false);
}

function find(id, asked) {
  const dialog = box();
  if (!dialog || !/^L\d+$/.test(id)) return;
  // In the pane of a message, its tabs are to stay in sight.
  reach(Number(id.slice(1)), asked || dialog.dataset.at ? "nearest" : "center");
}

/** Go to a line, and fetch it where it is not here; return it, or null where it cannot be had. */
export async function reach(seq, block) {
  const dialog = box();
  if (!dialog) return null;
  dialog.dataset.sought = `L${seq}`;
  const away = !document.getElementById(`L${seq}`) && dialog.querySelector(":scope > .gap");
  if (away && !(await replace(dialog, seq))) {
    if (dialog.isConnected) delete dialog.dataset.sought;
    return null;
  }
  for (const old of dialog.querySelectorAll(".found")) old.classList.remove("found");
  const line = place(seq);
  line?.classList.add("found");
  waiting.abort();
  line?.scrollIntoView({ block: away ? "center" : block });
  if (away) requestAnimationFrame(() => line?.scrollIntoView({ block: "center" })); // as in keepPlace
  return line;
}
