// The reading pane: marks the row that is open, keeps the head true, goes back without a reload.
import { on } from "./socket.js";

const own = new Set(); // ids whose deletion this page asked for
let heading = 0;

const current = () => document.querySelector("#pane [data-pane]")?.dataset.pane ?? "";
const home = () => (document.querySelector("[data-live]")?.dataset.live === "sessions" ? "/sessions/" : "/");

export function openId() {
  return current();
}

export function close() {
  const back = document.querySelector("#pane [data-back]");
  if (back) back.click();
}

export function start() {
  mark();
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("sandpost:rows", mark);
  document.addEventListener("htmx:historyCacheMiss", restore);
  document.addEventListener("htmx:afterSwap", scrolled);
  document.addEventListener("sandpost:deleted", (event) => deleted(event.detail.ids));
  document.addEventListener("sandpost:changed", (event) => changed(event.detail.ids));
  document.addEventListener("sandpost:refresh", () => changed(null));
  document.addEventListener("submit", remember, true);
  document.addEventListener("change", toggled);
  document.addEventListener("htmx:responseError", () => say("That did not work; the server refused it."));
  document.addEventListener("htmx:sendError", () => say("That did not work; Sandpost cannot be reached."));
  on("changed", (frame) => changed(frame.ids));
  on("deleted", (frame) => vanished(frame.ids));
  on("sessions", (frame) => home() === "/sessions/" && changed(frame.lines && Object.keys(frame.lines)));
  on("sessions-deleted", () => home() === "/sessions/" && vanished(null));
}

function mark() {
  const id = current();
  for (const link of document.querySelectorAll("#rows > .row > a[aria-current]")) {
    if (link.parentElement.dataset.id !== id) link.removeAttribute("aria-current");
  }
  if (id) document.querySelector(`#rows > [data-id="${CSS.escape(id)}"] > a`)?.setAttribute("aria-current", "true");
}

function scrolled(event) {
  if (event.detail.target.id === "pane") event.detail.target.scrollTop = 0;
}

/** Back and forward change the pane only; the list keeps its place. */
function restore(event) {
  event.preventDefault();
  const path = event.detail.path;
  if (path === "/" || /^\/(messages|sessions)\//.test(path)) load(path);
  else location.reload();
}

function load(path) {
  if (document.getElementById("pane")) htmx.ajax("GET", path, { target: "#pane", swap: "innerHTML" });
  else location.assign(path);
}

function changed(ids) {
  const id = current();
  if (!id || id === "gone" || (ids !== null && !ids.includes(id))) return;
  clearTimeout(heading);
  heading = setTimeout(() => {
    if (current() === id) htmx.ajax("GET", `${base(id)}header/`, { target: "#head", swap: "outerHTML" });
  }, 150);
}

const base = (id) => (home() === "/" ? `/messages/${id}/` : `/sessions/${id}/`);

/** Another page, or retention, may have deleted what is open: a head without content says so. */
function vanished(ids) {
  const id = current();
  if (!id || id === "gone" || own.has(id)) return;
  if (ids === null || ids.includes(id)) {
    fetch(`${base(id)}header/`, { headers: { "HX-Request": "true" } }).then((response) => {
      if (response.status === 204 && current() === id) load(base(id));
    });
  }
}

function remember(event) {
  if (event.target.matches('[data-key="Delete"]')) own.add(current());
}

export function ownDeletion(id) {
  own.add(id);
}

function deleted(ids) {
  if (!ids.includes(current()) && current() !== "gone") return;
  history.replaceState({ htmx: true }, "", home() + location.search);
  load(home());
}

function toggled(event) {
  const name = event.target.dataset.toggles;
  if (name) document.getElementById(event.target.getAttribute("aria-controls")).classList.toggle(name, event.target.checked);
}

let toast = 0;
/** Say something in passing; with `undoable`, longer, and with a button that takes it back. */
export function say(text, undoable = false) {
  const element = document.getElementById("toast");
  element.querySelector("span").textContent = text;
  element.querySelector("button").hidden = !undoable;
  // What lies over the page is the only thing that is seen.
  (document.querySelector("dialog[open]") ?? document.body).append(element);
  element.hidden = false;
  clearTimeout(toast);
  toast = setTimeout(() => (element.hidden = true), undoable ? 10000 : 4000);
}
