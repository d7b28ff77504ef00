/* The company table: headline figures with their basis, and all that is known of one company. */

import { byId, element } from "./page.js";

const IN_TABLE = ["mau", "ltv_cac", "runway"];

export function companiesPanel(pane) {
  const place = byId("companies");
  let data = null;
  let failed = null;
  let chosen = null;

  async function open() {
    if (data || place.hidden) return;
    failed = null;
    if (!unitsheet.token) failed = () => pane.texts.noToken;
    render();
    if (failed) return;
    try {
      const response = await fetch("companies", { headers: { Authorization: `Bearer ${unitsheet.token}` } });
      const said = await response.json();
      if (response.ok) data = said;
      else failed = () => said.error;
    } catch {
      failed = () => pane.texts.away;
    }
    render();
  }

  function render() {
    if (!data) {
      place.replaceChildren(element("p", { class: "hint" }, failed ? failed() : pane.texts.loading));
      return;
    }
    place.replaceChildren(...(chosen ? one(chosen) : table()));
  }

  function choose(company) {
    const before = chosen;
    chosen = company;
    render();
    (company ? byId("company-name") : byId(`company-${before.id}`)).focus();
  }

  // The server knows the figures by place; a figure without an answer comes with a word instead.
  function headline(company, key) {
    return company.headlines[data.headlines.findIndex((one) => one.key === key)];
  }

  function basis(letter) {
    const firm = letter === "R" || letter === "T";
    const word = pane.texts.bases[letter];
    return element("span", { class: firm ? "basis firm" : "basis", role: "img", title: word, "aria-label": word }, letter);
  }

  function worth(figure) {
    return figure.value === null ? pane.texts[figure.text] || figure.text : figure.text;
  }

  function table() {
    const texts = pane.texts;
    const head = [texts.company, ...IN_TABLE.map((key) => texts.short[key])];
    return [
      element("table", {},
        element("caption", {}, texts.table),
        element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
        element("tbody", {}, ...data.companies.map(row))),
      legend(),
    ];
  }

  function row(company) {
    const name = element("button", { type: "button", class: "company", id: `company-${company.id}`, onclick: () => choose(company) },
      element("strong", {}, company.product || company.name),
      company.product && company.product !== company.name ? element("span", {}, company.name) : null);
    const cells = IN_TABLE.map((key) => {
      const figure = headline(company, key);
      return element("td", {}, worth(figure), basis(figure.basis));
    });
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
  }

  function legend() {
    const entries = Object.entries(pane.texts.bases).map(([letter, word]) => `${letter} ${word}`);
    return element("p", { class: "hint legend" }, `${pane.texts.basis}: ${entries.join(", ")}.`);
  }

  // ---------------------------------------------------------------- one company

  function one(company) {
    const texts = pane.texts;
    const headlines = data.headlines.map(({ key, label }) => {
      const figure = headline(company, key);
      const unit = figure.value === null || key === "ltv_cac" ? "" : ` ${pane.said(figure.unit)}`;
      return fact(texts.labels[key] || label, `${worth(figure)}${unit}`, figure.basis);
    });
    return [
      element("button", { type: "button", class: "back", onclick: () => choose(null) }, `‹ ${texts.allCompanies}`),
      element("h2", { id: "company-name", tabindex: "-1" }, company.product || company.name),
      element("p", { class: "lead" }, [company.product ? company.name : "", company.currency].filter(Boolean).join(", ")),
      company.note ? element("p", { class: "hint", lang: "en" }, company.note) : null,
      element("h3", {}, texts.headlines),
      element("dl", { class: "facts" }, ...headlines),
      element("h3", {}, texts.figures),
      company.figures.length
        ? element("dl", { class: "facts" }, ...company.figures.map(sourced))
        : element("p", { class: "hint" }, texts.noFigures),
      legend(),
    ].filter(Boolean);
  }

  function sourced(figure) {
    const about = [figure.period, figure.disputed ? pane.texts.disputed : ""].filter(Boolean).join(", ");
    return fact(pane.said(figure.label), `${figure.text} ${pane.said(figure.unit)}`, figure.basis, about);
  }

  function fact(label, text, letter, about = "") {
    return element("div", {},
      element("dt", {}, label, about ? element("p", { class: "hint" }, about) : null),
      element("dd", {}, text, basis(letter)));
  }

  return { open, render };
}
