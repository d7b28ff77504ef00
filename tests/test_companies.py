"""Company files: what comes with the product is sound, and a bad one is refused with every mistake."""

# A bad line is shown whole.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest

from engine.company import Basis, Scenario
from engine.drivers import DRIVERS
from engine.errors import FileError, InputError
from workbook import templates
from workbook.companies import CompanyError, companies, company, load_company

EXPECTED = {
    "kimi", "doubao", "chatgpt", "ernie", "qingyan", "minimax", "deepseek", "anthropic", "tongyi", "baichuan", "yi",
    "stepfun", "tiangong", "inflection", "ai-education", "blank",
}  # fmt: skip


def test_all_sixteen_load() -> None:
    loaded = companies()
    assert set(loaded) == EXPECTED
    assert all(set(c.figures) == set(DRIVERS) and c.id == name for name, c in loaded.items())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_figure_has_its_origin(name: str) -> None:
    for key, figure in company(name).figures.items():
        assert figure.basis is Basis.ILLUSTRATIVE or figure.fact_ids or figure.source, key
        assert all(fact in templates.facts() for fact in figure.fact_ids)
        assert figure.note or figure.fact_ids, f"{key} says nothing of itself"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_facts_of_others_are_illustrative(name: str) -> None:
    """A sector's or an unnamed firm's figure is no figure of a company that has a name."""
    about = company(name)
    for key, figure in about.figures.items():
        foreign = [f for f in figure.fact_ids if templates.facts()[f].company in ("sector", "unnamed")]
        if foreign and about.id != "ai-education":
            assert figure.basis is Basis.ILLUSTRATIVE, key


def test_facts_are_those_of_the_table() -> None:
    kimi = company("kimi")
    fact = templates.facts()["F000-10"]
    audience = kimi.figures["opening_mau"]
    assert (audience.base, audience.basis, audience.disputed) == (fact.value, fact.basis, fact.disputed)
    assert kimi.figures["ad_spend"].disputed
    # 600m USD in escrow, kept in its own currency; the sheet converts it.
    escrow = kimi.figures["restricted_cash"]
    assert escrow.base == 600_000_000
    assert escrow.unit.currency == "USD"


def test_periods_and_token_scales_convert(tmp_path: Path) -> None:
    text = _toml(
        'staff_cost = { fact = "F004-45" }',
        'api_price_in = { fact = "F004-22" }',
        'other_revenue = { fact = "F003-05" }',
    )
    figures = load_company(_write(tmp_path, text)).figures
    assert figures["staff_cost"].base == pytest.approx(1.5e9 / 12)
    assert figures["api_price_in"].base == pytest.approx(0.8)
    assert figures["other_revenue"].base == pytest.approx(3.1e9 / 6)


def test_a_range_gives_the_scenarios(tmp_path: Path) -> None:
    text = _toml(
        'cpa = { low = 8, high = 12, unit = "CNY/user", basis = "illustrative" }',
        'price = { low = 20, high = 40, unit = "CNY/user/month", basis = "illustrative", bear = 10 }',
    )
    figures = load_company(_write(tmp_path, text)).figures
    assert [figures["cpa"].value(s) for s in Scenario] == [10, 12, 8]
    assert [figures["price"].value(s) for s in Scenario] == [30, 10, 40]


def test_scenarios_are_in_the_unit_of_the_figure(tmp_path: Path) -> None:
    text = _toml(
        'other_revenue = { fact = "F003-05", bear = 1_550_000_000 }',
        'api_price_in = { fact = "F004-22", bull = 0.12 }',
        'staff_cost = { value = 12, unit = "USD/year", basis = "illustrative", bear = 24 }',
    )
    figures = load_company(_write(tmp_path, text)).figures
    assert figures["other_revenue"].bear == pytest.approx(1.55e9 / 6)
    assert figures["api_price_in"].bull == pytest.approx(120)
    assert (figures["staff_cost"].base, figures["staff_cost"].bear) == (1, 2)


BAD = {
    "figures.opening_mau: -5 users is out of range: it must not be negative": 'opening_mau = { value = -5, unit = "users", basis = "illustrative" }',
    "did you mean ad_spend?": 'ad_spnd = { value = 5, unit = "CNY/month", basis = "illustrative" }',
    "figures.cpa.value: expected a number, found 'ten'": 'cpa = { value = "ten", unit = "CNY/user", basis = "illustrative" }',
    "figures.churn.unit: expected the unit ratio, found CNY/day": 'churn = { value = 0.1, unit = "CNY/day", basis = "illustrative" }',
    "figures.price.basis: expected one of reported": 'price = { value = 3, unit = "CNY/user/month", basis = "guess" }',
    "figures.stickiness.fact: expected the id of a fact": 'stickiness = { fact = "F999-99" }',
    "figures.d1_retention.value: the fact says this already": 'd1_retention = { fact = "F000-34", value = 0.3 }',
    "figures.staff_cost: a figure that is reported needs its facts": 'staff_cost = { value = 3, unit = "CNY/month", basis = "reported" }',
    "figures.free_cash.low: expected low to be at most high": 'free_cash = { low = 3, high = 2, unit = "CNY", basis = "illustrative" }',
    "figures.tps_in.disputed: expected true or false": 'tps_in = { value = 3, unit = "tokens/second", basis = "illustrative", disputed = "yes" }',
    "figures.gpu_hour: expected a table": "gpu_hour = 14",
    "figures.other_revenue.unit: expected money in CNY or USD, found EUR/month": 'other_revenue = { value = 7, unit = "EUR/month", basis = "illustrative" }',
    "figures.utilisation: expected value, or low and high, or fact": 'utilisation = { unit = "ratio", basis = "illustrative" }',
}  # fmt: skip


def test_all_mistakes_are_reported_with_their_lines(tmp_path: Path) -> None:
    path = _write(tmp_path, _toml(*BAD.values()))
    with pytest.raises(CompanyError) as raised:
        load_company(path)
    lines = str(raised.value).splitlines()
    for row, sentence in enumerate(BAD, start=8):
        assert any(sentence in line and line.startswith(f"{path}:{row}: ") for line in lines), (
            row,
            sentence,
            lines,
        )
    assert len(raised.value.problems) == len(lines) == len(BAD)


def test_head_of_a_file(tmp_path: Path) -> None:
    path = _write(tmp_path, '[company]\nid = "Bad Id"\nname = ""\ncurrency = "EUR"\nhue = 3\n\n[extra]\n')
    with pytest.raises(CompanyError) as raised:
        load_company(path)
    assert [(p.line, p.key) for p in raised.value.problems] == [
        (2, "company.id"), (3, "company.name"), (4, "company.currency"), (5, "company.hue"), (7, "extra"),
    ]  # fmt: skip


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(CompanyError, match=r":2: TOML: "):
        load_company(_write(tmp_path, '[company]\nid = "x\n'))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        load_company(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'[company]\nname = "\xe9"\n')
    with pytest.raises(FileError, match="UTF-8"):
        load_company(tmp_path / "latin.toml")


def test_unknown_company_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean kimi"):
        company("kimmi")


def _toml(*figures: str) -> str:
    return (
        '[company]\nid = "own"\nname = "Own"\ncurrency = "CNY"\nproduct = "p"\n\n[figures]\n'
        + "\n".join(figures)
        + "\n"
    )


def _write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path
