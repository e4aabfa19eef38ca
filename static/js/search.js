// The search of a list: the box, the chips and every other link that changes it, and the address.
import { say } from "./pane.js";

let asking = null;
let loading = Promise.resolve();
let wanted = ""; // the filter that was asked for last, whether its list is here yet or not

const box = () => document.getElementById("q");
const list = () => document.querySelector("#list[data-q]");
const base = () => new URL(document.getElementById("search").action).pathname;
/** Whether an address is that of the list, or of what is open beside it. */
const isHere = (path) => (base() === "/" ? path === "/" || path.startsWith("/messages/") : path.startsWith(base()));

export function start() {
  if (list()) wanted = query(list().dataset.q, list().dataset.view);
  described();
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("htmx:configRequest", kept);
  document.addEventListener("htmx:historyCacheMiss", restored);
  document.addEventListener("htmx:afterSettle", described);
  document.addEventListener("sandpost:swept", swept);
}

/** Put the cursor into the box; false where there is none. */
export function focusSearch() {
  const input = box();
  if (!input) return false;
  input.focus();
  input.select();
  return true;
}

function query(q, view) {
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  if (view && view !== "list") query.set("view", view);
  return String(query) && `?${query}`;
}

/** Show what a filter finds; what is open in the pane stays open. */
function apply(q, view) {
  const search = query(q, view);
  if (location.search !== search) {
    history.replaceState({ htmx: true }, ""); // so that htmx hears of the way back
    history.pushState({ htmx: true }, "", location.pathname + search);
  }
  loading = load(q, view);
  return loading;
}

/** Put the list of a filter in the place of the one there is; only the last that was asked for counts. */
async function load(q, view) {
  box().value = q;
  wanted = query(q, view);
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const headers = { "HX-Request": "true", "HX-Target": "list" };
    const response = await fetch(`${base()}${query(q, view)}`, { headers, signal });
    const html = await response.text();
    if (!response.ok) throw new Error(response.status);
    if (signal.aborted) return;
    const target = list();
    htmx.swap(target, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, { eventInfo: { target } });
    document.getElementById("announce").textContent = document.querySelector("#list .tally > span")?.textContent ?? "";
  } catch {
    if (!signal.aborted) say("That did not work; Sandpost cannot be reached.");
  }
}

async function clicked(event) {
  const link = event.target.closest("a[data-filter], a[data-view-link]");
  if (!link || !list() || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  await loading; // a chip of a list that is about to be replaced would still speak of the filter before
  const asked = new URL((document.getElementById(link.id) ?? link).href).searchParams;
  const view = link.dataset.viewLink ?? asked.get("view") ?? "list";
  const q = link.dataset.viewLink ? list().dataset.q : (asked.get("q") ?? "");
  link.closest("dialog")?.close();
  const id = link.id; // a chip keeps the focus, though it is another element then
  apply(q, view).then(() => id && document.getElementById(id)?.focus());
}

function submitted(event) {
  if (event.target.id !== "search" || !list()) return;
  event.preventDefault();
  apply(box().value.trim(), list().dataset.view);
}

/** What the pane loads, and what asks before it deletes, belong to the same filter. */
function kept(event) {
  const { path, parameters, target, verb } = event.detail;
  if (verb !== "get" || !path.startsWith("/sessions/") || path.includes("?") || !list()) return;
  if (target.id !== "pane" && target.id !== "sweep") return;
  const { q, view } = list().dataset;
  if (q) parameters.q = q;
  if (view === "clients" && target.id === "pane") parameters.view = view;
}

/** Back and forward change the filter, too. */
function restored(event) {
  const asked = new URL(event.detail.path, location.href);
  if (!list() || !isHere(asked.pathname)) return;
  const q = asked.searchParams.get("q") ?? "";
  const view = asked.searchParams.get("view") ?? "list";
  if (query(q, view) !== wanted) load(q, view);
}

/** Say at the box what the list says of its text. */
function described() {
  const input = box();
  if (!input || !list()) return;
  input.setAttribute("aria-invalid", String(Boolean(document.querySelector(".problems"))));
  const { q, view } = list().dataset;
  for (const link of document.querySelectorAll("[data-view-link]")) {
    link.href = `/sessions/${query(q, link.dataset.viewLink)}`;
    link.toggleAttribute("aria-current", link.dataset.viewLink === view);
    if (link.dataset.viewLink === view) link.setAttribute("aria-current", "true");
  }
}

/** A deletion has ended: what is shown begins anew. */
function swept() {
  load(list().dataset.q, list().dataset.view);
}
