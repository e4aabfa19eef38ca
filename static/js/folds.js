// What is folded away in a dialog: credentials under their cover, the beginning of a message.
let open = [];
const names = (selector) => Array.from(document.querySelectorAll(`#head ${selector}`), (fold) => fold.dataset.fold);

export function start() {
  document.addEventListener("click", (event) => {
    const cover = event.target.closest("[data-uncover]");
    if (cover) uncover(cover);
    const button = event.target.closest("[data-unfold]");
    if (button) unfold(button);
  });
  // A head that is fetched again stays open where it was.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "head") open = names("details[open][data-fold]");
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const name of open) document.querySelector(`#head [data-fold="${name}"]`)?.setAttribute("open", "");
    open = [];
  });
}

function uncover(button) {
  button.nextElementSibling.hidden = !button.nextElementSibling.hidden;
  button.textContent = button.nextElementSibling.hidden ? "•••• show" : "hide";
}

async function unfold(button) {
  const line = button.closest(".line");
  const known = line.nextElementSibling?.matches(".unfolded") ? line.nextElementSibling : null;
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? "hide" : "show";
  if (known) known.hidden = !open;
  if (known || !open) return;
  const fold = document.createElement("div");
  fold.className = "unfolded";
  line.after(fold);
  const response = await fetch(button.dataset.unfold, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.ok) fold.innerHTML = await response.text();
  else fold.textContent = "It could not be loaded.";
}
