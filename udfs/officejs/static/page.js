/* Elements made in one line. Text is always set as text, never as markup. */

/** element("p", { class: "hint", onclick: f }, "text", child): an element with properties and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A line that screen readers speak too; a warning stands out. */
export function say(text, warning = false) {
  const status = byId("status");
  status.textContent = text;
  status.classList.toggle("warning", warning);
}

/** The symbol for taking a selection. */
export function pickSymbol() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "16");
  svg.setAttribute("height", "16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M2.5 2.5h11v11h-11zM2.5 6h11M6 2.5v11");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  svg.append(path);
  return svg;
}
