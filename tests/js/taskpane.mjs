/*
 * The task pane in Chromium, clicked and typed through. Prints what was seen, by scene, for the test to judge.
 *
 *   node taskpane.mjs CHROMIUM PAGE < calls.json       calls are [[id, [argument, ...]], ...] for functions.js
 */
import { readFileSync } from "node:fs";
import { inBrowser } from "./browser.mjs";

const [program, address] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(0, "utf-8"));
const PANE = { viewport: { width: 360, height: 760 } };
const CHINESE = { displayLanguage: "zh-CN" };

const text = (page, selector) => page.locator(selector).innerText();
const texts = (page, selector) => page.locator(selector).allInnerTexts();
const cells = (page) => page.evaluate(() => book.cells);
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);
const ready = (page) => page.waitForSelector(".option");

async function opened(page, name) {
  await page.evaluate((one) => (location.hash = `#${one}`), name);
  await page.waitForFunction((one) => document.getElementById("function-name")?.textContent === `UE.${one}`, name);
}

const SCENES = {
  async search(open) {
    const page = await open();
    const seen = { all: (await texts(page, ".option strong")).length, groups: await texts(page, ".group-name") };
    for (const words of ["payback", "回本", "获客成本", "won by advertising", "ltv cac", "nothing like it"]) {
      await page.fill("#search", words);
      seen[words] = await texts(page, ".option strong");
    }
    seen.hint = await text(page, "#found");
    return seen;
  },

  async mouse(open) {
    const page = await open();
    await page.fill("#search", "cac");
    await page.click("#option-CAC");
    const seen = {
      title: await text(page, "#function-name"),
      units: await texts(page, ".argument .unit"),
      example: await texts(page, ".example"),
      related: await texts(page, ".related button"),
    };
    await page.click("#fill");
    seen.filled = await page.inputValue("#argument-media");
    seen.next = await focused(page);
    seen.formula = await text(page, "#formula");
    seen.button = await text(page, "#insert");
    await page.selectOption("#argument-method", "paid");
    await page.fill("#argument-new_paid", "$B$7");
    seen.whole = await text(page, "#formula");
    await page.click("#insert");
    seen.status = await text(page, "#status");
    seen.cells = await cells(page);
    return seen;
  },

  async refusals(open) {
    const page = await open();
    await opened(page, "CAC");
    await page.click("#insert");
    const seen = { missing: await text(page, "#status"), at: await focused(page) };
    await page.evaluate(() => book.select("Sheet1!B5:B6"));
    await page.click("#fill");
    await page.click("#insert");
    seen.own = await text(page, "#status");
    await page.evaluate(() => {
      book.cells["Sheet1!D9"] = 12;
      return book.select("Sheet1!D9");
    });
    await page.click("#insert");
    seen.full = await text(page, "#status");
    seen.button = await text(page, "#insert");
    seen.kept = await cells(page);
    await page.click("#insert");
    seen.replaced = await cells(page);
    await page.evaluate(() => (book.refuse = "the sheet is protected"));
    await page.click("#insert");
    seen.refused = await text(page, "#status");
    return seen;
  },

  async keyboard(open) {
    const page = await open();
    const stops = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(() => [
        document.activeElement.id || document.activeElement.lang,
        parseFloat(getComputedStyle(document.activeElement).outlineWidth),
      ]));
    }
    const seen = { stops };
    await page.focus("#search");
    await page.keyboard.type("payb");
    await page.keyboard.press("ArrowDown");
    seen.active = await page.getAttribute("#search", "aria-activedescendant");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    seen.opened = await text(page, "#function-name");
    await page.evaluate(() => book.select("Sheet1!A1:C1").then(() => book.select(book.selected, "Sheet1!E1")));
    await page.keyboard.press("Tab");
    seen.first = await focused(page);
    await page.keyboard.press("Space");
    seen.afterFill = await focused(page);
    await page.keyboard.press("Enter");
    seen.cells = await cells(page);
    await page.keyboard.press("Escape");
    seen.back = await focused(page);
    await page.focus("#tab-functions");
    await page.keyboard.press("ArrowRight");
    seen.tab = await focused(page);
    await page.waitForSelector("table");
    await page.keyboard.press("End");
    seen.last = await focused(page);
    return seen;
  },

  async fillings(open) {
    const page = await open();
    return page.evaluate(async () => {
      const { contains, filled, firstOpen, formula } = await import("./formula.js");
      const catalogue = await (await fetch("catalogue.json")).json();
      const one = (name, address, from, values = {}, sheet = "Sheet1") => {
        const described = catalogue.find((known) => known.name === name);
        const made = filled(described, values, from || firstOpen(described, values), address);
        return [formula(described, made.values, sheet), made.next];
      };
      const write = (name, values) => formula(catalogue.find((known) => known.name === name), values, "Sheet1");
      return {
        row: one("CAC", "Sheet1!B5:C5"),
        block: one("CAC", "Sheet1!B5:C90"),
        column: one("CAC", "Sheet1!B5:B90"),
        other: one("CAC", "'My sheet'!$B$5:$B$6"),
        second: one("CAC", "Sheet1!D4", "new_total", { media: "7" }),
        rest: one("FUNNEL", "Sheet1!A1:A4"),
        area: one("RUNWAY_PATH", "Sheet1!B2:M2", "burns", { cash: "A1" }),
        beforeArea: one("RUNWAY_PATH", "Sheet1!B2"),
        columns: one("CAC", "Sheet1!C:C"),
        within: [contains("C:C", "C7"), contains("B:B", "C7"), contains("5:7", "C7"), contains("B5:D9", "C7"), contains("C8", "C7")],
        text: write("MC", { model: "payback.churn", inputs: "A1:E5", seed: "42" }),
        reference: write("MC", { model: "Sheet1!A9", inputs: "A1:E5", seed: "42" }),
        word: write("CAC", { media: "=A1+1", new_total: "8", method: "paid" }),
        trailing: write("CONTRIBUTION", { arpu: "1", cost: ["2", "", "3"], method: "margin" }),
        name: write("CAC", { media: "kimi_media", new_total: "kimi_new" }),
      };
    });
  },

  async companies(open) {
    const page = await open();
    await page.click("#tab-companies");
    await page.waitForSelector("table");
    const seen = { head: await texts(page, "thead th"), rows: (await texts(page, "tbody tr")).length };
    seen.kimi = await text(page, "tr:has(#company-kimi)");
    await page.click("#company-kimi");
    seen.title = await text(page, "#company-name");
    seen.facts = await texts(page, ".facts > div");
    await page.click(".back");
    seen.back = await focused(page);
    return seen;
  },

  async companiesWithoutToken(open) {
    const page = await open({ address: address.replace(/token=.*/, "token=wrong") });
    await page.click("#tab-companies");
    await page.waitForFunction(() => !document.getElementById("companies").textContent.includes("Loading"));
    return { shown: await text(page, "#companies") };
  },

  async messages(open) {
    const page = await open();
    const call = (args) => page.evaluate(async (given) => {
      const metadata = await (await fetch("functions.json")).json();
      return excelStandIn.calculate(metadata, "CAC", given);
    }, args);
    const seen = { none: await page.locator("#unread").isHidden() };
    await call([[[1000]], [[0]]]);
    await page.waitForSelector("#unread:not([hidden])");
    seen.count = await text(page, "#unread");
    await page.click("#tab-messages");
    seen.message = await text(page, ".message");
    await page.click(".message button");
    seen.shown = await page.evaluate(() => book.shown);
    return seen;
  },

  async chinese(open) {
    const page = await open({ office: CHINESE });
    await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
    const seen = { tabs: await texts(page, "[role=tab]"), cac: await text(page, "#option-CAC") };
    await page.click("#option-CAC");
    seen.units = await texts(page, ".argument .unit");
    seen.words = await texts(page, "#argument-method option");
    seen.button = await text(page, "#insert");
    await page.click("[data-language=en]");
    seen.english = await text(page, "#insert");
    await page.reload();
    await ready(page);
    seen.remembered = await page.evaluate(() => document.documentElement.lang);
    return seen;
  },

  async chineseBrowser(open) {
    const page = await open({ excel: false, locale: "zh-CN" });
    return { tabs: await texts(page, "[role=tab]") };
  },

  async outside(open) {
    const page = await open({ excel: false, address: `${address.replace(/\?.*/, "")}#LTV`, wait: false });
    await page.waitForSelector("#function-name");
    const seen = {
      title: await text(page, "#function-name"),
      hint: await page.locator("#details .hint").first().innerText(),
      buttons: await page.locator("#fill, #insert, .pick").count(),
    };
    await page.click("#tab-companies");
    seen.companies = await text(page, "#companies");
    return seen;
  },

  async away(open) {
    const page = await open({ address: address.replace("taskpane.html", "functions.html"), wait: false });
    await page.route("**/catalogue.json", (route) => route.abort());
    await page.goto(address);
    await page.waitForSelector("#status.warning");
    return { status: await text(page, "#status") };
  },

  async colours(open) {
    const seen = {};
    for (const scheme of ["light", "dark"]) {
      const page = await open({ scheme });
      seen[scheme] = await page.evaluate(contrasts);
    }
    const forced = await open({ forcedColors: "active" });
    await forced.fill("#search", "cac");
    seen.forced = await forced.evaluate(() => getComputedStyle(document.querySelector("[aria-selected=true].option")).outlineWidth);
    const dark = await open({ office: { displayLanguage: "en-US", officeTheme: { isDarkTheme: true } } });
    await dark.waitForSelector("[data-theme=dark]");
    seen.officeDark = await dark.evaluate(contrasts);
    return seen;
  },

  async names(open) {
    const page = await open();
    const seen = {};
    for (const place of ["functions", "details", "companies"]) {
      if (place === "details") await opened(page, "CONTRIBUTION");
      if (place === "companies") {
        await page.click("#tab-companies");
        await page.waitForSelector("table");
      }
      seen[place] = await page.evaluate(nameless);
    }
    return seen;
  },

  async width(open) {
    const seen = {};
    for (const width of [280, 320, 900]) {
      const page = await open({ viewport: { width, height: 700 } });
      await opened(page, "API_REVENUE");
      const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
      seen[width] = [await wide()];
      await page.click("#tab-companies");
      await page.waitForSelector("table");
      seen[width].push(await wide());
    }
    return seen;
  },

  async functions(open) {
    const page = await open({ address: address.replace("taskpane.html", "functions.html"), wait: false, pane: false });
    return page.evaluate(async (asked) => {
      const metadata = await (await fetch("functions.json")).json();
      const shown = await Promise.all(asked.map(([id, args]) => excelStandIn.calculate(metadata, id, args)));
      return { cells: shown, requests: unitsheet.counts.requests };
    }, calls);
  },
};

/** How well the inks stand out from what is behind them, as WCAG counts it. */
function contrasts() {
  const root = getComputedStyle(document.documentElement);
  const light = (name) => {
    const value = parseInt(root.getPropertyValue(`--${name}`).trim().slice(1), 16);
    const parts = [16, 8, 0].map((shift) => ((value >> shift) & 255) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const pairs = [
    ["ink", "paper"], ["muted", "paper"], ["muted", "ground"], ["muted", "tint"], ["accent", "paper"],
    ["on-accent", "accent"], ["warn", "warn-tint"], ["ink", "tint"],
  ];
  return {
    dark: light("paper") < 0.2,
    text: Math.min(...pairs.map(([one, other]) => ratio(one, other))),
    edge: ratio("edge", "paper"),
  };
}

/** What can be pressed or typed into and has no name to be spoken. */
function nameless() {
  const all = [...document.querySelectorAll("button, input, select, [role=listbox], [role=tabpanel]")];
  return all.filter((one) => one.checkVisibility()).filter((one) => {
    const labels = one.labels ? [...one.labels].map((label) => label.textContent).join("") : "";
    const by = one.getAttribute("aria-labelledby");
    const named = by ? document.getElementById(by).textContent : "";
    return !(one.getAttribute("aria-label") || labels || named || one.textContent).trim();
  }).map((one) => one.outerHTML.slice(0, 80));
}

const AT_ONCE = 4;

await inBrowser(program, async (makePage, refused) => {
  const seen = {};
  const problems = [];

  async function play(name) {
    const pages = [];
    const open = async ({ address: other = address, wait = true, ...options } = {}) => {
      const page = await makePage(other, { ...PANE, ...options });
      pages.push(page);
      if (wait) await ready(page);
      return page;
    };
    seen[name] = await SCENES[name](open).catch((error) => ({ failed: String(error) }));
    for (const page of pages) {
      problems.push(...page.problems.map((problem) => `${name}: ${problem}`));
      await page.context().close();
    }
  }

  const waiting = Object.keys(SCENES);
  const plays = async () => {
    while (waiting.length) await play(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, plays));
  console.log(JSON.stringify({ seen, problems, refused: [...refused] }));
});
