// How somebody likes the pages: kept in a cookie that the server reads, applied at once, in every tab of the browser.
import { askToNotify } from "./notify.js";
import { on } from "./socket.js";
import { rewrite } from "./times.js";

const COOKIE = "sandpost-view"; // webui/preferences.py reads it
const YEAR = 31536000;
const TIMES = ["zone", "hours", "time"];
const other = "BroadcastChannel" in window ? new BroadcastChannel("sandpost-preferences") : null;

export function start() {
  document.addEventListener("change", changed);
  on("searches", () => document.querySelector("#list .tally form") && redraw()); // it says whether this search is kept
  other?.addEventListener("message", ({ data }) => apply(data.name, data.values));
}

function kept() {
  const text = new RegExp(`(?:^|; )${COOKIE}="?([^;"]*)`).exec(document.cookie)?.[1] ?? "";
  return new URLSearchParams(text);
}

/** The answers to one question, as far as they are not the usual ones. */
export function answer(name) {
  return kept().get(name)?.split(".") ?? [];
}

/** Answer a question, here and in the other tabs; resolves when the page shows it. */
export async function prefer(name, values) {
  const answers = kept();
  answers.set(name, values.join("."));
  document.cookie = `${COOKIE}=${answers}; path=/; max-age=${YEAR}; samesite=lax`;
  other?.postMessage({ name, values });
  await apply(name, values);
}

async function changed({ target }) {
  const field = target.closest("[data-preference]");
  if (!field) return;
  const name = field.dataset.preference;
  const values = given(field, target);
  if (!values) return;
  if (name === "notify" && values[0] === "on" && !(await askToNotify())) {
    field.querySelector("[value=off]").checked = true;
    return;
  }
  await prefer(name, values);
}

/** What a field answers; nothing while it makes no sense. */
function given(field, target) {
  const name = field.querySelector("[data-other]");
  if (!name) return Array.from(field.querySelectorAll("input:checked"), (input) => input.value);
  if (target.type === "radio") {
    if (target.value) return [target.value];
    name.focus();
    return name.value && given(field, name);
  }
  const zone = known(name);
  name.setCustomValidity(zone ? "" : "There is no such time zone. A name looks like Europe/Berlin.");
  name.reportValidity();
  if (!zone) return null;
  name.value = zone;
  return [zone];
}

/** The name of a zone as it is offered, or as the browser knows it. */
function known(input) {
  const name = input.value.trim();
  const offered = Array.from(input.list.options, (option) => option.value).find((zone) => zone.toLowerCase() === name.toLowerCase());
  try {
    return offered ?? (name && new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone);
  } catch {
    return "";
  }
}

async function apply(name, values) {
  const { dataset } = document.documentElement;
  if (name === "theme") {
    if (values[0] === "system") delete dataset.theme;
    else [dataset.theme] = values;
  } else if (TIMES.includes(name)) {
    dataset[name] = values[0] === "system" ? "" : values[0];
    rewrite();
  } else if (name === "notify") {
    document.documentElement.toggleAttribute("data-notify", values[0] === "on");
  } else {
    await redraw();
  }
  show(name, values);
  document.dispatchEvent(new CustomEvent("sandpost:preferred", { detail: { name, values } }));
}

/** The same question may stand in a menu, on the settings page, and in another tab. */
function show(name, values) {
  for (const input of document.querySelectorAll(`[data-preference="${name}"] input:is([type=radio], [type=checkbox])`)) {
    const stands = input.closest("[data-preference]").querySelector("[data-other]");
    const isOther = stands && !stands.closest("[data-preference]").querySelector(`[type=radio][value="${CSS.escape(values[0])}"]`);
    input.checked = values.includes(input.value) || Boolean(isOther && !input.value);
    if (isOther) [stands.value] = values;
  }
}

async function redraw() {
  const list = document.getElementById("list");
  const rows = document.getElementById("rows");
  if (rows?.dataset.live !== "messages") return;
  const url = new URL("/", location.href);
  if (list.dataset.q) url.searchParams.set("q", list.dataset.q);
  url.searchParams.set("around", inSight(list, rows));
  const response = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "list" } }).catch(() => null);
  if (!response?.ok) return;
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
