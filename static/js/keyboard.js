// The keys, as webui/shortcuts.py declares them: never while someone types, nor with what belongs to the browser.
import { perform, undo } from "./bulk.js";
import { chooseByNumber } from "./depth.js";
import { pause } from "./dialog.js";
import { under, unfold } from "./folding.js";
import { togglePalette } from "./palette.js";
import { openSheet } from "./sheets.js";
import { focusSearch } from "./search.js";
import { close, openId, ownDeletion } from "./pane.js";
import { chooseAll, clear, extend, isEmpty, toggle } from "./selection.js";

const SECOND = 1200;
const REPEATED = ["move", "extend"];
const WRITING = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]";
let bindings = {}; // of webui/shortcuts.py: the key, the action, its argument
let before = ""; // the first of two keys
let then = 0;

const rows = () => Array.from(document.querySelectorAll("#rows > .row:not(.under) > a"));
const link = () => document.activeElement?.closest("#rows > .row > a") ?? document.querySelector("#rows > .row > a[aria-current]");

export function start() {
  bindings = JSON.parse(document.getElementById("shortcuts").dataset.keys);
  document.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const held = event.ctrlKey || event.metaKey;
  const isWriting = Boolean(event.target.closest(WRITING));
  if (isWriting && !held) return;
  const key = held ? `Ctrl+${event.shiftKey ? "Shift+" : ""}${event.key}` : event.key;
  const [action, argument] = bindings[second(key)] ?? bindings[key] ?? [];
  if (!action || (isWriting && action !== "palette") || (event.repeat && !REPEATED.includes(action))) return;
  if (event.key.startsWith("Arrow") && !inList(event)) return;
  if (run(action, argument, event) !== false) event.preventDefault();
}

/** This key behind the one that was pressed just before. */
function second(key) {
  const both = Date.now() - then < SECOND ? `${before} ${key}` : "";
  [before, then] = [key, Date.now()];
  return both;
}

/** Do what a key does; false where there is nothing to do it to. */
export function run(action, argument = "", event = null) {
  return ACTIONS[action](argument, event);
}

const ACTIONS = {
  palette: () => togglePalette(),
  sheet: (id) => openSheet(id),
  search: () => focusSearch(),
  go: (path) => location.assign(path),
  undo: () => undo(),
  move: (step) => move(Number(step)),
  back: () => back(),
  remove: () => remove(),
  read: () => toggleRead(),
  star: () => star(),
  tag: () => tag(),
  pick: () => pick(),
  extend: (step) => stretch(Number(step)),
  all: (_, event) => everything(event),
  fold: (way) => unfold(target(), way === "out"),
  dialog: () => dialogAndBack(),
  depth: (number) => chooseByNumber(Number(number)),
  pause: () => pause(),
};

function everything(event) {
  if (event?.target.closest(".pane") || kind() !== "messages" || !rows().length) return false;
  chooseAll();
  return true;
}

/** From a message to the conversation that carried it, and from there to the message. */
function dialogAndBack() {
  const tab = document.querySelector("#tab-dialog");
  const way = tab?.getAttribute("aria-selected") === "true" ? document.querySelector("#tabs [role=tab]") : tab;
  way?.click();
  return Boolean(way);
}

/** Arrows scroll the pane and move between tabs where the focus is there. */
const inList = (event) => event.target === document.body || Boolean(event.target.closest(".list"));

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(link());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function stretch(step) {
  if (kind() !== "messages") return false;
  const from = document.activeElement?.closest("#rows > .row");
  move(step);
  extend(from, document.activeElement?.closest("#rows > .row"));
  return true;
}

function pick() {
  const row = target();
  if (!row?.matches(".message")) return false;
  toggle(row);
  return true;
}

function star() {
  if (perform("star", {}, null)) return true;
  const row = target();
  if (!row?.matches(".message")) return openId() && submit("s");
  return perform(row.dataset.starred === "1" ? "unstar" : "star", {}, [row.dataset.id]);
}

function tag() {
  const menu = document.getElementById("tag-menu");
  if (!menu) return false;
  if (isEmpty()) pick();
  if (!isEmpty()) menu.showPopover();
  document.getElementById("tag-name").focus();
  return true;
}

function back() {
  if (!isEmpty()) {
    clear();
    return true;
  }
  if (!openId()) return false;
  const row = document.querySelector(`#rows > [data-id="${CSS.escape(openId())}"] > a`);
  close();
  row?.focus();
  return true;
}

/** The row under the cursor, or what the pane shows. */
function target() {
  const row = document.activeElement?.closest("#rows > .row");
  return row ?? document.querySelector(`#rows > [data-id="${CSS.escape(openId() || "-")}"]`);
}

const post = (path) => htmx.ajax("POST", path, { source: document.body, swap: "none" });
const kind = () => (document.querySelector("[data-live]")?.dataset.live === "sessions" ? "sessions" : "messages");

function toggleRead() {
  if (!isEmpty()) return perform(document.querySelector("#rows > .picked.new") ? "read" : "unread", {}, null);
  const row = target();
  if (kind() !== "messages" || !row) return openId() && submit("u");
  post(`/messages/${row.dataset.id}/${row.dataset.read === "1" ? "unread" : "read"}/`);
  return true;
}

function remove() {
  if (!isEmpty()) return perform("delete", {}, null);
  const row = target();
  if (!row) return openId() && submit("Delete");
  if (kind() === "sessions" && row.classList.contains("open")) return false;
  const all = rows();
  const at = all.indexOf(row.querySelector(":scope > a"));
  (all[at + 1] ?? all[at - 1])?.focus();
  ownDeletion(row.dataset.id);
  if (kind() === "messages") return perform("delete", {}, under(row).map((each) => each.dataset.id));
  post(`/${kind()}/${row.dataset.id}/delete/`);
  return true;
}

function submit(key) {
  const form = document.querySelector(`#pane [data-key="${key}"]`);
  form?.requestSubmit();
  return Boolean(form);
}
