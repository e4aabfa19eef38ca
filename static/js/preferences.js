// How the list looks: each answer is kept by the server's cookie, and the list is drawn anew around what is in sight.
import { asked as askToNotify } from "./notify.js";
import { on } from "./socket.js";

const other = "BroadcastChannel" in window ? new BroadcastChannel("sandpost-preferences") : null;

export function start() {
  document.addEventListener("change", changed);
  on("searches", () => document.querySelector("#list .tally form") && redraw()); // it says whether this search is kept
  other?.addEventListener("message", () => redraw());
}

async function changed(event) {
  const field = event.target.closest("[data-preference]");
  if (!field) return;
  const name = field.dataset.preference;
  if (name === "notify" && event.target.value === "on" && !(await askToNotify())) {
    field.querySelector("[value=off]").checked = true;
    return;
  }
  await keep(field, name);
  if (name === "notify") document.documentElement.toggleAttribute("data-notify", event.target.value === "on");
  else await redraw();
  other?.postMessage(name);
}

async function keep(field, name) {
  const body = new FormData();
  body.set("name", name);
  for (const input of field.querySelectorAll("input:checked")) body.append("value", input.value);
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  await fetch(field.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
}

async function redraw() {
  const list = document.getElementById("list");
  const rows = document.getElementById("rows");
  if (rows?.dataset.live !== "messages") return;
  const url = new URL("/", location.href);
  if (list.dataset.q) url.searchParams.set("q", list.dataset.q);
  url.searchParams.set("around", inSight(list, rows));
  const response = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "list" } });
  if (!response.ok) return;
  htmx.swap(list, await response.text(), { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, { eventInfo: { target: list } });
  document.querySelector("main").classList.toggle("wide", document.getElementById("list").classList.contains("dense"));
}

/** The message around which the list goes on: the topmost that is seen, unless that is the newest. */
function inSight(list, rows) {
  if (list.scrollTop < 8) return "";
  const top = list.getBoundingClientRect().top;
  const row = Array.from(rows.querySelectorAll(":scope > .row")).find((each) => each.offsetParent && each.getBoundingClientRect().bottom > top);
  return row?.dataset.id ?? "";
}
