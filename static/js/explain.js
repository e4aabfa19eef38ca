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
const visible = (element) => element.checkVisibility() || (element.matches(".keywords") && element.parentElement.checkVisibility());

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
  const dialog = document.getElementById("dialog");
  if (dialog && !dialog.querySelector(`:is(${STOPS})[tabindex="0"]`)) dialog.querySelector(".offset")?.setAttribute("tabindex", "0");
}

function enter(stop) {
  for (const old of stop.closest("#dialog")?.querySelectorAll(`:is(${STOPS})[tabindex="0"]`) ?? []) old.tabIndex = -1;
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
  const stop = event.target.closest("#dialog")?.contains(event.target) && event.target.closest(STOPS);
  if (!stop || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.key === "Enter" || event.key === " ") && stop.dataset.x) {
    if (shown === stop) hide();
    else show(stop, true);
    event.preventDefault();
    return;
  }
  const next = STEPS[event.key]?.(stop);
  if (next === undefined) return;
  event.preventDefault();
  if (next) enter(next);
}

const holder = (stop) => stop.closest(".line, .keywords");
const inside = (holding) => Array.from(holding.querySelectorAll(STOPS)).filter(visible);

const STEPS = {
  ArrowRight: (stop) => beside(stop, 1),
  ArrowLeft: (stop) => beside(stop, -1),
  ArrowDown: (stop) => below(stop, 1),
  ArrowUp: (stop) => below(stop, -1),
  Home: (stop) => inside(holder(stop))[0],
  End: (stop) => inside(holder(stop)).at(-1),
};

function beside(stop, step) {
  const all = inside(holder(stop));
  return all[all.indexOf(stop) + step] ?? null;
}

/** The same place in the next line, or its last one. */
function below(stop, step) {
  const rows = Array.from(document.querySelectorAll("#dialog .line, #dialog .keywords")).filter(visible);
  const here = holder(stop);
  const next = rows[rows.indexOf(here) + step];
  if (!next) return null;
  const all = inside(next);
  return all[Math.min(inside(here).indexOf(stop), all.length - 1)] ?? null;
}
