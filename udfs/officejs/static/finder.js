/* The search field and the list under it: the focus stays in the field, arrow keys move through the list. */

import { byId, element } from "./page.js";

export function finder(pane) {
  const [search, list] = [byId("search"), byId("list")];
  let shown = [];
  let active = -1;

  /** What a search looks through; a name counts most. */
  function rank(one, words) {
    const name = one.name.toLowerCase();
    const rest = [
      one.summary.en, one.summary.zh, one.group.en, one.group.zh,
      ...one.arguments.flatMap((argument) => [argument.name, argument.help.en, argument.help.zh]),
    ].join("\n").toLowerCase();
    if (!words.every((word) => name.includes(word) || rest.includes(word))) return 0;
    if (name === words.join("_")) return 4;
    if (words.every((word) => name.startsWith(word))) return 3;
    return words.some((word) => name.includes(word)) ? 2 : 1;
  }

  function matches() {
    const words = search.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
    if (!words.length) return pane.catalogue;
    const ranked = pane.catalogue.map((one) => [rank(one, words), one]).filter(([points]) => points);
    return ranked.sort((one, other) => other[0] - one[0]).map(([, one]) => one);
  }

  function option(one, place) {
    const made = element("div", { role: "option", id: `option-${one.name}`, class: "option", "aria-selected": "false" },
      element("strong", {}, one.name), element("span", {}, pane.said(one.summary)));
    made.addEventListener("click", () => pane.open(shown[place].name));
    return made;
  }

  /** All of them by group, what was searched for by how well it fits. */
  function render() {
    search.placeholder = pane.texts.searchHint;
    list.setAttribute("aria-label", pane.texts.functions);
    shown = matches();
    const options = shown.map(option);
    if (search.value.trim()) {
      list.replaceChildren(...options);
    } else {
      const groups = new Map();
      shown.forEach((one, place) => groups.set(one.group.en, [...(groups.get(one.group.en) || []), place]));
      list.replaceChildren(...[...groups.values()].map((places, number) => {
        const id = `group-${number}`;
        return element("div", { role: "group", class: "group", "aria-labelledby": id },
          element("div", { id, class: "group-name" }, pane.said(shown[places[0]].group)),
          ...places.map((place) => options[place]));
      }));
    }
    const nothing = search.value.trim() && !shown.length;
    byId("found").textContent = nothing ? pane.texts.none : pane.catalogue.length ? pane.texts.found(shown.length) : pane.texts.loading;
    activate(search.value.trim() && shown.length ? 0 : -1);
  }

  function activate(place) {
    active = place;
    shown.forEach((one, other) => byId(`option-${one.name}`).setAttribute("aria-selected", String(other === place)));
    if (place < 0) {
      search.removeAttribute("aria-activedescendant");
      return;
    }
    const id = `option-${shown[place].name}`;
    search.setAttribute("aria-activedescendant", id);
    byId(id).scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    const last = shown.length - 1;
    const moves = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(last, active + 8),
      PageUp: Math.max(0, active - 8),
    };
    if (event.isComposing || last < 0) return;
    if (event.key in moves) {
      event.preventDefault();
      activate(moves[event.key]);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      pane.open(shown[active].name);
    } else if (event.key === "Escape" && search.value) {
      event.preventDefault();
      search.value = "";
      render();
    }
  }

  search.addEventListener("input", render);
  search.addEventListener("keydown", onKey);

  return { render, focus: () => search.focus() };
}
