/*
 * A stand-in for Excel as functions.js meets it: our reading of the host, not the host.
 *
 * Read in Microsoft's custom-functions-runtime.js (OfficeDev/office-js): names are looked up in capitals;
 * errors in arguments, also inside areas, are instances of CustomFunctions.Error with a code, if the metadata
 * allow them; an invocation with address and parameterAddresses comes last; a rejected error that is none of
 * five kinds becomes #VALUE!; NaN and any other exception become #VALUE!.
 * Read in its documentation: an optional argument left out is null; a parameter of dimensionality matrix is
 * given rows, also for one cell; a repeating one an array of these.
 * Read in issues of the same repository: a blank cell is 0 on the desktop, null or "" elsewhere.
 */

const ERRORS = {
  invalidValue: "#VALUE!",
  notAvailable: "#N/A",
  divisionByZero: "#DIV/0!",
  invalidNumber: "#NUM!",
  nullReference: "#NULL!",
  invalidName: "#NAME?",
  invalidReference: "#REF!",
};
const GIVEN_BACK = new Set(["#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!"]);
const SHEET = "It's a sheet";
const BOOK = "Book1.xlsx";

class HostError extends Error {
  constructor(code, message) {
    super(message || "");
    this.type = "Error";
    this.code = code || ERRORS.invalidValue;
    this.basicValue = this.code;
  }
}

function letters(column) {
  return column > 26 ? letters(Math.floor((column - 1) / 26)) + letters(((column - 1) % 26) + 1) : String.fromCharCode(64 + column);
}

/** A sheet that arguments are put on, so that they have addresses; knows which cells are empty. */
class Grid {
  constructor() {
    this.empty = new Set();
    this.row = 1;
  }

  put(rows) {
    const top = this.row;
    this.row += rows.length + 1;
    rows.forEach((row, r) => row.forEach((cell, c) => cell === null && this.empty.add(`${top + r},${c + 1}`)));
    const from = `A${top}`;
    const to = `${letters(rows[0].length)}${top + rows.length - 1}`;
    const sheet = `'[${BOOK}]${SHEET.replace(/'/g, "''")}'`;
    return `${sheet}!${from === to ? from : `${from}:${to}`}`;
  }

  types(address) {
    const [, left, top, right, bottom] = /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/.exec(address);
    const number = (text) => [...text].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
    return Array.from({ length: bottom - top + 1 }, (_, r) =>
      Array.from({ length: number(right) - number(left) + 1 }, (_, c) =>
        this.empty.has(`${Number(top) + r},${number(left) + c}`) ? "Empty" : "Double"));
  }
}

/** The part of the Excel API that functions.js uses to ask for blank cells. */
function excelApi(grid, counts) {
  const loaded = (object) => Object.assign(object, { load: () => object });
  return {
    run: async (work) => {
      counts.sheetReads += 1;
      const sheet = { name: SHEET, getRange: (address) => loaded({ valueTypes: grid.types(address) }) };
      const workbook = loaded({ name: BOOK, worksheets: loaded({ items: [sheet] }) });
      return work({ workbook, sync: async () => undefined });
    },
  };
}

/**
 * Put Excel's names into a global object; gives what calls the functions.
 * `blank` is what a blank cell is handed over as: 0 (then the sheet can be asked), "" or null.
 */
export function excelHost(target, { blank = 0 } = {}) {
  const functions = new Map();
  const grid = new Grid();
  const counts = { sheetReads: 0 };
  target.CustomFunctions = {
    associate: (id, implementation) => functions.set(id.toUpperCase(), implementation),
    ErrorCode: ERRORS,
    Error: HostError,
  };
  if (blank === 0) target.Excel = excelApi(grid, counts);
  let cells = 0;

  function handedOver(cell) {
    if (cell === null) return blank;
    return cell !== null && typeof cell === "object" ? new HostError(cell.error) : cell;
  }

  function matrix(argument) {
    return argument.map((row) => row.map(handedOver));
  }

  /** What a cell with this call shows: rows of cells, errors as {error, message}. Arguments: rows, or null. */
  async function calculate(metadata, id, args) {
    const parameters = metadata.functions.find((one) => one.id === id).parameters;
    const last = parameters.length - 1;
    const repeating = parameters[last].repeating;
    const fixed = repeating ? parameters.slice(0, last) : parameters;
    const given = fixed.map((_, index) => (args[index] === undefined || args[index] === null ? null : matrix(args[index])));
    if (repeating) given.push(args.slice(last).map((argument) => (argument === null ? null : matrix(argument))));
    cells += 1;
    const parameterAddresses = args.map((argument) => (argument === null ? "" : grid.put(argument)));
    const invocation = { functionName: id, address: `'${SHEET}'!Z${cells}`, parameterAddresses };
    const implementation = functions.get(id.toUpperCase());
    if (!implementation) return shown(new HostError("#NAME?"));
    try {
      const rows = await implementation(...given, invocation);
      return rows.map((row) => row.map(shown));
    } catch (error) {
      const kind = error instanceof HostError && GIVEN_BACK.has(error.code) ? error.code : "#VALUE!";
      return [[{ error: kind, message: String(error.message) }]];
    }
  }

  function shown(value) {
    if (value instanceof HostError) return { error: value.code, message: value.message };
    if (typeof value === "number") return Number.isFinite(value) ? value : { error: "#VALUE!", message: "NaN" };
    return value;
  }

  return { calculate, counts };
}
