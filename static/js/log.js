// A log that is to be explained: a file is read into the text, and what is too large is said before it is sent.
const form = document.getElementById("log-form");
const text = document.getElementById("log");
const error = document.getElementById("log-error");
const largest = Number(form.dataset.largest);

function complain(words) {
  error.querySelector("span").textContent = words;
  error.hidden = false;
  text.focus();
}

const TOO_LARGE = "This log is larger than 2 MiB. Paste the part around the failure.";

async function take(file) {
  if (!file) return;
  if (file.size > largest) return complain(TOO_LARGE);
  text.value = await file.text();
  form.requestSubmit(form.querySelector(".primary"));
}

document.getElementById("log-drop").hidden = false;
form.querySelector(".log-file").hidden = false;
document.getElementById("log-file").addEventListener("change", (event) => take(event.target.files[0]));
text.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  text.classList.add("over");
});
text.addEventListener("dragleave", () => text.classList.remove("over"));
text.addEventListener("drop", (event) => {
  text.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "example") return;
  const size = new TextEncoder().encode(text.value).length;
  if (size <= largest && text.value.trim()) return;
  event.preventDefault();
  complain(size > largest ? TOO_LARGE : "Paste a log first, or choose an example.");
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector(".primary"));
});
