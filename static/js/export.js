// The menus by which a session leaves the page: placed under their button, walked by arrow keys; and what copies.
import { openSheet } from "./sheets.js";
import { say } from "./pane.js";

const GAP = 4;
const PHONE = matchMedia("(max-width: 720px)");

export function start() {
  // Neither bubbles, and both must come before the keys of the page.
  document.addEventListener("beforetoggle", place, true);
  document.addEventListener("keydown", step, true);
  document.addEventListener("click", chosen);
}

function place(event) {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches(".menu")) return;
  menu.style.cssText = "";
  if (PHONE.matches) return;
  const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  menu.style.top = `${button.bottom + GAP}px`;
  menu.style.right = `${Math.max(8, document.documentElement.clientWidth - button.right)}px`;
}

function step(event) {
  const menu = document.querySelector(".menu:popover-open");
  if (!menu) return;
  // The browser closes the menu; the page must not close what lies behind it.
  if (event.key === "Escape") event.stopPropagation();
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = Array.from(menu.querySelectorAll("button, a, input"));
  const at = all.indexOf(document.activeElement);
  const next = at < 0 && by < 0 ? -1 : at + by;
  all[(next + all.length) % all.length].focus();
  event.preventDefault();
  event.stopPropagation();
}

function chosen(event) {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  else if (!event.target.closest(".menu a[download], .menu [data-opens]")) return;
  event.target.closest(".menu").hidePopover();
}

async function copy(button) {
  const named = document.getElementById("copy-addresses").checked;
  const fetched = load(button.dataset.copy + (named ? "?addresses=1" : ""));
  const words = named ? "with addresses" : "addresses replaced";
  try {
    await write(fetched.then((answer) => answer.text));
    const { cut } = await fetched;
    say(`Copied as ${button.dataset.what}, ${words}${cut ? `: ${cut}` : ""}`);
  } catch {
    await fetched.then(byHand, () => say("That did not work; Sandpost cannot be reached."));
  }
}

async function load(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.statusText);
  return { text: await response.text(), cut: response.headers.get("X-Cut") };
}

/** Safari wants to be given the clipboard's content within the click, even if it is not there yet. */
async function write(text) {
  if (!window.ClipboardItem) return navigator.clipboard.writeText(await text);
  const blob = text.then((known) => new Blob([known], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

function byHand({ text }) {
  const field = document.querySelector("#by-hand textarea");
  field.value = text;
  openSheet("by-hand");
  field.focus();
  field.select();
}
