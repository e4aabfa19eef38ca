// Notifications of the desktop: only where somebody asked for them, only while nobody looks; a burst is one.
import { on } from "./socket.js";

const GATHER = 1500; // what arrives within this is told together
const LEAST = 8000; // between two of them
let cursor = 0;
let timer = 0;
let told = -LEAST;

const rows = () => document.querySelector("[data-live=messages][data-news]");
const isWanted = () => "notify" in document.documentElement.dataset && "Notification" in window && Notification.permission === "granted";

export function start() {
  on("hello", (frame) => (cursor ||= frame.last_message));
  on("mail", (frame) => (document.hidden && isWanted() ? wait() : (cursor = Math.max(cursor, frame.last))));
  document.addEventListener("visibilitychange", seen);
  explain();
}

/** Ask the browser, because somebody just asked us; returns whether it may be done. */
export async function askToNotify() {
  if ("Notification" in window) await Notification.requestPermission();
  explain(true);
  return permission() === "granted";
}

const permission = () => ("Notification" in window ? Notification.permission : "missing");

const WORDS = {
  granted: "The browser allows it.",
  denied: "The browser does not allow it for this address. Its settings for this site can.",
  default: "The browser asks you when this is turned on.",
  missing: "The browser offers it on localhost and by HTTPS only.",
};

/** Say what the browser says to it: on the settings page always, elsewhere once it was asked. */
function explain(asked = false) {
  const note = document.getElementById("notify-note");
  if (!note || !(asked || "always" in note.dataset)) return;
  note.textContent = asked && permission() === "default" ? "The browser was not given an answer." : WORDS[permission()];
}

function wait() {
  timer ||= setTimeout(tell, Math.max(GATHER, told + LEAST - performance.now()));
}

/** Who comes back sees it in the list. */
function seen() {
  if (document.hidden || !timer) return;
  clearTimeout(timer);
  timer = 0;
}

async function tell() {
  timer = 0;
  if (!document.hidden || !isWanted()) return;
  told = performance.now();
  const path = rows()?.dataset.news ?? "/messages/new/";
  const response = await fetch(`${path}?after=${cursor}`).catch(() => null);
  if (!response?.ok) return;
  const news = await response.json();
  cursor = Math.max(cursor, news.newest);
  if (news.new) show(news);
}

function show({ new: count, newest, messages }) {
  const [first] = messages;
  const title = count === 1 ? first.subject : `${count === 1000 ? "1,000 or more" : count} new messages`;
  const body = count === 1 ? `${first.from} → ${first.to}` : messages.map((each) => each.subject).join("\n");
  // Of several tabs with the same news, one is heard.
  const note = new Notification(title, { body, tag: `sandpost-${newest}`, icon: "/static/favicon.svg" });
  note.addEventListener("click", () => {
    window.focus();
    location.assign(count === 1 ? `/messages/${first.id}/` : "/");
    note.close();
  });
}
