// The dialog of a session that is still going on: its lines are pushed by cursor and go to the end, unless held back.
import { measure, trim } from "./gaps.js";
import { keepPlace, last, look as lookAtLines } from "./lines.js";
import { on, send } from "./socket.js";

const NEAR = 80; // closer to the end than this, the reader wants to follow
const MOST_AGAIN = 2000; // lines that are fetched once more when a session has ended
let watched = null;
let held = []; // frames that wait
let paused = false;

const dialog = () => document.getElementById("dialog");
const cursor = (box) => held.at(-1)?.last ?? last(box);

export function start() {
  look();
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("sandpost:lines", look);
  document.addEventListener("click", (event) => event.target.closest("#pause") && pause());
  on("hello", () => {
    watched = null;
    lookAtLines();
    look();
  });
  on("lines", take);
}

/** Watch the open session while the end of what is known of it is on the page. */
function look() {
  const box = dialog();
  const isAtEnd = box?.dataset.open === "1" && !box.querySelector(':scope > [data-gap="below"]');
  const wanted = isAtEnd ? box.dataset.session : null;
  if (wanted === watched) return;
  if (watched) send({ unwatch: watched });
  if (watched !== null && wanted !== watched) forget(box?.dataset.session === watched);
  watched = wanted;
  if (wanted) ask(box);
}

function ask(box) {
  const phases = box.querySelectorAll(".phase");
  const phase = held.at(-1)?.phase ?? phases[phases.length - 1]?.dataset.phase ?? "";
  send({ watch: box.dataset.session, after: cursor(box), phase });
}

function take(frame) {
  const box = dialog();
  if (!box || box.dataset.session !== frame.session || frame.session !== watched) return undefined;
  const known = cursor(box);
  if (frame.last > known && frame.after !== known) return ask(box); // begin again from what is here
  if (frame.last <= known && !frame.header) return undefined;
  if (!paused) return show(box, frame, known);
  held.push(frame);
  tell();
  return undefined;
}

function show(box, frame, known) {
  if (frame.html && frame.last > known) append(box, frame.html);
  if (frame.header) finish(box, frame.header);
}

function append(box, html) {
  const pane = document.getElementById("pane");
  const following = pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR;
  box.insertAdjacentHTML("beforeend", html);
  if (following) {
    trim(box, "above");
    pane.scrollTop = pane.scrollHeight;
  }
  document.getElementById("end").textContent = "The conversation goes on here.";
}

/** Hold new lines back, or let them come; false where no session is going on. */
export function pause() {
  const button = document.getElementById("pause");
  if (!button) return false;
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? "Go on" : "Pause";
  if (paused) tell();
  else release();
  return true;
}

function release() {
  const box = dialog();
  const frames = held;
  held = [];
  tell();
  if (box) for (const frame of frames) show(box, frame, last(box));
}

/** The end of the dialog is no longer here: what was held comes again with it, and stays held. */
function forget(isOpen) {
  held = [];
  paused &&= isOpen;
  tell();
}

function tell() {
  const words = document.getElementById("held");
  if (!words) return;
  const lines = held.reduce((sum, frame) => sum + frame.last - frame.after, 0);
  const ended = held.some((frame) => frame.header) ? ", and the session has ended" : "";
  const waiting = `${lines.toLocaleString("en")} line${lines === 1 ? "" : "s"} wait${lines === 1 ? "s" : ""}${ended}`;
  words.textContent = paused ? (held.length ? waiting : "held") : "";
}

async function finish(box, html) {
  box.dataset.open = "0";
  watched = null;
  keepPlace(() => {
    document.getElementById("head").outerHTML = html;
    htmx.process(document.getElementById("head"));
    document.getElementById("pause")?.remove();
    document.getElementById("held")?.remove();
    document.getElementById("end").textContent = "";
  });
  document.dispatchEvent(new CustomEvent("sandpost:head"));
  document.dispatchEvent(new CustomEvent("sandpost:rows"));
  if (box.getElementsByClassName("line").length <= MOST_AGAIN) await explain(box);
}

/** Only the whole conversation tells what is to be found in its lines: show them once more, as they are now. */
async function explain(box) {
  const url = new URL(box.dataset.lines, location.href);
  const first = box.querySelector(".line")?.dataset.seq;
  url.searchParams.set("after", Math.max(0, Number(first ?? 1) - 1));
  url.searchParams.set("until", last(box));
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || !box.isConnected) return;
  const lines = await response.text();
  // Others are on the page by now: they came after the end, and are explained as they are.
  if (box.querySelector(".line")?.dataset.seq !== first) return;
  const focused = box.contains(document.activeElement) ? document.activeElement.closest(".line")?.id : "";
  keepPlace(() => {
    box.innerHTML = lines;
    measure();
  });
  document.dispatchEvent(new CustomEvent("sandpost:lines"));
  if (focused) document.getElementById(focused)?.querySelector(".offset").focus({ preventScroll: true });
}
