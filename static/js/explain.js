// What a part of a line means: on hover, on focus and on tap, in one box that floats beside it.
// The dialog is one stop for the Tab key; the arrows go from part to part and from line to line.
const LINGER = 180; // so that the pointer may go from the part into the box
const GAP = 6;
const EDGE = 8;
const STOPS = ".offset, [data-x]";
let shown = null; // the part that is explained
let pinned = false; // by a tap or by the keyboard: the pointer does not close it
let timer = 0;

const box = () => document.getElementById("about");
let stop = null; // where the Tab key enters the dialog

export function start() {
  stops();
  document.addEventListener("htmx:afterSettle", stops);
  document.addEventListener("sandpost:lines", stops);
  document.addEventListener("pointerover", over);
  document.addEventListener("pointerout", (event) => event.pointerType === "mouse" && !pinned && later());
  document.addEventListener("click", tapped);
  document.addEventListener("focusin", focused);
  document.addEventListener("keydown", pressed);
  document.addEventListener("scroll", () => shown && place(), { capture: true, passive: true });
  addEventListener("resize", hide);
}

function over(event) {
  if (event.pointerType !== "mouse") return;
  if (event.target.closest("#about")) clearTimeout(timer);
  const part = event.target.closest("[data-x]");
  if (part && !(pinned && part !== shown && shown?.contains(document.activeElement))) show(part, false);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(hide, LINGER);
}

function tapped(event) {
  const part = event.target.closest("[data-x]");
  if (!part) {
    if (!event.target.closest("#about")) hide();
    return;
  }
  if (!getSelection().isCollapsed) return; // it was marked to be copied
  if (shown === part && pinned) hide();
  else {
    enter(part);
    show(part, true);
  }
}

function focused(event) {
  const part = event.target.closest("[data-x]");
  if (part) show(part, true);
  else if (pinned && !event.target.closest("#about")) hide();
}

function show(part, pin) {
  clearTimeout(timer);
  pinned = pin || (pinned && part === shown);
  if (shown === part) return;
  const about = find(part.dataset.x);
  if (!about) return;
  forget();
  shown = part;
  box().replaceChildren(about);
  part.setAttribute("aria-describedby", "about");
  part.classList.add("shown");
  if (!box().matches(":popover-open")) box().showPopover();
  place();
}

/** Every batch of lines brings the explanations that it needs. */
function find(key) {
  for (const template of document.querySelectorAll("template.abouts")) {
    const found = template.content.querySelector(`[data-about="${CSS.escape(key)}"]`);
    if (found) return found.cloneNode(true);
  }
  return null;
}

function place() {
  const part = shown.getClientRects()[0];
  const floating = box();
  if (!part || !shown.isConnected || part.bottom < 0 || part.top > innerHeight) return hide();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const left = Math.max(EDGE, Math.min(part.left, innerWidth - width - EDGE));
  const below = part.bottom + GAP;
  const top = below + height <= innerHeight - EDGE ? below : Math.max(EDGE, part.top - GAP - height);
  floating.style.left = `${left}px`;
  floating.style.top = `${top}px`;
  return undefined;
}

function forget() {
  shown?.removeAttribute("aria-describedby");
  shown?.classList.remove("shown");
  shown = null;
}

function hide() {
  clearTimeout(timer);
  if (!shown) return;
  forget();
  pinned = false;
  if (box().matches(":popover-open")) box().hidePopover();
}

/** The first line is the stop of the Tab key until somebody went further. */
function stops() {
  if (shown && !shown.isConnected) hide();
  if (stop?.isConnected) return;
  stop = document.querySelector("#dialog .offset");
  if (stop) stop.tabIndex = 0;
}

function enter(next) {
  if (stop) stop.tabIndex = -1;
  stop = next;
  stop.tabIndex = 0;
  if (stop.dataset.x) stop.setAttribute("role", "button");
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "nearest" });
}

function pressed(event) {
  if (event.key === "Escape" && shown) {
    hide();
    event.preventDefault();
    return;
  }
  const here = event.target.closest("#dialog") && event.target.closest(STOPS);
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.key === "Enter" || event.key === " ") && here.dataset.x) {
    if (shown === here) hide();
    else show(here, true);
    event.preventDefault();
    return;
  }
  const next = STEPS[event.key]?.(here);
  if (next === undefined) return;
  event.preventDefault();
  if (next) enter(next);
}

const row = (part) => part.closest("#dialog > *");
const inside = (holding) => Array.from(holding.querySelectorAll(STOPS)).filter((part) => part.checkVisibility());

const STEPS = {
  ArrowRight: (part) => beside(part, 1),
  ArrowLeft: (part) => beside(part, -1),
  ArrowDown: (part) => beyond(part, "nextElementSibling"),
  ArrowUp: (part) => beyond(part, "previousElementSibling"),
  Home: (part) => inside(row(part))[0],
  End: (part) => inside(row(part)).at(-1),
};

function beside(part, step) {
  const all = inside(row(part));
  return all[all.indexOf(part) + step] ?? null;
}

/** The same place in the next row that has one, or its last. */
function beyond(part, direction) {
  const at = inside(row(part)).indexOf(part);
  for (let next = row(part)[direction]; next; next = next[direction]) {
    const all = inside(next);
    if (all.length) return all[Math.min(at, all.length - 1)];
  }
  return null;
}
