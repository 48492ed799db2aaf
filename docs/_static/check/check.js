// The page's side: takes files, hands them to the worker, shows what it answers.

const drop = document.getElementById("check-drop");
const input = document.getElementById("check-files");
const state = document.getElementById("check-state");
const shown = document.getElementById("check-verdict");
const NAMES = ["proven", "refused", "unreadable"]; // by exit status of the checker

let worker = null;
let asked = 0;

function start() {
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.state) {
      state.textContent = data.state;
      return;
    }
    if (data.number !== asked) return; // of files that were dropped before these
    state.textContent = `${data.names.join(", ")}: checked in ${data.seconds.toFixed(1)} s by dual, ${data.version}`;
    shown.textContent = data.text;
    shown.className = NAMES[data.status] ?? "unreadable";
    shown.hidden = false;
  };
  worker.onerror = (event) => failed(event.message ?? "it did not start");
}

function failed(why) {
  state.textContent = `The checker could not be run here: ${why}`;
  worker?.terminate();
  worker = null;
}

async function check(list) {
  const files = [...list];
  if (!files.length) return;
  asked += 1;
  const number = asked;
  shown.hidden = true;
  state.textContent = "Reading";
  if (!worker) start();
  const read = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() })));
  if (number === asked) worker?.postMessage({ number, files: read });
}

input.addEventListener("change", () => check(input.files));
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  check(event.dataTransfer.files);
});
