/* What functions said of the cells that are calculated now: sentences of errors, and cautions. */

import { byId, element, say } from "./page.js";
import * as sheet from "./sheet.js";

export function messagesPanel(pane) {
  const place = byId("messages");

  function render() {
    const all = typeof unitsheet === "undefined" ? [] : [...unitsheet.messages.values()].reverse();
    byId("unread").hidden = !all.length;
    byId("unread").textContent = String(all.length);
    if (!all.length) {
      place.replaceChildren(element("p", { class: "hint" }, pane.texts.noMessages));
      return;
    }
    place.replaceChildren(element("p", { class: "hint" }, pane.texts.about), ...all.map(message));
  }

  function message({ address, id, said }) {
    const shown = address.replace(/^'?(?:\[[^\]]*\])?/, (start) => (start.startsWith("'") ? "'" : ""));
    return element("div", { class: "message" },
      element("button", { type: "button", class: "link", "aria-label": pane.texts.show(shown), onclick: () => go(address) }, shown),
      ` ${id}`,
      ...said.map(({ kind, sentence }) => element("p", {},
        element("span", { class: "kind" }, kind || pane.texts.caution), " ", element("span", { lang: "en" }, sentence))));
  }

  async function go(address) {
    try {
      if (sheet.connected()) await sheet.select(address);
    } catch (error) {
      say(pane.texts.refused(error.message), true);
    }
  }

  if (typeof unitsheet !== "undefined") unitsheet.changed.addEventListener("change", render);
  return { render };
}
