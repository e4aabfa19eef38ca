// What is done to the chosen messages, and how it is taken back.
import { ownDeletion, say } from "./pane.js";
import { all, chooseEverything, clear, drop, ids, isEmpty } from "./selection.js";

const bar = () => document.getElementById("bulk");
const list = () => document.getElementById("list");
let last = ""; // the token by which the last change is taken back

export function start() {
  document.addEventListener("sandpost:chosen", (event) => show(event.detail.count));
  document.addEventListener("click", clicked);
  document.addEventListener("submit", tagged);
  document.addEventListener("sandpost:done", ({ detail }) => {
    last = detail.undo ?? "";
    say(detail.text, Boolean(last));
  });
  document.getElementById("toast").querySelector("button").addEventListener("click", undo);
}

const every = () => list()?.querySelector("[data-matching]")?.textContent ?? document.querySelector(".captured [data-count=messages]")?.textContent;

function show(count) {
  const element = bar();
  if (!element) return;
  element.hidden = count === 0;
  const beyond = element.querySelector("[data-everything]");
  const rows = document.getElementById("rows");
  const loaded = rows?.querySelectorAll(":scope > .message").length === count;
  beyond.hidden = Boolean(all()) || !loaded || !rows.querySelector(":scope > .more");
  beyond.textContent = list()?.dataset.q ? `Select all ${every()} that match` : `Select all ${every()}`;
  const pair = element.querySelector("[data-compare]");
  pair.hidden = count !== 2 || Boolean(all());
  if (!pair.hidden) pair.href = `/compare/${inOrder().join("/")}/`;
  const words = all() ? `All ${every()} selected` : `${count.toLocaleString("en")} selected`;
  const chosen = element.querySelector(".chosen");
  if (chosen.textContent !== words) chosen.textContent = words;
}

/** The two that are chosen, the older one first. */
function inOrder() {
  const place = (id) => Number(document.querySelector(`#rows > [data-id="${CSS.escape(id)}"]`)?.dataset.row ?? 0);
  return [...ids()].sort((one, other) => place(one) - place(other));
}

function clicked(event) {
  const take = event.target.closest("[data-take]");
  if (take) return carry(take.dataset.take);
  const act = event.target.closest("[data-act]");
  if (act) return perform(act.dataset.act, {}, null);
  if (event.target.closest("[data-unselect]")) return clear();
  if (event.target.closest("[data-picking]")) return picking(event.target.closest("[data-picking]"));
  const star = event.target.closest("#rows .star");
  if (star) return perform(star.closest(".row").dataset.starred === "1" ? "unstar" : "star", {}, [star.closest(".row").dataset.id]);
  if (event.target.closest("[data-everything]")) chooseEverything(newest());
  return undefined;
}

/** The newest that the page knows of: what comes later was not meant. */
function newest() {
  const rows = document.getElementById("rows");
  const first = rows.querySelector(":scope > [data-row]");
  return Math.max(Number(rows.dataset.cursor), Number(first?.dataset.row ?? 0));
}

/** On a phone, a mode in which a tap chooses. */
function picking(button) {
  const on = document.querySelector("main").classList.toggle("picking");
  button.setAttribute("aria-pressed", String(on));
  if (!on) clear();
}

function tagged(event) {
  if (event.target.id !== "tagging") return;
  event.preventDefault();
  const name = event.target.elements.tag.value;
  document.getElementById("tag-menu").hidePopover();
  perform(event.submitter?.value ?? "tag", { tag: name }, null);
  event.target.reset();
}

/** Do something to these messages, or to those that are chosen; false where there are none. */
export function perform(action, values, these) {
  if (!these && isEmpty()) return false;
  const named = these ?? ids();
  const body = meant(!these && all(), named, { action, ...values });
  if (action === "delete") discarded(named);
  post(bar().dataset.change, body).then((answer) => told(action, named, answer, Boolean(these)));
  return true;
}

/** Say which messages are meant. */
function meant(whole, named, values) {
  const body = new URLSearchParams(values);
  if (whole) {
    body.set("newest", whole.newest);
    if (list().dataset.q) body.set("q", list().dataset.q);
    else body.set("all", "1");
  } else {
    body.set("ids", named.join(","));
    if (list() && "threads" in list().dataset) body.set("threads", "1");
  }
  return body;
}

/** A form of its own, because an answer to a script could not be a download without lying in memory first. */
function carry(path) {
  if (isEmpty()) return;
  const form = Object.assign(document.createElement("form"), { method: "post", action: path, hidden: true });
  const fields = meant(all(), ids(), { format: "zip", csrfmiddlewaretoken: token() });
  for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
  form.remove();
}

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

/** Rows go at once; should it fail, they come back with the list. */
function discarded(named) {
  named.forEach(ownDeletion);
  document.dispatchEvent(new CustomEvent("sandpost:deleting", { detail: { ids: named } }));
}

async function post(path, body) {
  try {
    const response = await fetch(path, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token() } });
    if (response.headers.get("Content-Type")?.includes("json")) return await response.json();
    return { error: "That did not work; the server refused it." };
  } catch {
    return { error: "That did not work; Sandpost cannot be reached." };
  }
}

function told(action, named, answer, isOne) {
  if (answer.error) {
    say(answer.error);
    if (action === "delete") document.dispatchEvent(new CustomEvent("sandpost:again"));
    return;
  }
  last = answer.undo ?? "";
  const detail = { ids: named };
  if (action === "delete") {
    drop(named);
    clear();
    document.dispatchEvent(new CustomEvent("sandpost:deleted", { detail }));
  } else {
    document.dispatchEvent(new CustomEvent("sandpost:changed", { detail }));
  }
  if (!isOne || action === "delete") say(answer.text, Boolean(last));
}

/** Take the last change back; false where there is nothing to. */
export function undo() {
  if (!last) return false;
  const token = last;
  last = "";
  post(`/messages/undo/${token}/`, new URLSearchParams()).then((answer) => {
    say(answer.error ?? answer.text);
    document.dispatchEvent(new CustomEvent("sandpost:again"));
  });
  return true;
}
