/* What the task pane asks of Excel. Outside of Excel there is none, and the pane only shows. */

import { contains, parts, references } from "./formula.js";

let ready = false;

/** Resolves to whether the pane is in Excel. */
export async function connect() {
  if (typeof Office === "undefined") return false;
  const info = await Office.onReady();
  ready = Boolean(info && info.host) && typeof Excel !== "undefined";
  return ready;
}

export function connected() {
  return ready;
}

/** The language Excel shows, such as zh-CN, or an empty text. */
export function displayLanguage() {
  return (ready && Office.context && Office.context.displayLanguage) || "";
}

/** Whether Excel is dark, where it says so. */
export function isDark() {
  const theme = ready && Office.context && Office.context.officeTheme;
  return theme && typeof theme.isDarkTheme === "boolean" ? theme.isDarkTheme : undefined;
}

/** The address of the selection, with its sheet. */
export function selection() {
  return Excel.run(async (context) => {
    const range = context.workbook.getSelectedRange().load("address");
    await context.sync();
    return range.address;
  });
}

/** The active cell's sheet and address. */
export function activeCell() {
  return Excel.run(async (context) => {
    const cell = context.workbook.getActiveCell().load("address");
    await context.sync();
    return parts(cell.address);
  });
}

/**
 * Put a formula into the active cell.
 *
 * Gives {cell} when done. {own} when the cell is one of the arguments, {full, shows} when it is not empty and
 * not `replace`; then nothing is changed.
 */
export function insert(described, values, write, replace) {
  return Excel.run(async (context) => {
    const cell = context.workbook.getActiveCell().load("address, formulas, valueTypes");
    await context.sync();
    const { sheet, area } = parts(cell.address);
    const own = references(described, values, sheet).some((one) => one.sheet === sheet && contains(one.area, area));
    if (own) return { own: area };
    const empty = cell.valueTypes[0][0] === "Empty";
    if (!empty && replace !== cell.address) return { full: area, address: cell.address, shows: String(cell.formulas[0][0]) };
    cell.formulas = [[write(sheet)]];
    await context.sync();
    return { cell: area };
  });
}

/** Show a cell. */
export function select(address) {
  return Excel.run(async (context) => {
    const { sheet, area } = parts(address);
    const name = sheet.replace(/^'(.*)'$/, "$1").replace(/''/g, "'").replace(/^\[[^\]]*\]/, "");
    const place = name ? context.workbook.worksheets.getItem(name) : context.workbook.worksheets.getActiveWorksheet();
    place.activate();
    place.getRange(area).select();
    await context.sync();
  });
}

/** Call back whenever another cell is selected. */
export function onSelection(changed) {
  return Excel.run(async (context) => {
    context.workbook.onSelectionChanged.add(async () => changed());
    await context.sync();
  });
}
