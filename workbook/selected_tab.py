"""The company chosen on the dashboard: what its tiles and charts show, in the money and language of the cover."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.company import Company, Scenario
from engine.sensitivity import PERCENTILES
from workbook.company_tab import tab_name
from workbook.plan import Block, Kind, Line, Look, Tab
from workbook.scenarios_tab import stored_paths
from workbook.sensitivity_tab import RANKS, drawn, swings

STEPS = ("arpu", "gpu", "variable", "fees", "contribution")
OBSERVED = ("day_1", "day_7", "day_30")
_ENGLISH = "{Cover:language}=1"


# fmt: off
def selected_tab(companies: Sequence[Company], months: int) -> Tab:
    """Figures by month and once, of whichever company the dashboard has."""
    by = _Chosen(companies)
    blocks = (
        Block("Companies", "公司", tuple(by.listed()), "Currency"),
        Block("What is chosen", "当前选择", tuple(by.choice())),
        Block("Figures of the tiles", "指标", tuple(by.tiles()), "Unit shown"),
        Block("Cash", "现金", tuple(by.cash()), "Name shown"),
        Block("Net burn", "净消耗", tuple(by.burn()), "Name shown"),
        Block("New users", "新增用户", tuple(by.growth()), "Name shown"),
        Block("Retention", "留存", tuple(by.retention()), "Name shown"),
        Block("Value of a new user", "新用户价值", tuple(by.value()), "Name shown"),
        Block("From revenue to contribution of a monthly user", "月活收入到贡献", tuple(by.bridge()), "To"),
        Block("GPU fleet", "GPU 机群", tuple(by.fleet()), "Name shown"),
        Block("Consumers and businesses", "消费端与企业端", tuple(by.sides()), "Name shown"),
        Block("Tornado", "龙卷风", tuple(by.tornado()), "At bull"),
        Block("Draws", "抽样", tuple(by.draws()), "Percentile"),
        Block("Words on the charts", "图表文字", tuple(by.words(months))),
    )
    return Tab(
        "Selected", Kind.TIMELINE, "Chart data of the chosen company", "所选公司图表数据",
        "What the dashboard shows. Nothing is typed here: the company is picked on the Dashboard, scenario, currency and language on the Cover.",
        blocks, banner="={company}&\", \"&{scenario_words}&\", \"&{shown}",
    )  # fmt: skip


class _Chosen:
    """Lines that read the same line of every company's tab and take that of the chosen one."""

    def __init__(self, companies: Sequence[Company]) -> None:
        self.companies = companies

    def of(self, formula: str) -> str:
        """A formula of company lines as it reads for the chosen company."""
        each = (formula.replace("{", f"{{{tab_name(company)}:") for company in self.companies)
        return f"CHOOSE({{number}},{','.join(each)})"

    def figure(self, key: str, label: str, label_zh: str, unit: str, formula: str, number_format: str, factor: str = "", total: str = "") -> Line:
        """A figure that holds for all months."""
        return Line(key, label, label_zh, unit, f"={self.of(formula)}{factor}", total=total, number_format=number_format, na=True, look=Look.LINK)

    def row(self, key: str, label: str, label_zh: str, unit: str, formula: str, number_format: str, factor: str = "") -> Line:
        """A figure by month, with its name in the language of the cover."""
        return Line(
            key, label, label_zh, unit, months=f"={self.of(formula)}{factor}", total=_words(key), number_format=number_format,
            na=True, look=Look.LINK,
        )  # fmt: skip

    def listed(self) -> Iterator[Line]:
        for n, company in enumerate(self.companies):
            yield Line(f"name_{n}", company.title, company.product, "", tab_name(company), total=company.currency, look=Look.TEXT)

    def choice(self) -> Iterator[Line]:
        last = len(self.companies) - 1
        yield Line("company", "Company", "公司", "", "={Dashboard:company}", look=Look.LINK)
        yield Line("number", "Its place in the list above", "列表序号", "number", "={Dashboard:number}", look=Look.LINK, number_format="0")
        yield Line("scenario_words", "Scenario", "情景", "", f'=IF({_ENGLISH},CHOOSE({{Cover:scenario}},"base","bear","bull"),CHOOSE({{Cover:scenario}},"基准","悲观","乐观"))')
        yield Line("model", "Currency of its tab", "记账货币", "", f"=INDEX({{name_0.total}}:{{name_{last}.total}},{{number}})")
        yield Line("shown", "Currency shown", "显示货币", "", '=CHOOSE({Cover:currency},"CNY","USD")', look=Look.LINK)
        yield Line("power", "Power of the rate that turns the one into the other", "换算方向", "number", '=IF({model}="USD",1,0)-IF({shown}="USD",1,0)', number_format="0")
        yield Line("rate", "Factor from the one to the other", "换算系数", "ratio", "={Inputs:fx}^{power}", months="={Time:fx_m}^{power}", number_format="0.0000", note="in the first column the rate of Inputs")
        yield Line("largest", "Largest amount, which decides the unit of the charts", "最大金额", "money", f"=MAX({self.of('{free_cash}+{restricted_cash}+{funding}')},ABS({self.of('{burn3}')}))*{{rate.value}}", number_format="#,##0")
        yield Line("unit_en", "Unit of money on the charts, in English", "图表金额单位（英文）", "number", "=IF({largest}>={Inputs:million},{Inputs:million},{Inputs:thousand})", number_format="#,##0")
        yield Line("unit_zh", "Unit of money on the charts, in Chinese", "图表金额单位（中文）", "number", "=IF({largest}>={Inputs:yi},{Inputs:yi},{Inputs:wan})", number_format="#,##0")
        yield Line("money", "Factor for money on the charts", "图表金额系数", "ratio", "={rate.value}/IF(" + _ENGLISH + ",{unit_en},{unit_zh})", months="={rate}/IF(" + _ENGLISH + ",{unit_en},{unit_zh})", number_format="0.00E+00")
        yield Line("money_words", "Unit of money, in words", "金额单位", "", f'=IF({_ENGLISH},{{shown}}&IF({{unit_en}}={{Inputs:million}}," m"," k"),IF({{unit_zh}}={{Inputs:yi}},"亿","万")&CHOOSE({{Cover:currency}},"元","美元"))')
        yield Line("coin", "Money per user, in words", "单位金额", "", f'=IF({_ENGLISH},{{shown}},CHOOSE({{Cover:currency}},"元","美元"))')
        yield self.figure("most_new", "Most new users of a month, which decides the unit", "最大月新增", "users", "MAX({new_total.row})", "#,##0")
        yield Line("users_unit", "Unit of users on the charts", "用户单位", "number", f"=IF({_ENGLISH},IF({{most_new}}>={{Inputs:million}},{{Inputs:million}},{{Inputs:thousand}}),{{Inputs:wan}})", number_format="#,##0")
        yield Line("users_words", "Unit of users, in words", "用户单位文字", "", f'=IF({_ENGLISH},IF({{users_unit}}={{Inputs:million}},"users, m","users, k"),"万人")')

    def tiles(self) -> Iterator[Line]:
        once = "*{rate.value}"
        per_user = f'=IF({_ENGLISH},{{shown}}&" a user",{{coin}}&"/用户")'
        months = f'=IF({_ENGLISH},"months","个月")'
        money = "={shown}"
        yield self.figure("k_mau", "Monthly users (MAU)", "月活 MAU", "users", "{h_mau}", "#,##0", total=f'=IF({_ENGLISH},"users at the start","期初用户")')
        yield self.figure("k_cac", "CAC, loaded", "全成本获客成本", "money/user", "{h_cac_loaded}", "#,##0.00", once, per_user)
        yield self.figure("k_ltv", "LTV, 24 months", "24 个月 LTV", "money/user", "{h_ltv}", "#,##0.00", once, per_user)
        yield self.figure("k_ltv_cac", "LTV over CAC", "LTV/CAC", "ratio", "{h_ltv_cac}", "0.00", total=f'=IF({_ENGLISH},"times","倍")')
        yield self.figure("k_payback", "Payback, with churn", "回本周期（计流失）", "months", "{h_payback}", "0.0", total=months)
        yield self.figure("k_gpu", "GPU cost per monthly user", "每月活 GPU 成本", "money/user/month", "{h_gpu_cost_per_mau}", "#,##0.000", once, f'=IF({_ENGLISH},{{shown}}&" a month",{{coin}}&"/月")')
        yield self.figure("k_burn", "Net burn, mean of 3 months", "净消耗（三个月平均）", "money/month", "{h_net_burn}", "#,##0", once, f'=IF({_ENGLISH},{{shown}}&" a month",{{coin}}&"/月")')
        yield self.figure("k_runway", "Runway of free cash", "自由现金跑道", "months", "{h_runway}", "0.0", total=months)
        yield self.figure("k_naive", "Naive runway: all cash over burn", "名义跑道（含受限现金）", "months", "{h_naive_runway}", "0.0", total=months)
        yield self.figure("k_zero", "Month free cash runs out", "自由现金用尽月份", "date", "{h_zero_month}", "yyyy-mm", total=f'=IF({_ENGLISH},"year-month","年-月")')
        yield self.figure("k_stranded", "Escrow stranded then", "届时滞留共管资金", "money", "{h_stranded}", "#,##0", once, money)
        yield self.figure("k_multiple", "Burn multiple, first year", "消耗倍数（首年）", "ratio", "{h_burn_multiple}", "0.00", total=f'=IF({_ENGLISH},"burn over new ARR","消耗/净新增 ARR")')

    def cash(self) -> Iterator[Line]:
        yield Line("month_end", "Month end", "月末", "date", months="={Time:month_end}", number_format="yyyy-mm", look=Look.LINK)
        yield Line("month", "Month of the model", "模型月份", "number", months="={Time:month}", number_format="0", look=Look.LINK)
        yield self.row("free", "Free cash", "自由现金", "money, scaled", "{free_close}", "#,##0.0", "*{money}")
        yield self.row("restricted", "Restricted cash (escrow)", "受限现金（共管）", "money, scaled", "{escrow_close}", "#,##0.0", "*{money}")
        names = {Scenario.BASE: ("Free cash, base", "自由现金：基准"), Scenario.BEAR: ("Free cash, bear", "自由现金：悲观"), Scenario.BULL: ("Free cash, bull", "自由现金：乐观")}
        for scenario, (label, label_zh) in names.items():
            stored = stored_paths("free", scenario, self.companies)
            key = f"free_{scenario.value}"
            yield Line(key, label, label_zh, "money, scaled", months=f"=INDEX({stored},{{number}},{{month}})*{{money}}", total=_words(key), number_format="#,##0.0", look=Look.LINK, note="as written on Scenarios")
        flags = ",".join(f"{{Scenarios:same_{company.prefix}}}" for company in self.companies)
        yield Line("same", "1 where the scenario in use is still as written on Scenarios", "与情景页一致为 1", "flag", f"=CHOOSE({{number}},{flags})", look=Look.LINK, number_format="0")

    def burn(self) -> Iterator[Line]:
        unit, shape, factor = "money, scaled", "#,##0.0", "*{money}"
        yield self.row("b_ads", "Ads, agencies, delivery", "广告、代理与交付", unit, "{paid}", shape, factor)
        yield self.row("b_compute", "Compute", "算力", unit, "{compute}-{own_depreciation}", shape, factor)
        yield self.row("b_people", "People and overhead", "人员与管理", unit, "{staff}+{overhead}", shape, factor)
        yield self.row("b_training", "Training", "训练", unit, "{training}", shape, factor)
        yield self.row("b_other", "Other, GPUs bought", "其他与购置 GPU", unit, "{variable}+{payment_fees}+{capex}", shape, factor)
        yield self.row("b_received", "Received", "现金流入", unit, "-{cash_in}", shape, factor)
        yield self.row("b_net", "Net burn", "净消耗", unit, "{net_burn}", shape, factor)

    def growth(self) -> Iterator[Line]:
        yield self.row("g_paid", "Paid", "付费新增", "users, scaled", "{new_paid}", "#,##0.00", "/{users_unit}")
        yield self.row("g_organic", "Organic", "自然新增", "users, scaled", "{new_organic}", "#,##0.00", "/{users_unit}")
        yield self.row("g_cac", "CAC, loaded (right)", "全成本获客成本（右轴）", "money/user", "{cac_loaded_m}", "#,##0.00", "*{rate}")
        yield self.row("g_cac_paid", "CAC, paid only (right)", "付费获客成本（右轴）", "money/user", "{cac_paid_m}", "#,##0.00", "*{rate}")

    def retention(self) -> Iterator[Line]:
        yield self.figure("ret_a", "Level of the curve", "曲线水平", "ratio", "{ret_a}", "0.0000")
        yield self.figure("ret_b", "Decay of the curve", "曲线衰减", "number", "{ret_b}", "0.0000")
        yield Line("r_day", "Day, from 1 to twice a month in equal ratios", "天数", "days", months="=({Inputs:days_month}+{Inputs:day_30})^(({month}-1)/({Inputs:months}-1))", number_format="0.0")
        yield Line("r_fit", "Fitted curve", "拟合曲线", "ratio", months="=MIN(1,{ret_a}*{r_day}^-{ret_b})", total=_words("r_fit"), number_format="0.0%")
        for key, driver in zip(OBSERVED, ("d1_retention", "d7_retention", "d30_retention"), strict=True):
            yield self.figure(f"r_{key}", "Given: day 1, 7 and 30", "已知：次日、7 日、30 日", "ratio", f"{{{driver}}}", "0.0%", total=_words(f"r_{key}"))

    def value(self) -> Iterator[Line]:
        yield self.row("v_value", "Contribution to date of a new user", "新用户累计贡献", "money/user", "{value_to_date}", "#,##0.00", "*{rate.value}")
        yield Line("v_cac", "CAC, loaded, first month", "全成本获客成本（首月）", "money/user", months="={k_cac}", total=_words("v_cac"), number_format="#,##0.00", na=True)

    def bridge(self) -> Iterator[Line]:
        once = "*{rate.value}"
        labels = (("Revenue", "收入"), ("GPU", "GPU 成本"), ("Bandwidth, support", "带宽与客服"), ("Payment fees", "支付手续费"), ("Contribution", "贡献"))
        amounts = ("{unit_arpu}", "{gpu_per_mau}", "{other_variable}", "{unit_fees}", "{unit_contribution}")
        for step, (label, label_zh), formula in zip(STEPS, labels, amounts, strict=True):
            yield self.figure(f"u_{step}", label, label_zh, "money/user/month", formula, "#,##0.000", once)
        for n, step in enumerate(STEPS):
            begins = "=0" if step in (STEPS[0], STEPS[-1]) else f"={{s_{STEPS[n - 1]}.total}}"
            ends = f"={{u_{step}}}" if step in (STEPS[0], STEPS[-1]) else f"={{s_{step}}}-{{u_{step}}}"
            yield Line(f"s_{step}", f"{labels[n][0]}: from, to", f"{labels[n][1]}：起止", "money/user/month", begins, total=ends, number_format="#,##0.000")
        for step in STEPS:
            yield Line(f"w_{step}", "Below the bar, not drawn", "不可见底座", "money/user/month", f"=MAX(0,MIN({{s_{step}}},{{s_{step}.total}}))+MIN(0,MAX({{s_{step}}},{{s_{step}.total}}))", number_format="#,##0.000")
        for step in STEPS:
            yield Line(f"x_{step}", "Bar above zero", "零上部分", "money/user/month", f"=MAX(0,{{s_{step}}},{{s_{step}.total}})-MAX(0,MIN({{s_{step}}},{{s_{step}.total}}))", number_format="#,##0.000")
        for step in STEPS:
            yield Line(f"y_{step}", "Bar below zero", "零下部分", "money/user/month", f"=MIN(0,{{s_{step}}},{{s_{step}.total}})-MIN(0,MAX({{s_{step}}},{{s_{step}.total}}))", number_format="#,##0.000")
        for step in STEPS:
            sign = "" if step in (STEPS[0], STEPS[-1]) else "-"
            yield Line(f"z_{step}", "Words under the bar", "标签", "", f'=IF({_ENGLISH},{{u_{step}.label}},{{u_{step}.label_zh}})&" "&TEXT({sign}{{u_{step}}},"0.00")')

    def fleet(self) -> Iterator[Line]:
        yield self.row("f_busy", "In use on average", "平均使用", "gpus", "{gpus_busy}", "#,##0")
        yield self.row("f_headroom", "Headroom for the peak", "峰值余量", "gpus", "{gpus_headroom}", "#,##0")
        yield self.row("f_idle", "Idle beyond the peak", "闲置", "gpus", "{gpus_idle}", "#,##0")

    def sides(self) -> Iterator[Line]:
        unit, shape, factor = "money, scaled", "#,##0.0", "*{money}"
        yield self.row("c_toc", "Consumers", "消费端", unit, "{toc_contribution}", shape, factor)
        yield self.row("c_tob", "Businesses", "企业端", unit, "{tob_contribution}", shape, factor)
        yield Line("c_both", "Both", "合计", unit, months="={c_toc}+{c_tob}", total=_words("c_both"), number_format=shape)

    def tornado(self) -> Iterator[Line]:
        def at(column: str, rank: int) -> str:
            return f"INDEX({swings(column)},{{t_at_{rank}}})"

        for rank in range(1, RANKS + 1):
            found = f"=MATCH({{number}},{swings('company')},0)" if rank == 1 else f"={{t_at_{rank - 1}}}+1"
            yield Line(f"t_at_{rank}", f"Row of Sensitivity, rank {rank}", f"敏感性页行号：第 {rank} 位", "number", found, number_format="0", look=Look.LINK)
        yield Line("t_base", "Result at base", "基准结果", "", f"={at('base', 1)}*{{t_factor}}", number_format="0.00", look=Look.LINK)
        yield Line("t_factor", "Factor: 1, or that of money", "系数", "ratio", f"=IF({at('money', 1)}=1,{{money.value}},1)", number_format="0.00E+00", look=Look.LINK)
        for rank in range(1, RANKS + 1):
            words = f'=IF({_ENGLISH},{at("driver", rank)},{at("driver_zh", rank)})&""'
            yield Line(f"t_name_{rank}", f"Assumption {rank}", f"第 {rank} 项假设", "", words, look=Look.LINK)
        for rank in range(1, RANKS + 1):
            moved = "IF({t_name_%d}=\"\",NA(),%s*{t_factor}-{t_base})"
            yield Line(
                f"t_bear_{rank}", f"Change by assumption {rank}: at bear, at bull", f"第 {rank} 项：悲观、乐观", "", "=" + moved % (rank, at("at_bear", rank)),
                total="=" + moved % (rank, at("at_bull", rank)), number_format="0.00", na=True, look=Look.LINK,
            )  # fmt: skip

    def draws(self) -> Iterator[Line]:
        yield Line("lasting", "Share of draws whose cash outlasts the months", "资金超出预测期的占比", "ratio", f"=INDEX({drawn('lasting', self.companies)},{{number}})", number_format="0%", look=Look.LINK)
        for percentile in PERCENTILES:
            found = f"=INDEX({drawn(f'runway_p{percentile}', self.companies)},{{number}})"
            yield Line(f"p_{percentile}", f"Runway, P{percentile}", f"跑道 P{percentile}", "months", found, total=f"P{percentile}", number_format="0.0", look=Look.LINK)

    def words(self, months: int) -> Iterator[Line]:
        def line(key: str, label: str, label_zh: str, more: str = "") -> Line:
            return Line(key, label, label_zh, "", f"{_words(key)}{more}")

        money, coin = '&" ("&{money_words}&")"', '&" ("&{coin}&")"'
        def at(name: str) -> str:
            return f"INDEX({swings(name)},{{t_at_1}})"

        yield line("w_money", "Money", "金额", money)
        yield line("w_cash", "Free and restricted cash; free cash in three scenarios", "自由与受限现金；三情景自由现金")
        yield line("w_burn", "Net burn and what it is made of", "净消耗构成")
        yield line("w_new", "New users and what each costs", "新增用户与获客成本")
        yield line("w_users", "New users a month", "月新增用户", '&" ("&{users_words}&")"')
        yield line("w_cac", "CAC", "获客成本", coin)
        yield line("w_retention", "Retention: given days and fitted curve", "留存：已知值与拟合曲线")
        yield line("w_day", "Days after the first", "距首日天数")
        yield line("w_active", "Share still active", "仍活跃占比")
        yield line("w_value", "Value of a new user by month against CAC", "新用户累计贡献与获客成本")
        yield line("w_age", "Months since won", "获客后月数")
        yield line("w_per_user", "Money a user", "每用户金额", coin)
        yield line("w_bridge", "A monthly user: from revenue to contribution", "单个月活：从收入到贡献")
        yield line("w_per_month", "Money a user and month", "每用户每月金额", coin)
        yield line("w_fleet", "GPU fleet: in use, headroom, idle", "GPU 机群：使用、余量、闲置")
        yield line("w_gpus", "GPUs", "GPU 数量")
        yield line("w_sides", "Contribution of businesses against consumers", "企业端贡献与消费端亏损")
        yield line("w_tornado", "What moves it most: ", "影响最大的假设：", f"&IF({_ENGLISH},{at('measured')},{at('measured_zh')})")
        unit = f"IF({at('money')}=1,{{money_words}},IF({_ENGLISH},{at('of_unit')},{at('of_unit_zh')}))"
        yield line("w_change", "Change from base of ", "相对基准的变化，基准为 ", f'&TEXT({{t_base}},"0.00")&" "&{unit}')
        yield line("w_bear", "At its bear figure", "取悲观值")
        yield line("w_bull", "At its bull figure", "取乐观值")
        yield line("w_draws", "Runway over 2,000 draws", "跑道分布（2,000 次抽样）")
        yield Line("w_lasting", "Percentile; the share that outlasts the months", "分位数；超出预测期的占比", "", f'=IF({_ENGLISH},"Percentile; in "&TEXT({{lasting}},"0%")&" of draws the cash outlasts the months","分位数；"&TEXT({{lasting}},"0%")&" 的抽样资金超出预测期")')
        yield line("w_months", "Months", "月数")
        yield line("w_never", "never", "无法回本")
        yield line("w_no_end", "no end", "不会用尽")
        yield line("w_none", "none", "无")
        yield line("w_no_arr", "no new ARR", "无新增 ARR")


def _words(key: str) -> str:
    """The label of a line in the language of the cover."""
    return f"=IF({_ENGLISH},{{{key}.label}},{{{key}.label_zh}})"
