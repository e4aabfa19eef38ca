// The keys: never while someone types, never with a modifier that belongs to the browser.
import { chooseByNumber } from "./depth.js";
import { pause } from "./dialog.js";
import { openSheet } from "./sheets.js";
import { close, openId, ownDeletion } from "./pane.js";

const PLACES = { i: "/", s: "/sessions/" };
const SECOND = 1200;
let went = 0;

const rows = () => Array.from(document.querySelectorAll("#rows > .row > a"));
const link = () => document.activeElement?.closest("#rows > .row > a") ?? document.querySelector("#rows > .row > a[aria-current]");

export function start() {
  document.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
  const place = PLACES[event.key];
  if (place && Date.now() - went < SECOND) return location.assign(place);
  went = event.key === "g" ? Date.now() : 0;
  const action = ACTIONS[event.key];
  if (action && action(event) !== false) event.preventDefault();
  return undefined;
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: (event) => inList(event) && move(1),
  ArrowUp: (event) => inList(event) && move(-1),
  Escape: () => back(),
  u: (event) => !event.repeat && toggleRead(),
  Delete: (event) => !event.repeat && remove(),
  "#": (event) => !event.repeat && remove(),
  1: () => chooseByNumber(1),
  2: () => chooseByNumber(2),
  3: () => chooseByNumber(3),
  p: () => pause(),
  "?": () => openSheet("shortcuts"),
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

function back() {
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
  const row = target();
  if (kind() !== "messages" || !row) return openId() && submit("u");
  post(`/messages/${row.dataset.id}/${row.dataset.read === "1" ? "unread" : "read"}/`);
  return true;
}

function remove() {
  const row = target();
  if (!row) return openId() && submit("Delete");
  if (kind() === "sessions" && row.classList.contains("open")) return false;
  const all = rows();
  const at = all.indexOf(row.firstElementChild);
  (all[at + 1] ?? all[at - 1])?.focus();
  ownDeletion(row.dataset.id);
  post(`/${kind()}/${row.dataset.id}/delete/`);
  return true;
}

function submit(key) {
  const form = document.querySelector(`#pane [data-key="${key}"]`);
  form?.requestSubmit();
  return Boolean(form);
}
