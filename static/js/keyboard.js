// The keys: never while someone types, never with a modifier that belongs to the browser.
import { perform, undo } from "./bulk.js";
import { chooseByNumber } from "./depth.js";
import { pause } from "./dialog.js";
import { under, unfold } from "./folding.js";
import { openSheet } from "./sheets.js";
import { focusSearch } from "./search.js";
import { close, openId, ownDeletion } from "./pane.js";
import { chooseAll, clear, extend, isEmpty, toggle } from "./selection.js";

const PLACES = { i: "/", s: "/sessions/" };
const SECOND = 1200;
let went = 0;

const rows = () => Array.from(document.querySelectorAll("#rows > .row:not(.under) > a"));
const link = () => document.activeElement?.closest("#rows > .row > a") ?? document.querySelector("#rows > .row > a[aria-current]");

export function start() {
  document.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) return withControl(event);
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
  const place = PLACES[event.key];
  if (place && Date.now() - went < SECOND) return location.assign(place);
  went = event.key === "g" ? Date.now() : 0;
  const action = ACTIONS[event.key];
  if (action && action(event) !== false) event.preventDefault();
  return undefined;
}

function withControl(event) {
  if (event.key !== "a" || event.target.closest("input:not([type=checkbox]), textarea, dialog, .pane") || kind() !== "messages" || !rows().length) return;
  event.preventDefault();
  chooseAll();
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: (event) => inList(event) && move(1),
  ArrowUp: (event) => inList(event) && move(-1),
  Escape: () => back(),
  J: () => stretch(1),
  K: () => stretch(-1),
  x: (event) => !event.repeat && pick(),
  s: (event) => !event.repeat && star(),
  t: (event) => !event.repeat && tag(),
  z: (event) => !event.repeat && undo(),
  ArrowRight: (event) => inList(event) && unfold(target(), true),
  ArrowLeft: (event) => inList(event) && unfold(target(), false),
  u: (event) => !event.repeat && toggleRead(),
  Delete: (event) => !event.repeat && remove(),
  "#": (event) => !event.repeat && remove(),
  1: () => chooseByNumber(1),
  2: () => chooseByNumber(2),
  3: () => chooseByNumber(3),
  p: () => pause(),
  "?": () => openSheet("shortcuts"),
  "/": () => focusSearch(),
};

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
