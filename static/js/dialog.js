// The dialog of a session that is still going on: its lines are pushed by cursor and go to the end.
import { on, send } from "./socket.js";

const NEAR = 80; // closer to the end than this, the reader wants to follow
let watched = null;

const dialog = () => document.getElementById("dialog");
const last = (box) => Number(box.lastElementChild?.dataset.seq ?? 0);

export function start() {
  look();
  document.addEventListener("htmx:afterSettle", look);
  on("hello", () => {
    watched = null;
    const more = dialog()?.querySelector(":scope > [data-more]");
    if (more) reveal.unobserve(more); // observed again, it reports again
    look();
  });
  on("lines", take);
}

/** Watch the open session once all of what is known of it is on the page. */
function look() {
  const box = dialog();
  seek(box);
  const wanted = box?.dataset.open === "1" && !box.querySelector("[data-more]") ? box.dataset.session : null;
  if (wanted === watched) return;
  if (watched) send({ unwatch: watched });
  watched = wanted;
  if (wanted) ask(box);
}

function ask(box) {
  const phases = box.querySelectorAll(".phase");
  send({ watch: box.dataset.session, after: last(box), phase: phases[phases.length - 1]?.dataset.phase ?? "" });
}

function take(frame) {
  const box = dialog();
  if (!box || box.dataset.session !== frame.session) return;
  const known = last(box);
  if (frame.html && frame.after === known) append(box, frame.html);
  else if (frame.last > known) return ask(box); // frames that do not fit together: begin again from what is here
  if (frame.header) finish(box, frame.header);
  return undefined;
}

function append(box, html) {
  const pane = document.getElementById("pane");
  const following = pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR;
  box.insertAdjacentHTML("beforeend", html);
  if (following) pane.scrollTop = pane.scrollHeight;
}

function finish(box, html) {
  box.dataset.open = "0";
  watched = null;
  const head = document.getElementById("head");
  head.outerHTML = html;
  htmx.process(document.getElementById("head"));
  document.getElementById("end").textContent = "";
  document.dispatchEvent(new CustomEvent("sandpost:rows"));
}

/** Put the next lines in the place of their mark. By hand: htmx looks up every id of what it swaps, one by one. */
async function load(box, more, until) {
  if (more.dataset.busy) return;
  more.dataset.busy = "1";
  const url = new URL(more.dataset.more, location.href);
  if (until) url.searchParams.set("until", until);
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    const html = await response.text();
    if (!response.ok || !more.isConnected) return;
    more.insertAdjacentHTML("afterend", html);
    more.remove();
    look();
  } catch {
    delete more.dataset.busy; // the next hello of the socket tries again
  }
}

const reveal = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) load(dialog(), entry.target);
});

/** Load the next lines when the end comes near, or at once all up to the line that the address names. */
function seek(box) {
  const more = box?.querySelector(":scope > [data-more]");
  if (more) reveal.observe(more);
  const id = location.hash.slice(1);
  if (!box || !/^L\d+$/.test(id) || box.dataset.sought === id) return;
  const line = document.getElementById(id);
  if (!line && more) {
    load(box, more, id.slice(1));
    return;
  }
  box.dataset.sought = id;
  line?.scrollIntoView({ block: "center" });
}
