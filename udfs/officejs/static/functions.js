/*
 * The calls that Excel makes, taken to the server and back.
 *
 * Excel calls every cell's function at once and waits for promises. All calls of one tick travel in one
 * request, equal ones once; results are kept, since every function gives the same for the same arguments.
 * A server that is away is asked again for a while, then cells show #N/A with a sentence.
 *
 * Before this stands `unitsheetSettings`, made by the server; behind it a function for each of ours.
 */
var unitsheet = (function () {
  "use strict";

  const { limits } = unitsheetSettings;
  const page = new URL(location.href);
  const base = new URL(".", page).href;
  const token = page.searchParams.get("token") || "";

  const AGAIN = new Set([502, 503, 504]);
  const IN_FLIGHT = 2;
  // A character of a request takes at most three bytes.
  const LONGEST_BODY = Math.floor(limits.body_bytes / 3) - 100;
  const KEPT = { answers: 20000, longest: 20000, characters: 16e6 };

  // Errors that Excel lets a function give; it knows the others as arguments only.
  const CODES = {
    "#VALUE!": "invalidValue",
    "#N/A": "notAvailable",
    "#NUM!": "invalidNumber",
    "#DIV/0!": "divisionByZero",
    "#NULL!": "nullReference",
  };

  // ---------------------------------------------------------------- arguments

  /** An argument as rows of cells, or null where it is left out. */
  function rows(argument) {
    if (argument === null || argument === undefined) return null;
    if (!Array.isArray(argument)) return [[cell(argument)]];
    return argument.map((row) => (Array.isArray(row) ? row.map(cell) : [cell(row)]));
  }

  /** A cell as it travels: a blank is null, an error an object. */
  function cell(value) {
    if (value === null || value === undefined || value === "") return null;
    if (typeof value === "number") return Number.isFinite(value) ? value : { error: "#NUM!" };
    if (typeof value !== "object") return value;
    if (value.type === "Empty") return null;
    if (typeof value.code === "string") return { error: value.code };
    if (value.type === "Error") return { error: String(value.basicValue) };
    return "basicValue" in value ? cell(value.basicValue) : { error: "#VALUE!" };
  }

  /** Rows as short as they can be written: a single cell stands for itself, a blank one stays in rows. */
  function short(given) {
    const single = given !== null && given.length === 1 && given[0].length === 1 ? given[0][0] : null;
    return single === null ? given : single;
  }

  function trimmed(given) {
    let end = given.length;
    while (end > 0 && given[end - 1] === null) end -= 1;
    return given.slice(0, end);
  }

  // ---------------------------------------------------------------- blank cells

  /*
   * Excel on the desktop hands over a blank cell as 0, and a blank is not zero to our functions. Where an
   * argument is a reference and holds a 0, the sheet is asked which of its cells are empty: once for all
   * calls of a tick, and one area a sheet where that is not too large.
   */
  const REFERENCE = /^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?$/i;
  const LARGEST_AREA = 100000;
  const SHEET_SECONDS = 5;
  let doubtful = [];

  function column(letters) {
    return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  }

  /** A reference such as [Book1.xlsx]Sheet1!B2:C9 taken apart, or null. */
  function area(address) {
    const found = typeof address === "string" ? REFERENCE.exec(address) : null;
    if (!found) return null;
    const name = (found[1] === undefined ? found[2] || "" : found[1].replace(/''/g, "'"));
    const [, book, sheet] = /^(?:\[([^\]]*)\])?(.*)$/.exec(name);
    const [left, top] = [column(found[3]), Number(found[4])];
    const [right, bottom] = found[5] ? [column(found[5]), Number(found[6])] : [left, top];
    return { book, sheet, top, left, bottom, right };
  }

  /** The arguments that hold a zero and come from the sheet. */
  function places(given, invocation) {
    const addresses = ((invocation && invocation.parameterAddresses) || []).flat();
    const found = [];
    given.forEach((matrix, index) => {
      if (matrix === null || !matrix.some((row) => row.includes(0))) return;
      const place = area(addresses[index]);
      if (place && place.sheet) found.push({ matrix, place });
    });
    return found;
  }

  function columnLetters(number) {
    let letters = "";
    for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
    }
    return letters;
  }

  function written(box) {
    return `${columnLetters(box.left)}${box.top}:${columnLetters(box.right)}${box.bottom}`;
  }

  function around(boxes) {
    return {
      top: Math.min(...boxes.map((box) => box.top)),
      left: Math.min(...boxes.map((box) => box.left)),
      bottom: Math.max(...boxes.map((box) => box.bottom)),
      right: Math.max(...boxes.map((box) => box.right)),
    };
  }

  function size(box) {
    return (box.bottom - box.top + 1) * (box.right - box.left + 1);
  }

  /** Put null where a 0 stands for an empty cell; without Excel's answer zeros stay zeros. */
  async function settle(doubts) {
    await Excel.run(async (context) => {
      const sheets = context.workbook.worksheets.load("items/name");
      const workbook = context.workbook.load("name");
      await context.sync();
      const known = new Map(sheets.items.map((sheet) => [sheet.name, sheet]));
      const ours = doubts.filter(({ place }) => known.has(place.sheet) && (!place.book || place.book === workbook.name));
      const asked = [];
      for (const name of new Set(ours.map(({ place }) => place.sheet))) {
        const here = ours.filter(({ place }) => place.sheet === name);
        const all = around(here.map(({ place }) => place));
        const boxes = size(all) <= LARGEST_AREA ? [[all, here]] : here.map((doubt) => [doubt.place, [doubt]]);
        for (const [box, inside] of boxes) {
          asked.push({ box, inside, range: known.get(name).getRange(written(box)).load("valueTypes") });
        }
      }
      await context.sync();
      for (const { box, inside, range } of asked) {
        for (const { matrix, place } of inside) blank(matrix, place, box, range.valueTypes);
      }
    });
  }

  function blank(matrix, place, box, types) {
    matrix.forEach((row, r) => {
      row.forEach((value, c) => {
        const type = (types[place.top - box.top + r] || [])[place.left - box.left + c];
        if (value === 0 && type === "Empty") row[c] = null;
      });
    });
  }

  function within(seconds, promise) {
    return Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error("too late")), seconds * 1000))]);
  }

  async function settleAll() {
    const waiting = doubtful;
    doubtful = [];
    try {
      await within(SHEET_SECONDS, settle(waiting.flatMap(({ found }) => found)));
    } catch {
      // The sheet cannot be asked now.
    }
    for (const { proceed } of waiting) proceed();
  }

  /** Resolves once the zeros of these arguments are known to be zeros. */
  function settled(found) {
    return new Promise((proceed) => {
      if (doubtful.push({ found, proceed }) === 1) setTimeout(settleAll, 0);
    });
  }

  // ---------------------------------------------------------------- requests

  const answers = new Map();
  let characters = 0;
  let queue = new Map();
  let flying = 0;
  const chunks = [];
  const counts = { calls: 0, requests: 0, kept: 0 };

  /** The answer to a call in the form it travels in, as a promise that never fails. */
  function ask(key) {
    const kept = answers.get(key);
    if (kept !== undefined) {
      counts.kept += 1;
      answers.delete(key);
      answers.set(key, kept);
      return kept;
    }
    if (queue.has(key)) return queue.get(key).promise;
    if (!queue.size) setTimeout(flush, 0);
    const entry = { key };
    entry.promise = new Promise((resolve) => (entry.resolve = resolve));
    queue.set(key, entry);
    return keep(key, entry.promise);
  }

  /** Keep an answer for the next time; forget the longest unused when there are too many. */
  function keep(key, promise) {
    if (key.length > KEPT.longest) return promise;
    answers.set(key, promise);
    characters += key.length;
    while (answers.size > KEPT.answers || characters > KEPT.characters) {
      forget(answers.keys().next().value);
    }
    promise.then((answer) => {
      if (answer !== null && answer.passing && answers.get(key) === promise) forget(key);
    });
    return promise;
  }

  function forget(key) {
    if (answers.delete(key)) characters -= key.length;
  }

  function flush() {
    let chunk = [];
    let length = 0;
    for (const entry of queue.values()) {
      if (chunk.length && (chunk.length >= limits.calls || length + entry.key.length > LONGEST_BODY)) {
        chunks.push(chunk);
        [chunk, length] = [[], 0];
      }
      chunk.push(entry);
      length += entry.key.length + 1;
    }
    chunks.push(chunk);
    queue = new Map();
    while (flying < IN_FLIGHT && chunks.length) send();
  }

  async function send() {
    const chunk = chunks.shift();
    flying += 1;
    let found;
    try {
      found = await post(`{"calls":[${chunk.map((entry) => entry.key).join(",")}]}`, chunk.length);
    } catch (error) {
      found = chunk.map(() => ({ error: "#N/A", sentence: error.message, passing: true }));
    }
    chunk.forEach((entry, index) => entry.resolve(found[index]));
    flying -= 1;
    if (chunks.length) send();
  }

  /** The answers to a batch. What the network loses is asked again: it does no harm to ask twice. */
  async function post(body, count) {
    for (let attempt = 0; ; attempt += 1) {
      const found = await attempted(body, count);
      if (Array.isArray(found)) return found;
      if (!found.again || attempt >= limits.waits.length) throw new Error(found.sentence);
      await new Promise((resolve) => setTimeout(resolve, limits.waits[attempt] * 1000));
    }
  }

  /** The answers, or why there are none and whether it is worth asking again. */
  async function attempted(body, count) {
    const away = `no answer from ${base}; start it with "unitsheet serve" and recalculate`;
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), (limits.batch_seconds + 15) * 1000);
    counts.requests += 1;
    try {
      const response = await fetch(`${base}batch`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body,
        signal: giveUp.signal,
      });
      const said = await response.json().catch(() => ({}));
      if (response.ok && Array.isArray(said.answers) && said.answers.length === count) return said.answers;
      // A server that is being ended breaks off with a 500 that is not in its own words.
      const again = response.ok || AGAIN.has(response.status) || (response.status >= 500 && !said.error);
      return { again, sentence: said.error || (again ? away : `the server answers ${response.status}`) };
    } catch {
      return { again: true, sentence: away };
    } finally {
      clearTimeout(timer);
    }
  }

  // ---------------------------------------------------------------- results

  function fault(found) {
    const kind = CODES[found.error];
    const sentence = found.sentence || (kind ? "" : `an argument is ${found.error}`);
    return new CustomFunctions.Error(CustomFunctions.ErrorCode[kind || "invalidValue"], sentence);
  }

  function shown(value) {
    if (value === null) return "";
    return typeof value === "object" ? fault(value) : value;
  }

  /** What the cell gets: rows of cells; or the error of all of it is thrown. */
  function result(answer) {
    const value = answer !== null && typeof answer === "object" && "value" in answer ? answer.value : answer;
    if (Array.isArray(value)) return value.map((row) => row.map(shown));
    if (value !== null && typeof value === "object") throw fault(value);
    return [[shown(value)]];
  }

  // ---------------------------------------------------------------- messages

  /*
   * Excel shows the sentence of #VALUE! and #N/A only, and has no place for a caution. The task pane, which
   * shares this page, lists all of them by cell.
   */
  const messages = new Map();
  const MOST_MESSAGES = 500;
  const changed = new EventTarget();
  let telling = false;

  function note(id, answer, invocation) {
    const cellAddress = invocation && invocation.address;
    if (!cellAddress) return;
    const found = said(answer);
    const before = messages.get(cellAddress);
    if (!found.length && before === undefined) return;
    messages.delete(cellAddress);
    if (found.length) messages.set(cellAddress, { address: cellAddress, id, said: found });
    if (messages.size > MOST_MESSAGES) messages.delete(messages.keys().next().value);
    if (telling) return;
    telling = true;
    setTimeout(() => {
      telling = false;
      changed.dispatchEvent(new Event("change"));
    }, 50);
  }

  /** The different sentences of an answer, each with its kind of error; a caution has none. */
  function said(answer) {
    if (answer === null || typeof answer !== "object") return [];
    const value = "value" in answer ? answer.value : answer;
    const cells = Array.isArray(value) ? value.flat() : [value];
    const faults = cells.filter((one) => one !== null && typeof one === "object" && one.sentence);
    const all = [
      ...faults.map((one) => ({ kind: one.error, sentence: one.sentence })),
      ...(answer.cautions || []).map((sentence) => ({ kind: "", sentence })),
    ];
    return [...new Map(all.map((one) => [one.sentence, one])).values()];
  }

  // ---------------------------------------------------------------- calls

  async function call(id, args, invocation) {
    counts.calls += 1;
    const given = trimmed(args.map(rows));
    const cells = given.reduce((sum, matrix) => sum + (matrix ? matrix.length * matrix[0].length : 1), 0);
    if (cells > limits.cells) {
      const sentence = `the areas given hold ${cells} cells; give at most ${limits.cells}, not whole columns`;
      throw fault({ error: "#VALUE!", sentence });
    }
    const found = typeof Excel === "undefined" ? [] : places(given, invocation);
    if (found.length) await settled(found);
    const key = JSON.stringify([id, given.map(short)]);
    if (key.length > LONGEST_BODY) {
      throw fault({ error: "#VALUE!", sentence: "the arguments are too long to send; give fewer cells or shorter texts" });
    }
    const answer = await ask(key);
    note(id, answer, invocation);
    return result(answer);
  }

  function associate(id, implementation) {
    if (typeof CustomFunctions !== "undefined") CustomFunctions.associate(id, implementation);
  }

  return { associate, base, call, changed, counts, messages, token };
})();
