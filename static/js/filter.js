// Fields that filter a list as one types: data-filters names it; each of its children fits by its text or does not.
export function start() {
  document.addEventListener("input", (event) => {
    const list = event.target.dataset?.filters && document.querySelector(event.target.dataset.filters);
    if (list) filter(list, event.target);
  });
}

function filter(list, field) {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of list.children) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  document.querySelector(field.dataset.filterCount).textContent = words.length ? `${shown} of ${list.children.length}` : "";
  const none = document.getElementById(`${list.id}-none`);
  if (none) none.hidden = shown > 0;
}
