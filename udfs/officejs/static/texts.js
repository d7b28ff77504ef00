/* The words of the task pane. What a function or an argument is comes with the functions. */

export const TEXTS = {
  en: {
    functions: "Functions",
    companies: "Companies",
    messages: "Messages",
    language: "Language",
    search: "Search the functions",
    searchHint: "Search, such as CAC, payback or 回本",
    found: (count) => (count === 1 ? "1 function" : `${count} functions`),
    none: "Nothing found. Try a shorter word.",
    back: "All functions",
    gives: "Gives",
    arguments: "Arguments",
    optional: "may be left out",
    blank: (value) => `blank: ${value}`,
    area: "a row, a column or a table of cells",
    rest: "once or more",
    choose: (word) => (word ? `default: ${word}` : "choose"),
    between: "; ",
    pick: (name) => `Take the selection for ${name}`,
    more: (name) => `One more ${name}`,
    fill: "Fill from selection",
    fillHelp: "A cell, a column or a whole area for each argument, from the first empty one on.",
    insert: "Insert",
    insertInto: (cell) => `Insert into ${cell}`,
    replace: (cell) => `Replace ${cell}`,
    formula: "Formula",
    done: (cell) => `The formula is in ${cell}.`,
    own: (cell) => `${cell} is one of the arguments. Select another cell for the result.`,
    full: (cell, shows) => `${cell} holds ${shows}. Press again to replace it, or select another cell.`,
    missing: (names) => `Still needed: ${names}.`,
    refused: (why) => `Excel did not take it: ${why}`,
    outside: "Open this in Excel to fill in cells and insert the formula.",
    example: "Example",
    how: "How it is worked out",
    source: "Source",
    related: "Related",
    loading: "Loading…",
    away: "The server does not answer. Start it with “unitsheet serve” and open the task pane again.",
    noToken: "Open this in Excel to see the company table.",
    table: "Base case. A company’s name shows all of its figures.",
    company: "Company",
    headlines: "Headline figures",
    figures: "Figures with a source",
    noFigures: "All figures of this company are illustrative.",
    disputed: "disputed",
    allCompanies: "All companies",
    never: "never",
    "no end": "no end",
    bases: { R: "reported", T: "third party", D: "derived", A: "anecdotal", I: "illustrative" },
    basis: "Basis",
    short: { mau: "MAU", ltv_cac: "LTV:CAC", runway: "Runway, months" },
    labels: {},
    noMessages: "No function has anything to say. What Excel does not show of an error, and cautions, appear here.",
    about: "What the functions say of cells that are calculated now. A caution stands beside a good result.",
    caution: "Caution",
    show: (cell) => `Show ${cell}`,
  },
  zh: {
    functions: "函数",
    companies: "公司",
    messages: "消息",
    language: "语言",
    search: "查找函数",
    searchHint: "查找，例如 CAC、回本或 payback",
    found: (count) => `${count} 个函数`,
    none: "没有找到。请换一个短一些的词。",
    back: "全部函数",
    gives: "结果",
    arguments: "参数",
    optional: "可省略",
    blank: (value) => `留空为 ${value}`,
    area: "一行、一列或一个区域",
    rest: "一项或多项",
    choose: (word) => (word ? `默认：${word}` : "请选择"),
    between: "；",
    pick: (name) => `用所选区域填写 ${name}`,
    more: (name) => `再加一项 ${name}`,
    fill: "用所选区域填写",
    fillHelp: "从第一个空参数起，每个参数取一个单元格、一列或整个区域。",
    insert: "插入",
    insertInto: (cell) => `插入到 ${cell}`,
    replace: (cell) => `替换 ${cell}`,
    formula: "公式",
    done: (cell) => `公式已写入 ${cell}。`,
    own: (cell) => `${cell} 是参数之一。请为结果另选一个单元格。`,
    full: (cell, shows) => `${cell} 已有内容：${shows}。再按一次即替换，或另选一个单元格。`,
    missing: (names) => `还需填写：${names}。`,
    refused: (why) => `Excel 未能写入：${why}`,
    outside: "请在 Excel 中打开，以填写单元格并插入公式。",
    example: "示例",
    how: "计算方法",
    source: "出处",
    related: "相关函数",
    loading: "正在载入…",
    away: "服务器没有响应。请运行 unitsheet serve，然后重新打开任务窗格。",
    noToken: "请在 Excel 中打开，以查看公司数据表。",
    table: "基准情形。点击公司名称可查看全部数据。",
    company: "公司",
    headlines: "主要指标",
    figures: "有出处的数据",
    noFigures: "该公司的数据全部为示意。",
    disputed: "有争议",
    allCompanies: "全部公司",
    never: "永不回本",
    "no end": "不会耗尽",
    bases: { R: "公司披露", T: "第三方", D: "推算", A: "传闻", I: "示意" },
    basis: "依据",
    short: { mau: "月活", ltv_cac: "LTV:CAC", runway: "现金跑道（月）" },
    labels: {
      mau: "期初月活",
      cac_paid: "付费获客成本",
      cac_loaded: "综合获客成本",
      ltv: "LTV（24 个月）",
      ltv_cac: "LTV 与 CAC 之比",
      payback: "回本周期（计流失）",
      gpu_cost_per_mau: "单位月活的 GPU 成本",
      net_burn: "月均净消耗",
      runway: "自由现金跑道（按模型）",
    },
    noMessages: "目前没有消息。Excel 未显示的错误说明和提醒会列在这里。",
    about: "函数对正在计算的单元格的说明。提醒表示结果有效，但需留意。",
    caution: "提醒",
    show: (cell) => `显示 ${cell}`,
  },
};

/** The language to begin with: what was chosen last, what Excel shows, what the browser prefers. */
export function firstLanguage(shown) {
  const chosen = kept();
  if (chosen) return chosen;
  return (shown || navigator.language || "").toLowerCase().startsWith("zh") ? "zh" : "en";
}

const KEY = "unitsheet.language";

export function kept() {
  try {
    const language = localStorage.getItem(KEY);
    return language in TEXTS ? language : "";
  } catch {
    return "";
  }
}

export function keep(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}
