// Brings the list in step with what the socket tells.
import { LiveList } from "./list.js";
import { on } from "./socket.js";

const QUIET = 2500;
const RECENT = 3000;
let list = null;
let told = -RECENT;
let greeted = false;
let arrived = 0;
let timer = 0;
let reloading = 0; // since when the page is on its way anew, 0 where it is not
let missed = false; // whether something happened meanwhile

export function start() {
  find();
  document.addEventListener("htmx:afterSettle", find);
  document.addEventListener("htmx:afterSettle", reloaded);
  document.addEventListener("sandpost:rows", emptied);
  // The next page down may turn out empty, after which no swap is reported.
  document.addEventListener("htmx:afterRequest", () => setTimeout(emptied));
  document.addEventListener("sandpost:arrived", announce);
  document.addEventListener("sandpost:changed", (event) => list?.refresh(event.detail.ids));
  document.addEventListener("sandpost:deleted", (event) => list?.remove(event.detail.ids));
  document.addEventListener("sandpost:deleting", (event) => list?.remove(event.detail.ids));
  document.addEventListener("sandpost:again", () => list?.again());
  document.addEventListener("sandpost:emptied", () => {
    document.getElementById("delete-all")?.close();
    reload();
  });
  document.addEventListener("sandpost:refresh", () => list?.refresh(null));
  document.addEventListener("visibilitychange", () => list?.wake());
  on("hello", greet);
  on("mail", (frame) => shows("messages") && news(frame.last));
  on("changed", (frame) => shows("messages") && list?.refresh(frame.ids));
  on("deleted", (frame) => shows("messages") && gone(frame.ids));
  on("restored", () => shows("messages") && (list ? list.again() : reload()));
  on("sessions", (frame) => shows("sessions") && went(frame.lines));
  on("sessions-deleted", () => shows("sessions") && list?.refresh(null));
}

const holder = () => document.querySelector("[data-live]");
const shows = (what) => holder()?.dataset.live === what;

function find() {
  const rows = document.getElementById("rows");
  if (list?.rows === rows) return;
  list = rows && new LiveList(rows);
  if (list) list.changed();
  // What happened while these rows were on their way is not among them.
  if (rows && performance.now() - told < RECENT) {
    list.sync();
    list.refresh(null);
  }
}

function news(last) {
  if (!list) reload();
  else if (last > list.cursor) list.sync();
}

function gone(ids) {
  if (ids === null) list?.refresh(null);
  else list?.remove(ids);
}

function went(lines) {
  told = performance.now();
  list?.sync();
  list?.refresh(lines === null ? null : Object.keys(lines));
}

/** The first hello finds what came between the page and its socket; a later one what came while it was away. */
function greet(frame) {
  const last = shows("messages") ? frame.last_message : frame.last_session;
  if (holder() && last) news(last);
  if (greeted && list) list.refresh(null);
  greeted = false;
}
on("state", (state) => {
  if (state === "lost") greeted = true;
});

/** The first message replaces the page that explains how to connect, and the last one brings it back. */
function reload() {
  if (!shows("messages")) return;
  // Once at a time: the second page would take with it what was typed into the first.
  missed = Boolean(reloading) && performance.now() - reloading < RECENT;
  if (missed) return;
  reloading = performance.now();
  if (location.pathname !== "/") history.replaceState(history.state, "", "/");
  htmx.ajax("GET", "/", { target: "#main", select: "#main", swap: "outerHTML" });
}

function reloaded(event) {
  if (!reloading || event.detail.target?.id !== "main") return;
  reloading = 0;
  if (!missed) return;
  missed = false;
  if (list) list.again();
  else reload();
}

function emptied() {
  if (list?.isEmpty && shows("messages") && !list.filter) reload();
}

/** One quiet sentence for screen readers, however many arrive. */
function announce(event) {
  arrived += event.detail.count;
  timer ||= setTimeout(() => {
    const noun = shows("messages") ? "message" : "session";
    document.getElementById("announce").textContent = `${arrived} new ${noun}${arrived === 1 ? "" : "s"}`;
    arrived = 0;
    timer = 0;
  }, QUIET);
}
