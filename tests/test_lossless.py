"""Whole workbooks: values change, every other byte stays; tried on a rich one and on real ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from richbook import raw_members, rich_workbook

from engine.errors import CellError, ErrorKind, FileError
from workbook.package import Package
from workbook.references import Position, cell_name
from workbook.sheetxml import NewValue, Sheet, patch, scan

SAMPLES: list[NewValue] = [
    0.5,
    " a < b & c\n",
    True,
    False,
    CellError(ErrorKind.NA),
    1.5e17,
    "_x000D_\r",
    -3.0,
]


def scans(package: Package) -> Iterator[tuple[str, bytes, Sheet]]:
    for part in package.sheets:
        xml = package.read(part.part)
        yield part.part, xml, scan(xml, package.shared_strings, part.name, package.date1904)


def cached(sheet: Sheet) -> dict[Position, NewValue]:
    return {place: cell.value for place, cell in (sheet.formulas | sheet.children).items()}


def others(sheet: Sheet) -> dict[Position, NewValue]:
    """A value for every cell that is computed, each unlike the one it has."""
    values: dict[Position, NewValue] = {}
    for number, (place, old) in enumerate(cached(sheet).items()):
        new = SAMPLES[number % len(SAMPLES)]
        same = new == old and type(new) is type(old)
        values[place] = "something else" if same else new
    return values


def change_everything(path: Path, target: Path) -> int:
    """Change every computed value of a workbook, check what the file says then; the cells changed."""
    package = Package.open(path)
    changed: dict[str, bytes] = {}
    values: dict[str, dict[Position, NewValue]] = {}
    for part, xml, sheet in scans(package):
        assert patch(xml, sheet, cached(sheet)) == xml, f"{path} {part}: its own values change it"
        if new := others(sheet):
            values[part], changed[part] = new, patch(xml, sheet, new)
    package.save(target, changed)
    before, after = raw_members(path), raw_members(target)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} <= set(changed)
    for (part, _, old), (_, _, new_sheet) in zip(scans(package), scans(Package.open(target)), strict=True):
        assert cached(new_sheet) == values.get(part, {}), f"{path} {part}"
        assert new_sheet.values == old.values, f"{path} {part}: a constant changed"
        assert [cell.text for cell in new_sheet.formulas.values()] == [
            cell.text for cell in old.formulas.values()
        ]
    return sum(map(len, values.values()))


# A workbook with everything that other writers lose


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_workbook(tmp_path_factory.mktemp("rich"))


def test_a_rich_workbook_loses_nothing(rich: Path, tmp_path: Path) -> None:
    assert change_everything(rich, tmp_path / "new.xlsm") == 13
    changed = {
        name for name, raw in raw_members(rich).items() if raw_members(tmp_path / "new.xlsm")[name] != raw
    }
    assert changed == {"xl/worksheets/sheet1.xml"}


def test_what_a_rich_workbook_says_of_itself(rich: Path) -> None:
    package = Package.open(rich)
    assert package.macros
    assert [(part.name, part.index) for part in package.sheets] == [("Model", 0), ("Empty", 2)]
    assert [(table.name, table.columns) for table in package.tables] == [
        ("Plans", ("Plan", "Price\nper user"))
    ]
    assert [(name.name, name.text) for name in package.defined_names] == [("Rate", "Model!$B$1")]
    sheet = scan(package.read(package.sheets[0].part), package.shared_strings, "Model")
    assert sheet.values[1, 6] == "one two"
    assert sheet.formulas[1, 5].dynamic
    assert {cell_name(*place): cell_name(*child.master) for place, child in sheet.children.items()} == {
        "D2": "D1",
        "E2": "E1",
        "E3": "E1",
        "E4": "E1",
    }


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_openpyxl_reads_the_new_values(rich: Path, tmp_path: Path) -> None:
    package = Package.open(rich)
    part = package.sheets[0]
    xml = package.read(part.part)
    new: dict[Position, NewValue] = {
        (1, 2): 99.5,
        (2, 2): "text",
        (3, 2): CellError(ErrorKind.NUM),
        (1, 3): False,
    }
    new |= {(30, 5): "far", (5, 2): 7}
    sheet = scan(xml, package.shared_strings, part.name)
    package.save(tmp_path / "new.xlsm", {part.part: patch(xml, sheet, new)})
    read = openpyxl.load_workbook(tmp_path / "new.xlsm", data_only=True)["Model"]
    assert [read[name].value for name in ("B1", "B2", "B3", "C1", "E30", "B5", "B4")] == [
        99.5,
        "text",
        "#NUM!",
        False,
        "far",
        7,
        8,
    ]


def test_saving_over_itself_twice_changes_nothing_more(rich: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.xlsm"
    path.write_bytes(rich.read_bytes())
    package = Package.open(path)
    package.save(path, {})
    once = path.read_bytes()
    Package.open(path).save(path, {})
    assert path.read_bytes() == once
    assert raw_members(path) == raw_members(rich)


# Real workbooks


@pytest.mark.parametrize("half", [0, 1])
def test_real_workbooks_lose_nothing(half: int, tmp_path: Path, corpus: Path) -> None:
    changed = refused = 0
    paths = sorted(corpus.rglob("*.xls[xm]"))[half::2]
    for path in paths:
        try:
            changed += change_everything(path, tmp_path / "new.xlsx")
        except FileError:
            refused += 1
    assert changed > 10_000
    assert refused < len(paths) / 50


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_formulas_read_as_openpyxl_reads_them(corpus: Path) -> None:
    agreed = 0
    small = [path for path in sorted(corpus.rglob("*.xls[xm]")) if path.stat().st_size < 60_000]
    for path in small[::4]:
        try:
            read = openpyxl.load_workbook(path)
        except Exception:  # noqa: BLE001, S112  # what openpyxl cannot open proves nothing here
            continue
        package = Package.open(path)
        for part, (_, _, sheet) in zip(package.sheets, scans(package), strict=True):
            for place, cell in list(sheet.formulas.items())[:300]:
                value = read[part.name].cell(*place).value
                text = getattr(value, "text", value)
                if cell.kind != "datatable" and isinstance(text, str):
                    assert "".join(text.removeprefix("=").split()) == "".join(cell.text.split())
                    agreed += 1
    assert agreed > 2_000
