"""The Chinese texts are complete, say what the English says, and use the workbook's terms."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import engine.units
from engine.arguments import Word
from engine.drivers import DRIVERS
from engine.registry import GROUPS, Function, function, library
from engine.uncertain import FIXED
from engine.units import Unit, parse_unit
from udfs import chinese
from workbook.foundation import BLOCK_ZH

FUNCTIONS = list(library().values())
TEXTS: dict[str, dict[str, Any]] = tomllib.loads(chinese.FILE.read_text(encoding="utf-8"))
OTHERS = ("groups", "words", "units")
WIZARD = 255
# What a task pane shows in two lines.
BRIEF = 70
PUNCTUATION = "，。；：、（）“”"

# What Chinese finance writes in Latin letters.
ABBREVIATIONS = {
    "API", "ARPDAU", "ARPU", "ARR", "CAC", "CPA", "DSO", "FALSE", "GPU", "LT", "LTV", "PERT", "PUE", "RAND",
    "SaaS", "ToB", "ToC", "TRUE", "WACC", "eCPM", "sBG",
}  # fmt: skip
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*")
# A figure: 1,000 or 0.5 or 1/12, but not the one of 1m, param1 or 90th.
FIGURE = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:/\d+)?(?![\w])")

# What an argument of this name is called wherever it is asked for.
TERMS = {
    "active_days": "月活跃天数", "arpu": "收入（ARPU）", "burn_growth": "净消耗", "burns": "净消耗",
    "cac": "获客成本", "cache_hit": "缓存命中率", "cash": "可自由支配现金", "churn": "月流失率",
    "cost_in": "百万输入词元成本", "cost_out": "百万输出词元成本", "dso": "应收账款周转天数",
    "eligible_burn": "共管账户", "fcf": "自由现金流", "free": "可自由支配现金", "gpu_hour": "GPU 小时价格",
    "ltv": "生命周期价值", "mau": "月活", "multiple": "运营费用与投放之比", "net_burn": "净消耗",
    "new_paid": "付费新增", "organic_share": "自然获客占比", "other_burn": "净消耗",
    "other_sm": "其他营销费用", "restricted": "共管账户现金", "target": "生命周期价值",
    "utilisation": "GPU 利用率",
}  # fmt: skip
# Second names of what has one already.
AVOIDED = (
    "令牌", "终身价值", "终生价值", "客户获取成本", "黏性", "回收期", "付费转化率", "月活跃用户",
    "日活跃用户", "托管账户", "燃烧率", "烧钱率", "贴现", "内部回报率", "实际利率",
)  # fmt: skip
# Drivers that the functions take under another name.
RENAMED = {
    "api_price_in": ("API_REVENUE", "price_in"), "api_price_out": ("API_REVENUE", "price_out"),
    "d1_retention": ("RETENTION", "param1"), "free_cash": ("RUNWAY_ESCROW", "free"),
    "opening_mau": ("MAU_ROLL", "mau"),
    "store_fee": ("BE_PRICE", "fee"), "tokens_in": ("COST_PER_REQUEST", "tok_in"),
    "tokens_out": ("TOKENS_PER_USER", "tok_out"),
}  # fmt: skip
# Where the workbook's label says more than the function does: of which price, of which curve.
SHORT = {
    "api_price_in": "输入价格", "api_price_out": "输出价格", "gpu_hour": "GPU 小时价格",
    "utilisation": "GPU 利用率", "valuation": "公司估值",
}  # fmt: skip


def texts(value: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the place it stands at."""
    for key, inner in value.items():
        if isinstance(inner, str):
            yield f"{place}{key}", inner
        else:
            yield from texts(inner, f"{place}{key}.")


ALL = dict(texts(TEXTS))
HELPS = {
    (called.name, name): (argument, chinese.argument(called.name, name))
    for called in FUNCTIONS
    for name, argument in called.arguments.items()
}
TAKEN = {
    called.name: {word for a in called.arguments.values() if isinstance(a, Word) for word in a.words}
    for called in FUNCTIONS
}
NAMES = set(library()) | {name for _, name in HELPS} | set().union(*TAKEN.values()) | {FIXED} | ABBREVIATIONS


def english(place: str) -> str:
    """The English of a function's text."""
    name, _, key = place.partition(".")
    called = function(name)
    return called.summary if key == "summary" else called.arguments[key].help


# nothing is missing, nothing is left over


@pytest.mark.parametrize("called", FUNCTIONS, ids=lambda f: f.name)
def test_every_argument_has_a_text(called: Function) -> None:
    assert list(TEXTS[called.name]) == ["summary", *called.arguments]


def test_functions_and_groups_stand_in_the_order_of_the_registry() -> None:
    assert [name for name in TEXTS if name not in OTHERS] == list(library())
    assert list(TEXTS["groups"]) == list(GROUPS)


def test_every_word_has_a_text() -> None:
    general = {word for word, text in TEXTS["words"].items() if isinstance(text, str)}
    assert general == set().union(*TAKEN.values()) | {FIXED}
    for name, others in TEXTS["words"].items():
        assert isinstance(others, str) or set(others) <= TAKEN[name], name


def test_every_part_of_a_unit_has_a_text() -> None:
    constants = [value for value in vars(engine.units).values() if isinstance(value, Unit)]
    parts = {part for unit in constants for part in (*unit.top, *unit.bottom)}
    parts |= engine.units._PLURALS | engine.units._PERIODS.keys() | engine.units._SCALES.keys()
    parts |= {"ratio", *engine.units.CURRENCIES}
    assert set(TEXTS["units"]) - {"counted"} == parts
    assert set(TEXTS["units"]["counted"]) <= parts


# the writing


@pytest.mark.parametrize("place", [place for place in ALL if place.partition(".")[0] not in OTHERS])
def test_a_text_fits_its_place_and_says_every_figure(place: str) -> None:
    text = ALL[place]
    if place.endswith(".summary"):
        assert text.endswith("。")
        assert text.count("。") == 1
        assert len(text) <= WIZARD
    else:
        assert "。" not in text
        assert len(text) <= BRIEF
    assert set(FIGURE.findall(english(place))) <= set(FIGURE.findall(text))


@pytest.mark.parametrize("place", ALL)
def test_a_text_is_chinese_in_chinese_punctuation(place: str) -> None:
    text = ALL[place]
    assert text == text.strip()
    if not place.startswith("units."):
        assert re.search(r"[\u4e00-\u9fff]", text)
    plain = FIGURE.sub("0", LATIN.sub("a", text.replace("RAND()", "RAND")))
    assert not re.search(r"[^\w\s%/+÷×=" + PUNCTUATION + "]", plain), "punctuation is of full width"
    assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]", text), "a space between"
    assert not re.search(rf"\s[{PUNCTUATION}]|[{PUNCTUATION}]\s", text)
    text.encode("gbk")  # what programs on Chinese Windows may store it in


@pytest.mark.parametrize("place", ALL)
def test_no_english_is_left(place: str) -> None:
    for found in LATIN.findall(ALL[place]):
        named = found in NAMES or found.upper() in NAMES
        assert named or ("." in found and found in english(place)), found


# the terms


def test_the_same_help_is_said_in_the_same_way() -> None:
    said = defaultdict(set)
    for argument, text in HELPS.values():
        said[argument.help].add(text)
    assert [texts for texts in said.values() if len(texts) > 1] == []


def test_a_quantity_has_one_name() -> None:
    asked = [(key, TERMS[key[1]]) for key in HELPS if key[1] in TERMS]
    assert {key[1] for key, _ in asked} == set(TERMS)
    assert [(key, term) for key, term in asked if term not in HELPS[key][1]] == []


def test_nothing_has_a_second_name() -> None:
    assert [(place, name) for place, text in ALL.items() for name in AVOIDED if name in text] == []


def test_a_driver_is_called_as_in_the_workbook() -> None:
    same = [
        (key, DRIVERS[key[1]])
        for key, (argument, _) in HELPS.items()
        if key[1] in DRIVERS and getattr(argument, "unit", None) == DRIVERS[key[1]].unit
    ]
    assert len(same) > 15
    same += [(place, DRIVERS[key]) for key, place in RENAMED.items()]
    wrong = [
        (place, driver.label_zh)
        for place, driver in same
        if SHORT.get(driver.key, driver.label_zh) not in HELPS[place][1]
    ]
    assert wrong == []


def test_a_group_is_called_as_in_the_workbook() -> None:
    shared = set(GROUPS) & set(BLOCK_ZH)
    assert len(shared) == 3
    assert {name: chinese.group(name) for name in shared} == {name: BLOCK_ZH[name] for name in shared}


# the module


@pytest.mark.parametrize(
    ("unit", "currency", "shown"),
    [
        ("money/user/month", "CNY", "元/用户/月"),
        ("money/user/month", "money", "金额/用户/月"),
        ("USD/1m_token", "CNY", "美元/百万词元"),
        ("CNY/USD", "money", "元/美元"),
        ("months", "money", "个月"),
        ("days/month", "money", "天/月"),
        ("impressions/user/day", "money", "次展示/用户/天"),
        ("money·hour/gpu", "USD", "美元·小时/GPU"),
        ("1/user", "money", "1/用户"),
        ("ratio", "money", "比率"),
        ("parsecs/user", "money", "parsecs/用户"),
    ],
)
def test_a_unit_in_print(unit: str, currency: str, shown: str) -> None:
    assert chinese.unit(parse_unit(unit), currency) == shown


def test_a_word_may_mean_something_else_in_a_function() -> None:
    assert chinese.word("loaded") == "全成本口径：（广告投放 + 其他营销费用）÷ 全部新增用户"
    assert chinese.word("margin") == chinese.word("margin", "CONTRIBUTION") == "边际贡献率（贡献 ÷ 收入）"
    assert chinese.word("margin", "MARKUP") == "收入利润率（利润 ÷ 收入）"


def test_what_has_no_chinese_is_given_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese, "_texts", dict)
    called = function("CAC")
    assert chinese.summary("CAC") == called.summary
    assert chinese.argument("CAC", "media") == called.arguments["media"].help
    assert (chinese.group("Cost"), chinese.word("paid", "CAC")) == ("Cost", "paid")
    assert chinese.unit(parse_unit("ratio")) == "ratio"
    assert chinese.unit(called.returns, "CNY") == "CNY/user"
