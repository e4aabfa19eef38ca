// What stands above a list, kept true: the chips' figures, what failed last, how many match; and the groups.
import { on } from "./socket.js";

const PAUSE = 700; // figures may lag a little: a flood must not keep the server busy with them
const SHARE = 8;
let timer = 0;
let wanted = false;
let unfolded = false;

const shows = (what) => list()?.querySelector("[data-live]")?.dataset.live === what || (what === "sessions" && list()?.dataset.view);
const list = () => document.querySelector("#list[data-above]");

export function start() {
  for (const type of ["sessions", "sessions-deleted"]) on(type, () => shows("sessions") && soon());
  // Without a search, nothing stands above the messages.
  for (const type of ["mail", "changed", "deleted", "restored"]) on(type, () => shows("messages") && list()?.dataset.q && soon());
  on("state", (state) => state === "live" && shows("sessions") && soon());
  document.addEventListener("visibilitychange", () => !document.hidden && shows("sessions") && soon());
  document.addEventListener("htmx:afterSettle", unfold);
  document.addEventListener("click", folding);
  unfold();
}

function soon() {
  wanted = true;
  timer ||= setTimeout(refresh, PAUSE);
}

async function refresh() {
  const began = performance.now();
  wanted = false;
  if (!document.hidden && list()) await fetched(list()).catch(() => {});
  const rested = () => {
    timer = 0;
    if (wanted) soon();
  };
  timer = setTimeout(rested, Math.max(PAUSE, SHARE * (performance.now() - began)));
}

async function fetched(shown) {
  const { q, view, above } = shown.dataset;
  const url = new URL(above, location.href);
  if (q) url.searchParams.set("q", q);
  if (view) url.searchParams.set("view", view);
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  if (!response.ok || !shown.isConnected) return; // another filter came meanwhile
  put(document.getElementById("above"), template.content.querySelector("#above") ?? template.content);
  const groups = template.content.querySelector("[data-groups]");
  if (groups) regroup(groups);
  unfold();
  if (shows("sessions")) document.dispatchEvent(new CustomEvent("sandpost:rows"));
}

/** Replace what has changed, piece by piece, so that the focus and a reader's place stay. */
function put(place, fresh) {
  const old = Array.from(place.children);
  const now = Array.from(fresh.children);
  now.forEach((piece, at) => {
    if (old[at]?.id === "filters" && piece.id === "filters") return chips(old[at], piece);
    if (old[at]?.outerHTML === piece.outerHTML || old[at]?.contains(document.activeElement)) return undefined;
    return old[at] ? old[at].replaceWith(piece) : place.append(piece);
  });
  old.slice(now.length).forEach((piece) => piece.remove());
}

function chips(old, fresh) {
  for (const chip of fresh.querySelectorAll("a[id]")) {
    const shown = old.querySelector(`#${CSS.escape(chip.id)}`);
    if (shown && shown.innerHTML !== chip.innerHTML) shown.innerHTML = chip.innerHTML;
    if (shown && !shown.classList.contains("extra")) shown.className = chip.className;
  }
}

/** The groups in their new order; those that are open, or have the focus, are moved and not replaced. */
function regroup(fresh) {
  const shown = document.getElementById("groups");
  const known = new Map(Array.from(shown.querySelectorAll("[data-group]"), (each) => [each.dataset.group, each]));
  const focused = document.activeElement?.closest(".client-group")?.querySelector("[data-group]").dataset.group;
  for (const details of fresh.querySelectorAll("[data-group]")) {
    const old = known.get(details.dataset.group);
    if (old?.open) details.replaceWith(old);
  }
  shown.replaceChildren(...fresh.children);
  htmx.process(shown);
  if (focused) shown.querySelector(`[data-group="${CSS.escape(focused)}"]`)?.parentElement.querySelector("a").focus();
}

function folding(event) {
  if (!event.target.closest("[data-unfolds]")) return;
  unfolded = !unfolded;
  unfold();
}

function unfold() {
  const button = document.querySelector("[data-unfolds]");
  if (!button) return;
  document.getElementById(button.dataset.unfolds).classList.toggle("open", unfolded);
  button.setAttribute("aria-expanded", String(unfolded));
  button.textContent = unfolded ? "less" : "more";
}
