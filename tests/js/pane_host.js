/*
 * A stand-in for what the task pane asks of Excel, put into the page before its own scripts: our reading of the
 * host, not the host. `book` is the workbook: what is selected, what cells hold, what was done to it.
 */
globalThis.book = {
  active: "Sheet1!C7",
  selected: "Sheet1!B5:B6",
  cells: {},
  shown: [],
  refuse: "",
  listeners: [],
  /** Select an area as a person does; the active cell is its first. */
  async select(address, active = address.split(":")[0]) {
    this.selected = address;
    this.active = active;
    for (const listener of this.listeners) await listener();
  },
};

function loaded(object) {
  return Object.assign(object, { load: () => object });
}

const workbook = {
  getSelectedRange: () => loaded({ address: book.selected }),
  getActiveCell() {
    const address = book.active;
    const held = book.cells[address];
    return loaded({
      address,
      valueTypes: [[held === undefined ? "Empty" : "Double"]],
      get formulas() {
        return [[held === undefined ? "" : held]];
      },
      set formulas(rows) {
        [[book.cells[address]]] = rows;
      },
    });
  },
  worksheets: {
    getItem: (name) => ({
      activate: () => undefined,
      getRange: (area) => ({ select: () => book.shown.push(`${name}!${area}`) }),
    }),
  },
  onSelectionChanged: { add: (listener) => book.listeners.push(listener) },
};

globalThis.Office = {
  context: globalThis.officeContext || { displayLanguage: "en-US" },
  onReady: async () => ({ host: "Excel", platform: "Mac" }),
};
globalThis.Excel = {
  run: async (work) => {
    if (book.refuse) throw new Error(book.refuse);
    return work({ workbook, sync: async () => undefined });
  },
};
