/*
 * Pictures of the task pane.
 *
 *   node pictures.mjs CHROMIUM PAGE FOLDER
 */
import { join } from "node:path";
import { inBrowser } from "./browser.mjs";

const [program, address, folder] = process.argv.slice(2);
const PANE = { viewport: { width: 350, height: 720 }, deviceScaleFactor: 2 };

await inBrowser(program, async (makePage) => {
  const english = await makePage(address, PANE);
  await english.waitForSelector(".option");
  await english.fill("#search", "cac");
  await english.keyboard.press("Enter");
  await english.click("#fill");
  await english.screenshot({ path: join(folder, "taskpane-en.png") });

  const chinese = await makePage(address, { ...PANE, scheme: "dark", office: { displayLanguage: "zh-CN" } });
  await chinese.waitForFunction(() => document.documentElement.lang === "zh-CN");
  await chinese.fill("#search", "回本");
  await chinese.keyboard.press("Enter");
  await chinese.click("#fill");
  await chinese.screenshot({ path: join(folder, "taskpane-zh-dark.png") });

  const companies = await makePage(address, PANE);
  await companies.click("#tab-companies");
  await companies.waitForSelector("table");
  await companies.screenshot({ path: join(folder, "taskpane-companies.png") });
});
