/*
 * Cells of =CAC through functions.js, and the same with a request of its own for every cell.
 *
 *   node officejs.mjs PAGE CELLS REPEATS
 */
import vm from "node:vm";
import { excelHost } from "../tests/js/excel_host.mjs";

const [page, cells, repeats] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
// What a browser opens to one server at a time.
const CONNECTIONS = 6;

globalThis.location = { href: page };
const host = excelHost(globalThis);
const base = new URL(".", page).href;
vm.runInThisContext(await (await fetch(`${base}functions.js`)).text());
const metadata = await (await fetch(`${base}functions.json`)).json();
const spend = (turn, place) => 1000 + turn * cells + place;

async function timed(work) {
  const begun = performance.now();
  const [last, requests] = await work();
  return { seconds: (performance.now() - begun) / 1000, requests, last };
}

async function batched(turn) {
  const before = unitsheet.counts.requests;
  const shown = await Promise.all(Array.from({ length: cells }, (_, place) =>
    host.calculate(metadata, "CAC", [[[spend(turn, place)]], [[8]]])));
  return [shown[cells - 1][0][0], unitsheet.counts.requests - before];
}

async function oneByOne(turn) {
  let next = 0;
  let last = null;
  const worker = async () => {
    for (let place = next++; place < cells; place = next++) {
      const response = await fetch(`${base}batch`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${unitsheet.token}` },
        body: `{"calls":[["CAC",[${spend(turn, place)},8]]]}`,
      });
      const { answers } = await response.json();
      if (place === cells - 1) [last] = answers;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return [last, cells];
}

await batched(0);
const rounds = { batched: [], oneByOne: [] };
for (let turn = 1; turn <= repeats; turn += 1) {
  rounds.batched.push(await timed(() => batched(turn)));
  rounds.oneByOne.push(await timed(() => oneByOne(turn)));
}
console.log(JSON.stringify(rounds));
