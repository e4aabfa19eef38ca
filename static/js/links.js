// Links of a mail in our own pages ask in a dialog; those in the frame, where no script runs, in a tab of their own.
export function start() {
  document.addEventListener("click", ask);
  document.addEventListener("click", (event) => event.target.closest("dialog [data-opened]") && event.target.closest("dialog").close());
}

async function ask(event) {
  const link = event.target.closest("a[data-asks]");
  const sheet = document.getElementById("ask");
  if (!link || !sheet || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const response = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok) return void window.open(link.href, "_blank", "noopener");
  sheet.innerHTML = await response.text();
  sheet.showModal();
}
