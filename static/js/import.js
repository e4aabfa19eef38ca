// Files of mail on their way to the server: dropped, chosen, a folder at a time; what arrives shows its own progress.
const form = document.getElementById("drop");
const sending = document.getElementById("sending");
const imports = document.getElementById("imports");
const MOST_FILES = 1000; // of one request, as the server allows
const MOST_OCTETS = 64 << 20; // and about so much of small ones together

async function* filesOf(entry) {
  if (entry.isFile) {
    yield await new Promise((resolve, reject) => entry.file(resolve, reject));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some) yield* filesOf(each);
  }
}

/** Split files into requests: large ones alone, small ones in company. */
function batches(files) {
  const found = [];
  let batch = [];
  let octets = 0;
  for (const file of files) {
    if (batch.length && (batch.length >= MOST_FILES || octets + file.size > MOST_OCTETS)) {
      found.push(batch);
      batch = [];
      octets = 0;
    }
    batch.push(file);
    octets += file.size;
  }
  if (batch.length) found.push(batch);
  return found;
}

function row(name) {
  const item = document.createElement("li");
  item.className = "import";
  const words = document.createElement("p");
  const bar = document.createElement("progress");
  bar.max = 100;
  words.textContent = `Sending ${name}`;
  bar.setAttribute("aria-label", words.textContent);
  item.append(words, bar);
  sending.append(item);
  return { item, words, bar };
}

function send(files, name) {
  const data = new FormData();
  for (const file of files) data.append("files", file, file.name);
  if (name) data.append("name", name);
  if (form.elements.again.checked) data.append("again", "1");
  const shown = row(files.length > 1 ? `${files.length} files` : files[0].name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.upload.addEventListener("progress", (event) => {
      shown.bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
    });
    request.addEventListener("load", () => {
      if (request.status !== 200) return fail(shown, `the server answered ${request.status}`);
      shown.item.remove();
      document.getElementById("no-imports")?.remove();
      imports.insertAdjacentHTML("afterbegin", request.responseText);
      htmx.process(imports);
    });
    request.addEventListener("error", () => fail(shown, "the connection was lost; give the files again to go on"));
    request.addEventListener("loadend", resolve);
    request.send(data);
  });
}

function fail(shown, reason) {
  shown.bar.remove();
  shown.item.classList.add("failed");
  shown.words.setAttribute("role", "alert");
  shown.words.textContent += `: ${reason}.`;
}

async function take(files, name = "") {
  const all = batches([...files]);
  for (const batch of all) await send(batch, name && all.length > 1 ? `${name} (${all.indexOf(batch) + 1})` : name);
}

const choice = form.querySelector('input[name="files"]');
const folder = document.getElementById("folder");
document.getElementById("send").hidden = true; // choosing sends
if ("webkitdirectory" in HTMLInputElement.prototype) folder.hidden = false;
choice.addEventListener("change", () => take(choice.files).then(() => (choice.value = "")));
folder.querySelector("input").addEventListener("change", (event) => {
  const files = [...event.target.files].filter((file) => !/(^|\/)(tmp\/|\.|dovecot)/.test(file.webkitRelativePath));
  take(files, files[0]?.webkitRelativePath.split("/")[0]).then(() => (event.target.value = ""));
});
for (const kind of ["dragover", "dragenter"])
  form.addEventListener(kind, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("over");
  });
form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("over"));
form.addEventListener("drop", async (event) => {
  event.preventDefault();
  form.classList.remove("over");
  // Read before the event ends, after which the list is empty.
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...event.dataTransfer.files];
  if (!entries.some((entry) => entry.isDirectory)) return take(plain);
  for (const entry of entries) {
    const files = [];
    for await (const file of filesOf(entry)) if (!file.name.startsWith(".")) files.push(file);
    await take(files, entry.isDirectory ? entry.name : "");
  }
});
