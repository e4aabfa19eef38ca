// The lines of a long dialog that are not on the page: a gap stands for them, as high as they may be, above and below
// those that are here. It is filled when the reader comes near; what is far behind the reader becomes a gap again.
import { keepPlace, last, place } from "./lines.js";

const AHEAD = 1500; // pixels before the edge at which the next lines are fetched
const FAR = 150; // lines from the edge at which those around are fetched, and not those between
const MOST = 1200; // lines that stay on the page
const RESTED = 90; // milliseconds without scrolling before lines far off are fetched
const ROW = 19.375;
let turn = 0;
let busy = false;
let timer = 0;

const dialog = () => document.querySelector("#dialog[data-lines]");
const gap = (box, side) => box.querySelector(`:scope > .gap[data-gap="${side}"]`);
const portions = (box) => box.querySelectorAll(":scope > template.abouts");
const count = (box) => box.getElementsByClassName("line").length;
const row = (box) => Number(box.dataset.row) || ROW;

export function start() {
  document.addEventListener("scroll", look, { capture: true, passive: true });
  addEventListener("resize", measure);
  document.addEventListener("sandpost:lines", tell);
}

/** Take stock of the open dialog: how high a line is, what is here, and what is to be fetched. */
export function settle() {
  const box = dialog();
  if (!box) return;
  measure();
  tell();
  look();
}

/** The gaps are as high as their lines would be if they were like those that are here. */
export function measure() {
  const box = dialog();
  const lines = box?.getElementsByClassName("line");
  if (!lines?.length || !box.querySelector(":scope > .gap")) return;
  const above = lines[0].getBoundingClientRect().top;
  const below = gap(box, "below")?.getBoundingClientRect().top ?? box.getBoundingClientRect().bottom;
  box.dataset.row = Math.max(1, (below - above) / lines.length);
  stretch(box);
}

function stretch(box) {
  for (const each of box.querySelectorAll(":scope > .gap")) {
    each.style.height = `${Math.round(each.dataset.lines * row(box))}px`;
  }
}

/** Fetch what the reader comes near to, or has gone to. */
export function look() {
  const box = dialog();
  if (!box || busy) return;
  const { top, bottom } = document.getElementById("pane").getBoundingClientRect();
  const above = gap(box, "above");
  const below = gap(box, "below");
  const up = above ? above.getBoundingClientRect().bottom : -Infinity;
  const down = below ? below.getBoundingClientRect().top : Infinity;
  const far = FAR * row(box);
  if (up > bottom + far || down < top - far) leap(box, up > bottom ? above : below, (top + bottom) / 2);
  else if (down < bottom + AHEAD) extend(box, "below");
  else if (up > top - AHEAD) extend(box, "above");
}

/** The reader went far off: say which lines these are, and fetch them once the scrolling rests. */
function leap(box, where, middle) {
  const before = where.dataset.gap === "above" ? 0 : last(box);
  const into = Math.max(0, Math.floor((middle - where.getBoundingClientRect().top) / row(box)));
  const seq = before + 1 + Math.min(into, Number(where.dataset.lines) - 1);
  where.firstElementChild.textContent = `Line ${seq.toLocaleString("en")}`;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (!box.isConnected || busy || !(await replace(box, seq))) return;
    const pane = document.getElementById("pane");
    const line = place(seq);
    if (line && pane.scrollTop > 0) pane.scrollTop += line.getBoundingClientRect().top - middle;
  }, RESTED);
}

async function extend(box, side) {
  const first = Number(box.querySelector(":scope > .line")?.dataset.seq ?? 1);
  const lines = await fetched(box, side === "below" ? "after" : "before", side === "below" ? last(box) : first);
  if (!lines) return;
  keepPlace(() => {
    if (side === "below") append(box, lines);
    else prepend(box, lines);
    trim(box, side === "below" ? "above" : "below");
    stretch(box);
  });
  document.dispatchEvent(new CustomEvent("sandpost:lines"));
  requestAnimationFrame(look);
}

function append(box, lines) {
  lines.querySelector('.gap[data-gap="above"]')?.remove();
  lines.querySelector(".continued")?.remove();
  gap(box, "below")?.remove();
  box.append(lines);
}

function prepend(box, lines) {
  lines.querySelector('.gap[data-gap="below"]')?.remove();
  box.querySelector(":scope > .continued")?.remove();
  gap(box, "above")?.remove();
  box.prepend(lines);
}

/** Show the lines around one instead of those that are here; false where they cannot be had. */
export async function replace(box, seq) {
  const lines = await fetched(box, "at", seq);
  if (!lines) return false;
  box.replaceChildren(lines);
  measure();
  document.dispatchEvent(new CustomEvent("sandpost:lines"));
  requestAnimationFrame(look);
  return true;
}

/** By hand: htmx looks up every id of what it swaps, one by one. Whoever asks later is the only one to be answered. */
async function fetched(box, name, seq) {
  const mine = ++turn;
  busy = true;
  clearTimeout(timer);
  const url = new URL(box.dataset.lines, location.href);
  url.searchParams.set(name, seq);
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    const isAnswered = response.ok && mine === turn && box.isConnected && template.content.querySelector(".line");
    return isAnswered ? template.content : null;
  } catch {
    return null; // the next hello of the socket, and the next scrolling, try again
  } finally {
    if (mine === turn) busy = false;
  }
}

/** Let go of what is farthest from the reader; never of what has the focus or is marked. */
export function trim(box, side) {
  while (count(box) > MOST && portions(box).length > 1 && getSelection().isCollapsed) {
    const all = portions(box);
    const from = side === "above" ? all[0] : all[all.length - 1];
    const until = side === "above" ? all[1] : gap(box, "below");
    const parts = [];
    for (let part = from; part && part !== until; part = part.nextElementSibling) parts.push(part);
    if (parts.some((part) => part.contains(document.activeElement))) return;
    drop(box, side, parts);
  }
}

function drop(box, side, parts) {
  const lines = parts.filter((part) => part.matches(".line")).length;
  const phase = parts.findLast((part) => part.matches(".phase"))?.dataset.phase;
  for (const part of parts) part.remove();
  const widened = gap(box, side) ?? opened(box, side);
  widened.dataset.lines = Number(widened.dataset.lines) + lines;
  const first = box.querySelector(":scope > .line");
  if (side === "above" && phase && !first.previousElementSibling.matches(".phase")) {
    const heading = document.createElement("h3");
    heading.className = "phase continued";
    heading.dataset.phase = phase;
    heading.textContent = `${phase}, continued`;
    first.before(heading);
  }
}

function opened(box, side) {
  const made = document.createElement("div");
  made.className = "gap";
  made.dataset.gap = side;
  made.dataset.lines = 0;
  made.append(Object.assign(document.createElement("span"), { textContent: "Loading lines" }));
  if (side === "above") box.prepend(made);
  else box.append(made);
  return made;
}

/** What the browser's own search finds is what is on the page: say what that is. */
function tell() {
  const box = dialog();
  const words = document.getElementById("covers");
  if (!box || !words) return;
  const first = Number(box.querySelector(":scope > .line")?.dataset.seq ?? 0);
  const all = last(box) + Number(gap(box, "below")?.dataset.lines ?? 0);
  const number = (value) => value.toLocaleString("en");
  const part = first > 1 || all > last(box);
  words.hidden = !part;
  words.textContent = part ? `Find in page covers lines ${number(first)} to ${number(last(box))} of ${number(all)}` : "";
}
