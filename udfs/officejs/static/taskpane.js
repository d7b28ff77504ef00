/* The task pane: its tabs, its languages, and what it is told by the server and by Excel. */

import { companiesPanel } from "./companies.js";
import { details } from "./details.js";
import { finder } from "./finder.js";
import { messagesPanel } from "./messages.js";
import { byId, say } from "./page.js";
import * as sheet from "./sheet.js";
import { TEXTS, firstLanguage, keep, kept } from "./texts.js";

const TABS = ["functions", "companies", "messages"];
const pane = {
  language: firstLanguage(""),
  catalogue: [],
  get texts() {
    return TEXTS[this.language];
  },
  /** A text of the functions, which comes in both languages. */
  said(text) {
    return text ? text[this.language] || text.en : "";
  },
  open(name) {
    byId("finder").hidden = true;
    show("functions");
    detailed.open(this.catalogue.find((one) => one.name === name));
  },
  close() {
    byId("details").hidden = true;
    byId("finder").hidden = false;
    found.focus();
  },
};
const found = finder(pane);
const detailed = details(pane);
const companies = companiesPanel(pane);
const messages = messagesPanel(pane);

function show(name) {
  for (const tab of TABS) {
    const selected = tab === name;
    byId(tab).hidden = !selected;
    byId(`tab-${tab}`).setAttribute("aria-selected", String(selected));
    byId(`tab-${tab}`).tabIndex = selected ? 0 : -1;
  }
  say("");
  if (name === "companies") companies.open();
}

function speak(language) {
  pane.language = language;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = pane.texts[place.dataset.text];
  byId("languages").setAttribute("aria-label", pane.texts.language);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  say("");
  found.render();
  detailed.render();
  companies.render();
  messages.render();
}

/** Tabs by arrow keys, as the pattern for tabs has it. */
function onTabKey(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const ends = { Home: 0, End: TABS.length - 1 }[event.key];
  if (step === undefined && ends === undefined) return;
  const now = TABS.findIndex((tab) => byId(`tab-${tab}`) === document.activeElement);
  const next = TABS[ends === undefined ? (now + step + TABS.length) % TABS.length : ends];
  event.preventDefault();
  show(next);
  byId(`tab-${next}`).focus();
}

function openNamed() {
  const name = decodeURIComponent(location.hash.slice(1)).toUpperCase();
  if (pane.catalogue.some((one) => one.name === name)) pane.open(name);
}

async function loadCatalogue() {
  try {
    pane.catalogue = await (await fetch("catalogue.json")).json();
  } catch {
    say(pane.texts.away, true);
  }
  found.render();
  openNamed();
}

async function connect() {
  if (!(await sheet.connect())) return;
  const language = firstLanguage(sheet.displayLanguage());
  if (!kept() && language !== pane.language) speak(language);
  const dark = sheet.isDark();
  if (dark !== undefined) document.documentElement.dataset.theme = dark ? "dark" : "light";
  detailed.render();
  await sheet.onSelection(() => detailed.selectionChanged()).catch(() => undefined);
}

for (const tab of TABS) byId(`tab-${tab}`).addEventListener("click", () => show(tab));
byId("tabs").addEventListener("keydown", onTabKey);
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    keep(button.dataset.language);
    speak(button.dataset.language);
  });
}
addEventListener("hashchange", openNamed);

show("functions");
speak(pane.language);
loadCatalogue();
connect().catch(() => undefined);
