// The tree of parts: the one that is shown is marked, and on a narrow screen, where it stands below, it is gone to.
export function start() {
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "part") return;
    const shown = event.detail.target.querySelector("[data-shown]")?.dataset.shown;
    for (const link of document.querySelectorAll(".tree [data-part]")) {
      if (link.dataset.part === shown) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (event.detail.target.getBoundingClientRect().top > innerHeight / 2) event.detail.target.scrollIntoView();
  });
  document.addEventListener("error", missing, true);
}

/** A small picture that there is not: what stands beside it takes its place. */
function missing(event) {
  if (!event.target.matches?.("img[data-thumb]")) return;
  event.target.nextElementSibling.hidden = false;
  event.target.remove();
}
