"""The task pane in Chromium: searched, filled in and typed through, in two languages, light and dark."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from host_officejs import TOKEN, chromium, node, node_host, on_sheet, serving, shown
from hostcases import cases, same

from engine.registry import functions
from unitsheet import taskpane

SAMPLE = 200
Scenes = dict[str, Any]


@pytest.fixture(scope="module")
def played() -> Scenes:
    """Everything that was seen in one run of the browser."""
    program = chromium()
    asked = [[case.function.name, [on_sheet(value) for value in case.args]] for case in _sample()]
    with serving(catalogue=taskpane.catalogue(), companies=taskpane.companies()) as server:
        seen: Scenes = node("taskpane.mjs", program, server.page, given=asked)
    return seen


def _sample() -> list[Any]:
    return random.Random(7).sample(cases(), SAMPLE)


@pytest.fixture
def scene(played: Scenes, request: pytest.FixtureRequest) -> Any:
    """What the scene named by the test's parameter showed."""
    seen = played["seen"][request.param]
    assert "failed" not in seen, seen["failed"]
    return seen


def of(name: str) -> Callable[..., Any]:
    return pytest.mark.parametrize("scene", [name], indirect=True)


def test_the_page_raises_nothing_and_asks_only_microsoft(played: Scenes) -> None:
    assert played["problems"] == []
    assert played["refused"] == ["appsforoffice.microsoft.com"]


@of("search")
def test_search(scene: Any) -> None:
    assert scene["all"] == len(functions())
    assert scene["groups"] == list(dict.fromkeys(one.group for one in functions().values()))
    assert scene["payback"][:2] == ["PAYBACK", "PAYBACK_COHORT"]
    assert set(scene["回本"]) == {"PAYBACK", "PAYBACK_COHORT"}
    assert scene["获客成本"][0] == "CAC"
    assert "CAC" in scene["won by advertising"]
    assert scene["ltv cac"][0] == "LTV_CAC"
    assert scene["nothing like it"] == []
    assert scene["hint"] == "Nothing found. Try a shorter word."


@of("mouse")
def test_pick_fill_from_the_selection_and_insert(scene: Any) -> None:
    assert scene["title"] == "UE.CAC"
    assert scene["units"] == ["money", "users", "users", "money"]
    assert scene["example"][0].split() == ['=UE.CAC(15000000,1000000,850000,6000000,"loaded")', "=", "21"]
    assert "LTV_CAC" in scene["related"]
    assert (scene["filled"], scene["next"]) == ("Sheet1!B5", "argument-new_paid")
    assert (scene["formula"], scene["button"]) == ("=UE.CAC(B5,B6)", "Insert into C7")
    assert scene["whole"] == '=UE.CAC(B5,B6,$B$7,,"paid")'
    assert scene["cells"] == {"Sheet1!C7": scene["whole"]}
    assert scene["status"] == "The formula is in C7."


@of("refusals")
def test_nothing_is_overwritten_unasked(scene: Any) -> None:
    assert (scene["missing"], scene["at"]) == ("Still needed: media, new_total.", "argument-media")
    assert scene["own"] == "B5 is one of the arguments. Select another cell for the result."
    assert scene["full"] == "D9 holds 12. Press again to replace it, or select another cell."
    assert (scene["button"], scene["kept"]) == ("Replace D9", {"Sheet1!D9": 12})
    assert scene["replaced"] == {"Sheet1!D9": "=UE.CAC(B5,B6)"}
    assert scene["refused"] == "Excel did not take it: the sheet is protected"


@of("keyboard")
def test_the_keyboard_is_enough(scene: Any) -> None:
    assert [name for name, _ in scene["stops"]] == ["en", "zh-CN", "tab-functions", "search"]
    assert all(outline >= 2 for _, outline in scene["stops"])
    assert (scene["active"], scene["opened"]) == ("option-PAYBACK_COHORT", "UE.PAYBACK")
    assert (scene["first"], scene["afterFill"]) == ("fill", "argument-churn")
    assert scene["cells"] == {"Sheet1!E1": "=UE.PAYBACK(A1,B1,C1)"}
    assert (scene["back"], scene["tab"], scene["last"]) == ("search", "tab-companies", "tab-messages")


FILLED = {
    "row": ["=UE.CAC(B5,C5)", "new_paid"],
    "block": ["=UE.CAC(B5:B90,C5:C90)", "new_paid"],
    "column": ["=UE.CAC(B5:B90)", "new_total"],
    "other": ["=UE.CAC('My sheet'!B5,'My sheet'!B6)", "new_paid"],
    "second": ["=UE.CAC(7,D4)", "new_paid"],
    "rest": ["=UE.FUNNEL(A1,A2,A3,A4)", "rate"],
    "area": ["=UE.RUNWAY_PATH(A1,B2:M2)", "burns"],
    "beforeArea": ["=UE.RUNWAY_PATH(B2)", "burns"],
    "columns": ["=UE.CAC(C:C)", "new_total"],
    "within": [True, False, True, True, False],
    "text": '=UE.MC("payback.churn",A1:E5,,42)',
    "reference": "=UE.MC(A9,A1:E5,,42)",
    "word": '=UE.CAC(A1+1,8,,,"paid")',
    "trailing": '=UE.CONTRIBUTION(1,2,3,"margin")',
    "name": "=UE.CAC(kimi_media,kimi_new)",
}


@of("fillings")
def test_what_a_selection_fills_in(scene: Any) -> None:
    assert scene == FILLED


@of("companies")
def test_the_company_table(scene: Any) -> None:
    data = taskpane.companies()
    assert scene["head"] == ["Company", "MAU", "LTV:CAC", "Runway, months"]
    assert scene["rows"] == len(data["companies"])
    kimi = next(one for one in data["companies"] if one["id"] == "kimi")
    values = [kimi["headlines"][place] for place in (0, 4, 8)]
    assert scene["kimi"].split()[3:] == [one["text"] + one["basis"] for one in values]
    assert scene["title"] == "Kimi"
    assert len(scene["facts"]) == len(data["headlines"]) + len(kimi["figures"])
    assert any("50.0m CNY/month" in fact and "disputed" in fact for fact in scene["facts"])
    assert scene["back"] == "company-kimi"


@of("companiesWithoutToken")
def test_the_company_table_of_another_server(scene: Any) -> None:
    assert "load the manifest of this one in Excel" in scene["shown"]


@of("messages")
def test_messages(scene: Any) -> None:
    assert scene["none"]
    assert scene["count"] == "1"
    assert "#DIV/0! there are no new users to spread the spend over" in scene["message"]
    assert scene["shown"] == ["It's a sheet!Z1"]


@of("chinese")
def test_chinese(scene: Any) -> None:
    assert scene["tabs"] == ["函数", "公司", "消息"]
    assert "获客成本" in scene["cac"]
    assert scene["units"] == ["金额", "用户", "用户", "金额"]
    assert scene["words"][0] == "默认：loaded"
    assert scene["button"] == "插入到 C7"
    assert (scene["english"], scene["remembered"]) == ("Insert into C7", "en")


@of("chineseBrowser")
def test_chinese_by_the_language_of_the_browser(scene: Any) -> None:
    assert scene["tabs"] == ["函数", "公司", "消息"]


@of("outside")
def test_outside_of_excel_it_only_shows_the_functions(scene: Any) -> None:
    assert scene["title"] == "UE.LTV"
    assert scene["hint"] == "Open this in Excel to fill in cells and insert the formula."
    assert scene["buttons"] == 0
    assert scene["companies"] == "Open this in Excel to see the company table."


@of("away")
def test_without_a_server(scene: Any) -> None:
    assert scene["status"].startswith("The server does not answer.")


@of("colours")
def test_light_dark_and_forced_colours(scene: Any) -> None:
    for scheme in ("light", "dark", "officeDark"):
        assert scene[scheme]["dark"] is (scheme != "light")
        assert scene[scheme]["text"] >= 4.5
        assert scene[scheme]["edge"] >= 3
    assert scene["forced"] == "2px"


@of("names")
def test_everything_has_a_name_to_be_spoken(scene: Any) -> None:
    assert scene == {"functions": [], "details": [], "companies": []}


@of("width")
def test_nothing_runs_out_of_the_pane(scene: Any) -> None:
    assert scene == {width: [int(width)] * 2 for width in ("280", "320", "900")}


@of("functions")
def test_functions_show_in_chromium_what_they_show_in_node(scene: Any) -> None:
    found = [shown(rows) for rows in scene["cells"]]
    # Calls with a zero wait until the sheet has said which cells are blank.
    assert scene["requests"] == 2
    wrong = [case.name for case, cell in zip(_sample(), found, strict=True) if not same(cell, case.expected)]
    assert not wrong
    with serving() as server, node_host(server.page) as host:
        in_node = host.calculate([(case.function.name, case.args) for case in _sample()]).cells
    assert all(map(same, found, in_node))


def test_the_token_is_not_in_what_is_public() -> None:
    assert TOKEN not in str(taskpane.catalogue())
