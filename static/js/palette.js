// The command palette, by the combobox pattern: the focus stays in the box, arrows choose, Enter runs.
import { run as act } from "./keyboard.js";
import { prefer } from "./preferences.js";
import { openSheet } from "./sheets.js";

const PAUSE = 120;
const LEAST = 2; // letters, before messages and sessions are asked for
const SURE = 10; // points from which a command goes before what the server found
const MOST = 60;
const RECENT = "sandpost-commands";
const KEPT = 12;
let commands = []; // options of the page's own commands
let found = []; // options that the server found for what is typed
let timer = 0;
let asking = null;
let active = -1;
let held = ""; // the id of the row on which the cursor was

const palette = () => document.getElementById("palette");
const box = () => document.getElementById("palette-q");
const list = () => document.getElementById("palette-list");

export function start() {
  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && togglePalette());
  palette().addEventListener("close", release);
  box().addEventListener("input", typed);
  box().addEventListener("keydown", pressed);
  list().addEventListener("pointerdown", (event) => event.preventDefault());
  list().addEventListener("click", (event) => choose(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  list().addEventListener("pointermove", (event) => event.target.closest("[role=option]") && mark(Array.from(list().children).indexOf(event.target.closest("[role=option]")), false));
}

export function togglePalette() {
  if (palette().open) return palette().close();
  if (document.querySelector("dialog[open]")) return false;
  box().value = "";
  found = [];
  held = document.activeElement?.closest("#rows > .row")?.dataset.id ?? "";
  openSheet("palette");
  rank();
  load();
  return true;
}

const row = () => document.querySelector(`#rows > [data-id="${CSS.escape(held || "-")}"]`);

/** The browser gives the focus back to what had it, unless that row was drawn anew meanwhile. */
function release() {
  row()?.removeAttribute("data-held");
  const focus = document.activeElement;
  if (focus === document.body || palette().contains(focus)) row()?.querySelector(":scope > a").focus({ preventScroll: true });
  held = "";
}

/** The commands, anew each time: tags, searches and preferences change. */
async function load() {
  const html = await fetched("");
  document.getElementById("palette-none").hidden = html !== null;
  if (html === null) return;
  commands = options(html);
  rank(true);
}

async function fetched(query) {
  try {
    const response = await fetch(`${palette().dataset.url}${query}`, { headers: { "HX-Request": "true" }, signal: asking?.signal });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function options(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return Array.from(template.content.querySelectorAll("[role=option]"));
}

function typed() {
  clearTimeout(timer);
  asking?.abort();
  const text = box().value.trim();
  if (text.length < LEAST) found = [];
  else timer = setTimeout(search, PAUSE, text);
  rank();
}

async function search(text) {
  asking = new AbortController();
  const { signal } = asking;
  const html = await fetched(`?q=${encodeURIComponent(text)}`);
  if (signal.aborted || html === null || box().value.trim() !== text) return;
  found = options(html);
  rank(true);
}

/** Show what fits, best first; with `keep`, who has gone to a line stays at it. */
function rank(keep = false) {
  row()?.setAttribute("data-held", "");
  const text = box().value.trim();
  const stays = keep && active > 0 ? list().children[active]?.id : "";
  const recent = recents();
  const offered = commands.filter(isOffered);
  const scored = offered.map((option) => ({ option, points: score(option, text) })).filter(({ points }) => points);
  const worth = ({ option, points }) => points + (recent.includes(option.id) ? KEPT - recent.indexOf(option.id) : 0);
  scored.sort((one, other) => worth(other) - worth(one));
  const [sure, rest] = [true, false].map((is) => scored.filter(({ points }) => points >= SURE === is).map(({ option }) => option));
  const all = text ? [...sure, ...found, forMail(text), ...rest] : rest;
  list().replaceChildren(...all.slice(0, MOST));
  list().scrollTop = 0;
  document.getElementById("palette-count").textContent = `${Math.min(all.length, MOST)} found`;
  mark(Math.max(0, Array.from(list().children).findIndex((option) => option.id === stays)));
}

/** What acts on the page is offered where there is something to act on. */
function isOffered({ dataset }) {
  const needed = dataset.needs ?? dataset.clicks;
  return !needed || document.querySelector(needed) !== null;
}

function score(option, text) {
  if (!text) return 1;
  const words = option.dataset.words.toLowerCase();
  const label = option.querySelector("b").textContent.toLowerCase();
  let points = 0;
  for (const word of text.toLowerCase().split(/\s+/)) {
    const one = fits(word, label) * 2 || fits(word, words) || Number(skips(word, label));
    if (!one) return 0;
    points += one;
  }
  return points;
}

/** 20 at the beginning of a word, 10 within one. */
function fits(word, text) {
  if (!text.includes(word)) return 0;
  return text.split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(word)) ? 20 : 10;
}

/** Whether letters follow each other in a text, the first of them at the beginning of a word. */
function skips(word, text) {
  const starts = Array.from(text.matchAll(/[\p{L}\p{N}]+/gu), (match) => match.index);
  return starts.some((start) => {
    let from = start;
    return text[start] === word[0] && Array.from(word).every((letter) => (from = text.indexOf(letter, from) + 1));
  });
}

function recents() {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) ?? [];
  } catch {
    return [];
  }
}

function remember(id) {
  try {
    localStorage.setItem(RECENT, JSON.stringify([id, ...recents().filter((each) => each !== id)].slice(0, KEPT)));
  } catch {
    // Storage is blocked: nothing is recent then.
  }
}

/** The way on, whatever is typed: the search of the inbox. */
function forMail(text) {
  const [option] = options('<li role="option" id="do-search" aria-selected="false"><span class="offer"><b></b></span><small>Search</small></li>');
  option.prepend(document.querySelector(".palette-box .icon").cloneNode(true));
  option.querySelector("b").textContent = `Search mail for “${text}”`;
  option.dataset.href = `/?${new URLSearchParams({ q: text })}`;
  return option;
}

function pressed(event) {
  if (event.isComposing) return;
  const last = list().children.length - 1;
  if (event.key === "ArrowDown") mark(active >= last ? 0 : active + 1);
  else if (event.key === "ArrowUp") mark(active <= 0 ? last : active - 1);
  else if (event.key === "Enter") choose(list().children[active], event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
}

function mark(at, scroll = true) {
  const all = Array.from(list().children);
  active = at;
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  if (all[at]) box().setAttribute("aria-activedescendant", all[at].id);
  else box().removeAttribute("aria-activedescendant");
  if (scroll) all[at]?.scrollIntoView({ block: "nearest" });
}

/** Run a command; the focus is back where it was by then, so that it is meant for that row. */
function choose(option, inNewTab) {
  if (!option) return;
  const { href, action, argument, clicks, prefers, value } = option.dataset;
  if (!/^do-(message|session|search)\b/.test(option.id)) remember(option.id);
  palette().close();
  release();
  if (href && inNewTab) window.open(href, "_blank", "noopener");
  else if (href) location.assign(href);
  else if (clicks) document.querySelector(clicks)?.click();
  else if (prefers) prefer(prefers, value ? value.split(".") : []);
  else act(action, argument);
}
