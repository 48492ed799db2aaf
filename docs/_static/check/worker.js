// The worker's side: Python and the folder dual, loaded once; one call of the checker per set of files.

const say = (state) => postMessage({ state });

const CHECK = `
import io, os, sys, time
from contextlib import redirect_stderr, redirect_stdout

def check(folder):
    """The checker's command on the files of a folder: status, what it printed, seconds."""
    from dual.command import main

    os.chdir(folder)
    documents = sorted(name for name in os.listdir() if not name.endswith(".npz"))
    if not documents:
        return 2, "a solution file (.json) is needed beside the .npz", 0.0
    solutions = [name for name in documents if is_solution(name)] or documents[:1]
    others = [name for name in documents if name not in solutions]
    if len(solutions) > 1 or len(others) > 1:
        return 2, "one solution at a time, please, and at most one instance", 0.0
    said = io.StringIO()
    began = time.perf_counter()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            status = main([*solutions, *(word for name in others for word in ("--instance", name))])
        except SystemExit as stop:
            status = stop.code
        except (MemoryError, RecursionError) as error:
            status = 2
            print(f"too large for this browser ({type(error).__name__}); run python -I path/to/dual FILE")
    return status, said.getvalue().strip(), time.perf_counter() - began

def is_solution(name):
    """Whether a file looks like one, so that it is told from an instance; the checker itself decides."""
    with open(name, "rb") as file:
        start = file.read(1 << 16)
    return b'"format"' in start

def version():
    with open("/checker/version.txt") as file:
        return f"{file.read().strip()}, Python {sys.version.split()[0]}"
`;

async function load() {
  say("Loading Python, once (about 14 MB)");
  const { pyodide: home } = await (await fetch(new URL("where.json", import.meta.url))).json();
  const base = new URL(home, import.meta.url).href;
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const pyodide = await loadPyodide({ indexURL: base });
  const archive = await (await fetch(new URL("dual.zip", import.meta.url))).arrayBuffer();
  pyodide.unpackArchive(archive, "zip", { extractDir: "/checker" });
  pyodide.runPython('import sys; sys.path.insert(0, "/checker")');
  pyodide.runPython(CHECK);
  return pyodide;
}

let ready = null;
let count = 0;

onmessage = async ({ data: { number, files } }) => {
  ready ??= load();
  let pyodide;
  try {
    pyodide = await ready;
  } catch (error) {
    ready = null;
    say(`The checker could not be loaded: ${error.message}`);
    return;
  }
  say("Checking");
  count += 1;
  const folder = `/files-${count}`;
  pyodide.FS.mkdir(folder);
  for (const { name, bytes } of files) pyodide.FS.writeFile(`${folder}/${name}`, new Uint8Array(bytes));
  let answer;
  try {
    answer = pyodide.globals.get("check")(folder).toJs();
  } catch (error) {
    // A crash of the interpreter itself: memory that the browser does not give.
    ready = null;
    answer = [2, `too large for this browser; run python -I path/to/dual FILE (${error.name})`, 0];
  }
  const [status, text, seconds] = answer;
  const version = ready ? pyodide.globals.get("version")() : "";
  postMessage({ number, status, text, seconds, version, names: files.map(({ name }) => name) });
};
