// The page of tags and rules: says what was done, and follows what mail brings while nothing is being changed.
import { say } from "./pane.js";
import { on } from "./socket.js";

const PAUSE = 1000; // a flood of tagged mail must not keep the server busy with this page
let timer = 0;

const form = document.querySelector(".rule-new");
const isBusy = () => document.querySelector("#tag-lists details[open]") || document.querySelector("#tag-lists :focus");

async function renew() {
  timer = 0;
  if (document.hidden || isBusy()) return;
  const response = await fetch("/tags/", { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok) return; // the next event asks again
  const html = await response.text();
  if (isBusy()) return;
  const target = document.getElementById("tag-lists");
  htmx.swap(target, html, { swapStyle: "outerHTML" }, { eventInfo: { target } });
}

on("tags", () => (timer ||= setTimeout(renew, PAUSE)));
document.addEventListener("sandpost:say", (event) => say(event.detail.text));
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== form || !event.detail.successful) return;
  if (document.querySelector("#tag-lists [role=alert]")) return;
  form.reset();
  document.getElementById("rule-found").replaceChildren();
  form.elements.q.focus();
});
