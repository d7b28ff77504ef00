/*
 * A Python script in Pyodide, the Python that xlwings Lite runs, without the packages that it fetches from the net.
 *
 *   node pyodide_lite.mjs FOLDER      imports check.py among the FOLDER's files, prints its `found` as JSON
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const [folder] = process.argv.slice(2);
try {
  const python = await loadPyodide();
  for (const name of readdirSync(folder)) {
    python.FS.writeFile(`/home/pyodide/${name}`, readFileSync(join(folder, name)));
  }
  const script = "import json, sys; sys.path.insert(0, '/home/pyodide'); import check; json.dumps(check.found)";
  console.log(python.runPython(script));
} catch (error) {
  // Node would print all of Pyodide before the reason.
  console.error(error.message);
  process.exit(1);
}
process.exit(0);
