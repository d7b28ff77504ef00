"""Charts of the plan as native charts, and the values they keep of their cells."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference

from engine.errors import CellError
from workbook.book import Book
from workbook.chart_values import refresh
from workbook.charts import NOTHING, PALETTE, native
from workbook.plan import Chart, Series

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def address(text: str) -> str:
    """Keys of these tests name the column of a sheet S with a head and four rows."""
    column = {"x": "A", "one": "B", "two": "C", "size": "D"}[text.strip("{}").removesuffix("_name")]
    return f"S!${column}$1" if "_name" in text else f"S!${column}$2:${column}$5"


def one(name: str = "{one_name}", **more: Any) -> Series:
    return Series(name, "{one}", "{x}", **more)


def two(**more: Any) -> Series:
    return Series("{two_name}", "{two}", "{x}", **more)


def drawn(kind: str, *series: Series, **more: Any) -> ElementTree.Element:
    chart = Chart("key", kind, more.pop("title", "A title"), "B2", series, **more)
    made: Any = native(chart, address)
    return ElementTree.fromstring(ElementTree.tostring(made._write()))


def tags(tree: ElementTree.Element, path: str) -> list[str | None]:
    return [found.get("val") for found in tree.iter(f"{_C}{path}")]


KINDS = {
    "column": ("barChart", "clustered"), "bar": ("barChart", "clustered"), "line": ("lineChart", "standard"),
    "area": ("areaChart", "standard"), "scatter": ("scatterChart", None), "bubble": ("bubbleChart", None),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(kind: str) -> None:
    series = one(sizes="{size}")
    tree = drawn(kind, series, x_title="x", y_title="y, CNY")
    element, grouping = KINDS[kind]
    assert tree.find(f".//{_C}{element}") is not None
    assert tags(tree, "grouping") == ([grouping] if grouping else [])
    formulas = [found.text for found in tree.iter(f"{_C}f")]
    sizes = ["S!$D$2:$D$5"] if kind == "bubble" else []
    assert sorted(filter(None, formulas)) == sorted(["S!$B$1", "S!$A$2:$A$5", "S!$B$2:$B$5", *sizes])
    assert tags(tree, "delete") == ["0", "0"], "both axes are shown"
    titles = ["".join(t.text or "" for t in found.iter(f"{_A}t")) for found in tree.iter(f"{_C}title")]
    assert sorted(titles) == ["A title", "x", "y, CNY"]
    assert all(val == "0" for val in tags(tree, "overlay"))
    assert tags(tree, "roundedCorners") == ["0"]
    assert tree.find(f".//{_C}dispBlanksAs") is not None
    assert b"dispNaAsBlank" in ElementTree.tostring(tree)


def test_columns_and_a_line_share_their_axes() -> None:
    tree = drawn("column", one(), two(mark="line", dashed=True), stacked=True)
    bars, lines = tree.find(f".//{_C}barChart"), tree.find(f".//{_C}lineChart")
    assert bars is not None
    assert lines is not None
    assert tags(bars, "axId") == tags(lines, "axId")
    assert tags(bars, "grouping") == ["stacked"]
    assert tags(bars, "overlap") == ["100"]
    assert lines.find(f".//{_A}prstDash[@val='solid']") is not None  # of the marker, which is none
    assert lines.find(f"./{_C}ser/{_C}spPr/{_A}ln/{_A}prstDash").get("val") != "solid"  # type: ignore[union-attr]
    assert len(list(tree.iter(f"{_C}valAx"))) == 1


def test_a_second_axis_stands_at_the_right_with_its_title() -> None:
    tree = drawn("column", one(), two(mark="line", second_axis=True), y_title="users", second_title="CAC")
    bars, lines = tree.find(f".//{_C}barChart"), tree.find(f".//{_C}lineChart")
    assert bars is not None
    assert lines is not None
    assert not set(tags(bars, "axId")) & set(tags(lines, "axId"))
    second = list(tree.iter(f"{_C}valAx"))[1]
    assert tags(second, "crosses") == ["max"]
    assert tags(second, "delete") == ["0"]
    assert [text.text for text in second.iter(f"{_A}t")] == ["CAC"]


def test_what_is_not_drawn_is_not_in_the_legend() -> None:
    tree = drawn("column", one(colour=NOTHING), two(colours=("111111", "222222")), stacked=True)
    base, bar = tree.iter(f"{_C}ser")
    assert base.find(f"./{_C}spPr/{_A}noFill") is not None
    assert tags(tree.find(f".//{_C}legend") or base, "idx") == ["0"]
    assert [point.get("val") for point in bar.iter(f"{_A}srgbClr")][-2:] == ["111111", "222222"]
    assert tags(bar, "invertIfNegative")[0] == "0", "negative bars keep their colour"


def test_titles_and_names_that_follow_cells() -> None:
    tree = drawn("line", one(), title="{x_name}")
    title = tree.find(f".//{_C}title//{_C}strRef/{_C}f")
    assert title is not None
    assert title.text == "S!$A$1"
    plain = drawn("line", one("plain name"))
    assert plain.find(f".//{_C}ser/{_C}tx/{_C}v").text == "plain name"  # type: ignore[union-attr]


def test_months_are_numbers_with_a_format_and_words_are_not() -> None:
    months = drawn("column", one(), x_format="yyyy-mm", skip=12)
    assert months.find(f".//{_C}cat/{_C}numRef") is not None
    assert months.find(f".//{_C}catAx/{_C}numFmt").get("formatCode") == "yyyy-mm"  # type: ignore[union-attr]
    assert tags(months, "tickLblSkip") == ["12"]
    assert drawn("column", one()).find(f".//{_C}cat/{_C}strRef") is not None


def test_downward_and_overlaid_bars() -> None:
    tree = drawn("bar", one(), two(), downward=True, overlaid=True)
    assert "maxMin" in tags(tree, "orientation")
    assert tags(tree, "overlap") == ["100"]
    assert tags(tree, "grouping") == ["clustered"]


def test_colours_are_told_apart_in_grey() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    first_two = [grey(colour) for colour in PALETTE[:2]]
    assert abs(first_two[0] - first_two[1]) > 60
    assert len(set(PALETTE)) == len(PALETTE)


# Values


@pytest.fixture
def charted(tmp_path: Path) -> Path:
    """A workbook of openpyxl with a chart over numbers, a blank, a text, #N/A, and a sheet in quotes."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "It's S"
    for row in (["a < b & c", "y"], ["p", 1.5], ["q", None], ["r", "#N/A"], ["s", -2e-7], ["t", "text"]):
        sheet.append(row)
    sheet["B4"].data_type = "e"
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=6), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=6))
    sheet.add_chart(chart, "E5")
    path = tmp_path / "charted.xlsx"
    book.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def points(cache: ElementTree.Element) -> dict[int, str | None]:
    return {int(pt.get("idx", "")): pt.findtext(f"{_C}v") for pt in cache.iter(f"{_C}pt")}


def test_caches_have_what_the_cells_show(charted: Path) -> None:
    before = parts(charted)
    assert refresh(charted) == 3
    after = parts(charted)
    assert [name for name in after if after[name] != before[name]] == ["xl/charts/chart1.xml"]
    tree = ElementTree.fromstring(after["xl/charts/chart1.xml"])
    values = tree.find(f".//{_C}val//{_C}numCache")
    assert values is not None
    assert points(values) == {0: "1.5", 3: "-2E-7"}, "a blank, a text and #N/A leave gaps"
    assert tags(values, "ptCount") == ["5"]
    name = tree.find(f".//{_C}ser/{_C}tx//{_C}strCache")
    assert name is not None
    assert points(name) == {0: "y"}
    openpyxl.load_workbook(charted)


def test_refreshing_again_changes_nothing(charted: Path) -> None:
    refresh(charted)
    before = parts(charted)
    assert refresh(charted) == 3
    assert parts(charted) == before


def test_a_reference_to_elsewhere_keeps_its_cache(charted: Path, tmp_path: Path) -> None:
    changed = tmp_path / "elsewhere.xlsx"
    with zipfile.ZipFile(charted) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/charts/chart1.xml":
                content = re.sub(rb"<f>[^<]*\$B\$2[^<]*</f>", b"<f>[1]Other!$B$2:$B$6</f>", content)
            target.writestr(name, content)
    assert refresh(changed) == 2
    tree = ElementTree.fromstring(parts(changed)["xl/charts/chart1.xml"])
    assert tree.find(f".//{_C}val//{_C}numCache") is None


def test_a_workbook_without_charts_stays_as_it_is(book: Path, tmp_path: Path) -> None:
    assert refresh(book, tmp_path / "out.xlsx") == 0
    assert parts(tmp_path / "out.xlsx") == parts(book)


def cached_points(path: Path) -> list[tuple[str, str, dict[int, str | None]]]:
    """The kind and the formula of every reference in every chart of a file, and the points it keeps."""
    found = []
    for name, content in parts(path).items():
        if name.startswith("xl/charts/chart"):
            for kind, cache in (("numRef", "numCache"), ("strRef", "strCache")):
                for reference in ElementTree.fromstring(content).iter(f"{_C}{kind}"):
                    kept = reference.find(f"{_C}{cache}")
                    assert kept is not None, f"{name}: {reference.findtext(f'{_C}f')} has no values"
                    found.append((kind, reference.findtext(f"{_C}f") or "", points(kept)))
    return found


def assert_caches_equal_cells(path: Path) -> int:
    """Every point of every chart is the value of its cell; says how many there are."""
    book = Book.open(path)
    count = 0
    for kind, formula, kept in cached_points(path):
        for place, cell in enumerate(book.find(formula)):
            value = book.value(cell)
            if value is None or (isinstance(value, CellError | str) and kind == "numRef"):
                assert place not in kept, f"{formula}, point {place}"
            elif kind == "strRef" and isinstance(value, str):
                assert kept[place] == value
            else:
                assert isinstance(value, float)
                assert float(kept[place] or "nan") == value
            count += 1
    return count
