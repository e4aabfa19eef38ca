// Native dialogs: opened by data-opens, closed by data-closes or a click beside them.
export function openSheet(id) {
  const sheet = document.getElementById(id);
  if (sheet && !sheet.open) sheet.showModal();
}

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) openSheet(opener.dataset.opens);
    if (event.target.closest("[data-closes]") || event.target.matches("dialog")) event.target.closest("dialog").close();
  });
}
