/* Formulas from what a person filled in, and what a selection in the sheet fills in. Knows no page and no Excel. */

const AREA = String.raw`\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+`;
const REFERENCE = new RegExp(String.raw`^(?:(?:'(?:[^']|'')+'|[^'!\s"{}()]+)!)?(?:${AREA})$`, "i");
const LAST = { row: 1048576, column: 16384 };

/** Whether a text reads as a cell or an area. */
export function isReference(text) {
  return REFERENCE.test(text.trim());
}

/** The sheet and the area of an address such as 'My sheet'!B2:C3. */
export function parts(address) {
  const mark = address.lastIndexOf("!");
  return { sheet: address.slice(0, Math.max(mark, 0)), area: address.slice(mark + 1).replace(/\$/g, "") };
}

/** A reference without its sheet where the formula stands on the same. */
function near(text, sheet) {
  const { sheet: other, area } = parts(text);
  return other && other === sheet ? area : text;
}

/** One argument as the formula has it; nothing where it is left out. */
function spelled(argument, text, sheet) {
  const typed = (text || "").trim();
  if (!typed) return "";
  if (argument.kind === "word") return `"${typed.replace(/"/g, '""')}"`;
  const bare = typed.replace(/^=/, "");
  if (isReference(bare)) return near(bare, sheet);
  if (argument.kind === "text" && !/^".*"$/.test(bare)) return `"${bare.replace(/"/g, '""')}"`;
  return bare;
}

/** The entries of an argument: one that may be repeated has several. */
export function entries(values, argument) {
  const value = values[argument.name];
  return Array.isArray(value) ? value : [value || ""];
}

/** The formula of a function with these values, seen from a sheet. */
export function formula(described, values, sheet) {
  const texts = described.arguments.flatMap((argument) =>
    argument.kind === "rest"
      ? entries(values, argument).map((text) => spelled(argument, text, sheet)).filter((text, place) => text || !place)
      : [spelled(argument, values[argument.name], sheet)]);
  while (texts.length && !texts[texts.length - 1]) texts.pop();
  return `=${described.typed}(${texts.join(",")})`;
}

/** The arguments that must be given and are not. */
export function missing(described, values) {
  return described.arguments.filter((argument) => !argument.optional && !entries(values, argument)[0].trim());
}

/** The references that a formula is made of, with the sheet they are on. */
export function references(described, values, sheet) {
  return described.arguments
    .flatMap((argument) => (argument.kind === "word" ? [] : entries(values, argument)))
    .map((text) => text.trim().replace(/^=/, ""))
    .filter(isReference)
    .map((text) => ({ sheet: parts(text).sheet || sheet, area: parts(text).area }));
}

function column(letters) {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function letters(number) {
  let found = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    found = String.fromCharCode(65 + ((rest - 1) % 26)) + found;
  }
  return found;
}

/** The corners of an area; of whole rows or columns none. */
function corners(area) {
  const found = /^([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?$/i.exec(area);
  if (!found) return null;
  const [left, top] = [column(found[1]), Number(found[2])];
  return { left, top, right: found[3] ? column(found[3]) : left, bottom: found[4] ? Number(found[4]) : top };
}

/** The corners of an area, or of whole rows or columns. */
function extent(area) {
  const [from, to] = area.split(":");
  if (/^\d+$/.test(from)) return { left: 1, top: Number(from), right: LAST.column, bottom: Number(to) };
  if (/^[A-Z]+$/i.test(from)) return { left: column(from), top: 1, right: column(to), bottom: LAST.row };
  return corners(area);
}

/** Whether a cell lies in an area; both without their sheet. */
export function contains(area, cell) {
  const [box, one] = [extent(area), corners(cell)];
  if (!box || !one) return false;
  return one.left >= box.left && one.left <= box.right && one.top >= box.top && one.top <= box.bottom;
}

function written(sheet, left, top, right, bottom) {
  const from = `${letters(left)}${top}`;
  const to = `${letters(right)}${bottom}`;
  return (sheet ? `${sheet}!` : "") + (from === to ? from : `${from}:${to}`);
}

/** The pieces that a selection falls into for so many arguments: its cells, its columns, or all of it. */
function pieces(address, room) {
  const { sheet, area } = parts(address);
  const box = corners(area);
  if (!box) return [address];
  const [width, height] = [box.right - box.left + 1, box.bottom - box.top + 1];
  if (width > 1 && height > 1 && width <= room) {
    return Array.from({ length: width }, (_, c) => written(sheet, box.left + c, box.top, box.left + c, box.bottom));
  }
  const line = width === 1 || height === 1;
  if (!line || width * height > room) return [address.replace(/\$/g, "")];
  return Array.from({ length: width * height }, (_, place) => {
    const [left, top] = width > 1 ? [box.left + place, box.top] : [box.left, box.top + place];
    return written(sheet, left, top, left, top);
  });
}

/**
 * The values with a selection filled in from the argument `from` on.
 *
 * A row or a column that fits is laid out cell by cell, a block column by column; an argument that takes a
 * whole series takes all of it. Gives the new values and the argument that comes next.
 */
export function filled(described, values, from, address) {
  const line = described.arguments.filter((argument) => argument.kind !== "word");
  const start = Math.max(0, line.findIndex((argument) => argument.name === from));
  const made = { ...values };
  if (!line.length) return { values: made, next: "" };
  if (line[start].kind === "area") {
    made[line[start].name] = pieces(address, 0)[0];
    return { values: made, next: (line[start + 1] || line[start]).name };
  }
  const later = line.slice(start);
  const open = later.findIndex((argument) => argument.kind === "area");
  const slots = open < 0 ? later : later.slice(0, open);
  const endless = slots[slots.length - 1].kind === "rest";
  const parted = pieces(address, endless ? Infinity : slots.length);
  slots.forEach((argument, place) => {
    if (place >= parted.length) return;
    made[argument.name] = argument.kind === "rest" ? parted.slice(place) : parted[place];
  });
  const next = line[Math.min(start + parted.length, line.length - 1)];
  return { values: made, next: next.name };
}

/** The argument that a selection goes to when none is being typed in: the first that must be given and is not. */
export function firstOpen(described, values) {
  const [first] = missing(described, values).filter((argument) => argument.kind !== "word");
  const empty = described.arguments.find((argument) => argument.kind !== "word" && !entries(values, argument)[0].trim());
  return (first || empty || described.arguments[0]).name;
}
