/* One function: its arguments to fill in, the formula they make, and the way into the cell. */

import { entries, filled, firstOpen, formula, missing } from "./formula.js";
import { byId, element, pickSymbol, say } from "./page.js";
import * as sheet from "./sheet.js";

export function details(pane) {
  const place = byId("details");
  let described = null;
  let values = {};
  let typing = "";
  let here = { sheet: "", area: "" };
  let replacing = "";

  function open(one) {
    described = one;
    values = {};
    typing = "";
    replacing = "";
    say("");
    render();
    place.hidden = false;
    byId("function-name").focus();
    selectionChanged();
  }

  // ---------------------------------------------------------------- form

  function render() {
    if (!described) return;
    const texts = pane.texts;
    const usable = sheet.connected();
    const form = element("form", { novalidate: true, onsubmit: insert, onkeydown: onKey },
      element("button", { type: "button", class: "back", onclick: pane.close.bind(pane) }, `‹ ${texts.back}`),
      element("h2", { id: "function-name", tabindex: "-1" }, described.typed),
      element("p", { class: "lead" }, pane.said(described.summary)),
      usable ? element("div", { class: "filling" },
        element("button", { type: "button", id: "fill", class: "plain", "aria-describedby": "fill-help", onclick: fillAll }, texts.fill),
        element("p", { class: "hint", id: "fill-help" }, texts.fillHelp)) : element("p", { class: "hint" }, texts.outside),
      element("h3", {}, texts.arguments),
      ...described.arguments.map(argumentRow),
      element("div", { class: "written" },
        element("output", { id: "formula", class: "formula", "aria-label": texts.formula }),
        usable ? element("div", { class: "buttons" },
          element("button", { type: "submit", id: "insert", class: "primary" })) : null));
    place.replaceChildren(form, ...more());
    refresh();
  }

  function argumentRow(argument) {
    const id = `argument-${argument.name}`;
    const label = element("label", { for: id }, argument.name,
      argument.unit ? element("span", { class: "unit" }, pane.said(argument.unit)) : null);
    const box = element("div", { class: "argument" }, label);
    if (argument.kind === "word") {
      box.append(wordChoice(argument, id));
    } else {
      const given = entries(values, argument);
      given.forEach((text, number) => box.append(entry(argument, number ? `${id}-${number + 1}` : id, number, text)));
      if (argument.kind === "rest") {
        const name = `${argument.name}${given.length + 1}`;
        box.append(element("button", { type: "button", class: "link", onclick: () => another(argument) }, pane.texts.more(name)));
      }
    }
    box.append(element("p", { class: "hint", id: `${id}-help` }, helpText(argument)));
    return box;
  }

  function helpText(argument) {
    const texts = pane.texts;
    const kind = { area: texts.area, rest: texts.rest }[argument.kind];
    const left = argument.optional ? (argument.default ? texts.blank(argument.default) : texts.optional) : "";
    return [pane.said(argument.help), kind, argument.kind === "word" ? "" : left].filter(Boolean).join(texts.between);
  }

  function wordChoice(argument, id) {
    const chosen = values[argument.name] || "";
    const first = argument.optional ? argument.default : "";
    const choice = element("select", { id, "aria-describedby": `${id}-help`, onchange: () => set(argument, 0, choice.value) },
      element("option", { value: "" }, pane.texts.choose(first)),
      ...argument.words.map(({ word, zh }) => {
        const meaning = pane.language === "zh" && zh !== word ? `${word}（${zh}）` : word;
        return element("option", { value: word, selected: word === chosen }, meaning);
      }));
    return choice;
  }

  function entry(argument, id, number, text) {
    const name = number ? `${argument.name}${number + 1}` : argument.name;
    const input = element("input", {
      id, value: text, autocomplete: "off", spellcheck: "false", "aria-describedby": `argument-${argument.name}-help`,
      "aria-required": argument.optional || number ? null : "true", "aria-label": number ? name : null,
      onfocus: () => (typing = argument.name),
      oninput: () => set(argument, number, input.value),
    });
    const pick = sheet.connected() ? element("button", {
      type: "button", class: "pick", title: pane.texts.pick(name), "aria-label": pane.texts.pick(name),
      onclick: () => fillOne(argument, number, id),
    }, pickSymbol()) : null;
    return element("div", { class: "entry" }, input, pick);
  }

  function set(argument, number, text) {
    if (argument.kind === "rest") {
      const given = [...entries(values, argument)];
      given[number] = text;
      values = { ...values, [argument.name]: given };
    } else {
      values = { ...values, [argument.name]: text };
    }
    replacing = "";
    refresh();
  }

  function another(argument) {
    values = { ...values, [argument.name]: [...entries(values, argument), ""] };
    render();
    byId(`argument-${argument.name}-${entries(values, argument).length}`).focus();
  }

  /** The formula as it stands, and where it would go. */
  function refresh() {
    byId("formula").textContent = formula(described, values, here.sheet);
    const button = byId("insert");
    if (!button) return;
    const texts = pane.texts;
    button.textContent = replacing ? texts.replace(here.area) : here.area ? texts.insertInto(here.area) : texts.insert;
  }

  function onKey(event) {
    if (event.key === "Escape") pane.close();
  }

  // ---------------------------------------------------------------- Excel

  async function selectionChanged() {
    if (!described || !sheet.connected()) return;
    try {
      here = await sheet.activeCell();
      replacing = "";
      if (byId("formula")) refresh();
    } catch {
      // The button says less then.
    }
  }

  async function trying(work) {
    try {
      return await work();
    } catch (error) {
      say(pane.texts.refused(error.message), true);
      return undefined;
    }
  }

  async function fillAll() {
    const address = await trying(sheet.selection);
    if (!address) return;
    const start = typing && !(values[typing] || "").length ? typing : firstOpen(described, values);
    const { values: made, next } = filled(described, values, start, address);
    values = made;
    typing = "";
    render();
    (byId(`argument-${next}`) || byId("insert")).focus();
  }

  async function fillOne(argument, number, id) {
    const address = await trying(sheet.selection);
    if (!address) return;
    set(argument, number, address.replace(/\$/g, ""));
    const input = byId(id);
    input.value = entries(values, argument)[number];
    input.focus();
  }

  async function insert(event) {
    event.preventDefault();
    if (!sheet.connected()) return;
    const texts = pane.texts;
    const [first, ...others] = missing(described, values);
    if (first) {
      say(texts.missing([first, ...others].map((argument) => argument.name).join(", ")), true);
      byId(`argument-${first.name}`).focus();
      return;
    }
    const write = (name) => formula(described, values, name);
    const done = await trying(() => sheet.insert(described, values, write, replacing));
    if (!done) return;
    if (done.own) say(texts.own(done.own), true);
    else if (done.full) {
      replacing = done.address;
      say(texts.full(done.full, done.shows), true);
      refresh();
    } else {
      replacing = "";
      say(texts.done(done.cell));
      refresh();
    }
  }

  // ---------------------------------------------------------------- what else there is to know

  function more() {
    const texts = pane.texts;
    const names = described.related.filter((name) => pane.catalogue.some((one) => one.name === name));
    return [
      element("h3", {}, texts.gives),
      element("p", {}, pane.said(described.unit)),
      element("h3", {}, texts.example),
      ...described.examples.slice(0, 2).map((one) => element("div", { class: "example" },
        element("code", {}, one.formula), element("p", {}, `= ${one.result}`))),
      element("h3", {}, texts.how),
      ...described.formula.map((text) => element("p", { lang: "en" }, text)),
      ...described.convention.map((text) => element("p", { class: "hint", lang: "en" }, text)),
      element("h3", {}, texts.source),
      element("p", { class: "hint", lang: "en" }, described.source.join("; ")),
      ...(names.length ? [element("h3", {}, texts.related), element("div", { class: "related" },
        ...names.map((name) => element("button", { type: "button", class: "link", onclick: () => pane.open(name) }, name)))] : []),
    ];
  }

  return { open, render, selectionChanged };
}
