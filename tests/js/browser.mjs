/* A Chromium of this machine, with nothing of its own to do, and pages in it with a stand-in for Excel. */
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const here = (name) => readFileSync(new URL(name, import.meta.url), "utf-8");
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const HOST = `${here("excel_host.mjs").replace("export function", "function")}
globalThis.excelStandIn = excelHost(globalThis);`;

/**
 * Run `work` with a page maker; the browser's folder is a new one, and so is what each page remembers.
 * Whatever leaves the machine is refused, Microsoft's script among it.
 */
export async function inBrowser(program, work) {
  const browser = await chromium.launch({ executablePath: program, args: FLAGS, headless: true });
  const refused = new Set();

  async function page(address, { excel = true, pane = true, office, scheme = "light", ...options } = {}) {
    const context = await browser.newContext({ colorScheme: scheme, locale: "en-US", ...options });
    const made = await context.newPage();
    made.problems = [];
    made.on("pageerror", (error) => made.problems.push(String(error)));
    await context.route(/^(?!http:\/\/127\.0\.0\.1)/, (route) => {
      refused.add(new URL(route.request().url()).host);
      return route.abort();
    });
    if (excel) {
      const given = office ? `globalThis.officeContext = ${JSON.stringify(office)};` : "";
      await context.addInitScript({ content: HOST });
      if (pane) await context.addInitScript({ content: given + here("pane_host.js") });
    }
    await made.goto(address);
    return made;
  }

  try {
    return await work(page, refused);
  } finally {
    await browser.close();
  }
}
