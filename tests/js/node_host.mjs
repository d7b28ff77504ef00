/*
 * Excel's stand-in in Node, for a test that speaks JSON in lines.
 *
 *   node node_host.mjs PAGE BLANK      PAGE is the address of the task pane, with its token
 *
 * A line in is {"calls": [[id, [argument, ...]], ...]}, all of them made in one tick; a line out has what their
 * cells show, how long it took and what functions.js has counted.
 */
import { createInterface } from "node:readline";
import vm from "node:vm";
import { excelHost } from "./excel_host.mjs";

const [page, blank] = process.argv.slice(2);
globalThis.location = { href: page };
const host = excelHost(globalThis, { blank: JSON.parse(blank) });
const base = new URL(".", page).href;
const script = await (await fetch(`${base}functions.js`)).text();
const metadata = await (await fetch(`${base}functions.json`)).json();
vm.runInThisContext(script, { filename: "functions.js" });

console.log(JSON.stringify({ ready: metadata.functions.length }));
for await (const line of createInterface({ input: process.stdin })) {
  const { calls } = JSON.parse(line);
  const begun = performance.now();
  const cells = await Promise.all(calls.map(([id, args]) => host.calculate(metadata, id, args)));
  const seconds = (performance.now() - begun) / 1000;
  const messages = [...globalThis.unitsheet.messages.values()].slice(-20);
  console.log(JSON.stringify({ cells, seconds, counts: { ...globalThis.unitsheet.counts, ...host.counts }, messages }));
}
process.exit(0);
