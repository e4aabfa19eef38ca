// Which messages are chosen: by checkbox, Shift, Ctrl, `x`, Shift+j and k, Ctrl+a; kept while rows come and go.
import { under } from "./folding.js";

const chosen = new Set(); // public ids
let anchor = null; // id of the row from which Shift reaches
let everything = null; // { newest } where all that match are meant, on the page or not
let list = null;

export function start() {
  document.addEventListener("click", clicked, true);
  document.addEventListener("sandpost:rows", (event) => event.detail && follow(event.detail.list));
  document.addEventListener("htmx:afterSettle", show);
}

export const ids = () => [...chosen];
export const all = () => everything;
export const isEmpty = () => chosen.size === 0;

const rows = () => Array.from(document.querySelectorAll("#rows > .message"));
const find = (id) => document.querySelector(`#rows > [data-id="${CSS.escape(id)}"]`);

/** Another list, by a search or back, is chosen from anew. */
function follow(shown) {
  if (list !== shown?.rows && list && !list.isConnected) clear();
  list = shown?.rows ?? list;
  show();
}

export function clear() {
  chosen.clear();
  everything = null;
  anchor = null;
  document.querySelector("main")?.classList.remove("picking");
  show();
}

export function drop(gone) {
  for (const id of gone) chosen.delete(id);
  if (!chosen.size) everything = null;
  show();
}

export function chooseEverything(newest) {
  chooseAll();
  everything = { newest };
  show();
}

export function chooseAll() {
  for (const row of rows()) chosen.add(row.dataset.id);
  show();
}

export function toggle(row) {
  set(under(row), !chosen.has(row.dataset.id));
  anchor = row.dataset.id;
}

function set(some, wanted) {
  everything = null;
  for (const row of some) {
    if (wanted) chosen.add(row.dataset.id);
    else chosen.delete(row.dataset.id);
  }
  show();
}

/** Choose from the anchor to this row, with what is folded between. */
export function reach(row) {
  const every = rows();
  const from = every.indexOf(anchor === null ? row : find(anchor));
  const to = every.indexOf(row);
  if (from < 0) return toggle(row);
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  set([...every.slice(first, last), ...under(every[last])], true);
  anchor ??= row.dataset.id;
  return undefined;
}

/** Shift with j or k: the row under the cursor is chosen, then the next one. */
export function extend(from, to) {
  if (from && !chosen.has(from.dataset.id)) toggle(from);
  if (to) reach(to);
}

function clicked(event) {
  const row = event.target.closest("#rows > .message");
  if (!row || event.button) return;
  const box = event.target.closest(".pick");
  const modified = event.shiftKey || event.ctrlKey || event.metaKey;
  const picking = row.closest("main").classList.contains("picking") && !event.target.closest(".folded");
  if (!box && !modified && !picking) return;
  event.stopPropagation();
  // A label sends its click on to the box, which is set by what is chosen.
  event.preventDefault();
  if (event.shiftKey) reach(row);
  else toggle(row);
  getSelection()?.removeAllRanges();
  setTimeout(show);
}

/** Draw what is chosen, and tell the bar. */
export function show() {
  for (const row of rows()) {
    const is = chosen.has(row.dataset.id);
    row.classList.toggle("picked", is);
    row.querySelector(":scope > .pick input").checked = is;
  }
  document.dispatchEvent(new CustomEvent("sandpost:chosen", { detail: { count: chosen.size } }));
}
