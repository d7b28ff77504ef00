"""Sheet parts: values spliced in without touching the rest."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheetparts import HEAD, MAIN, TAIL, part

from engine.errors import CellError, ErrorKind
from workbook.cell_values import LONGEST_TEXT, spell_number
from workbook.sheetxml import NewValue, patch, scan


def patched(
    data: str, values: dict[tuple[int, int], NewValue], areas: dict[tuple[int, int], str] | None = None
) -> str:
    """The rows after a patch; whatever stands around them must be as it was."""
    xml = part(data)
    text = patch(xml, scan(xml, [], "S"), values, areas).decode()
    assert text.startswith(HEAD[:-1])
    assert text.endswith(TAIL)
    return text[len(HEAD) : -len(TAIL)]


def error(kind: ErrorKind) -> CellError:
    return CellError(kind)


CELL = '<row r="1"><c r="A1" s="3"><f>B1</f><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (2.0, '<c r="A1" s="3"><f>B1</f><v>2</v></c>'),
        (3, '<c r="A1" s="3"><f>B1</f><v>3</v></c>'),
        (True, '<c r="A1" s="3" t="b"><f>B1</f><v>1</v></c>'),
        ("a<b>&c", '<c r="A1" s="3" t="str"><f>B1</f><v>a&lt;b&gt;&amp;c</v></c>'),
        (" a", '<c r="A1" s="3" t="str"><f>B1</f><v xml:space="preserve"> a</v></c>'),
        ("a\r\n_x0041_\x01", '<c r="A1" s="3" t="str"><f>B1</f><v>a_x000D_\n_x005F_x0041__x0001_</v></c>'),
        ("", '<c r="A1" s="3" t="str"><f>B1</f><v></v></c>'),
        (None, '<c r="A1" s="3" t="str"><f>B1</f><v></v></c>'),
        (error(ErrorKind.NA), '<c r="A1" s="3" t="e"><f>B1</f><v>#N/A</v></c>'),
        (error(ErrorKind.SPILL), '<c r="A1" s="3" t="e"><f>B1</f><v>#VALUE!</v></c>'),
        (math.nan, '<c r="A1" s="3" t="e"><f>B1</f><v>#NUM!</v></c>'),
        (-math.inf, '<c r="A1" s="3" t="e"><f>B1</f><v>#NUM!</v></c>'),
    ],
)
def test_a_new_value(value: NewValue, cell: str) -> None:
    assert patched(CELL, {(1, 1): value}) == f'<row r="1">{cell}</row>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="A1"><f>B1</f></c>', '<c r="A1"><f>B1</f><v>5</v></c>'),
        ('<c r="A1" ><f>B1</f><v/></c>', '<c r="A1" ><f>B1</f><v>5</v></c>'),
        ("<c t='str' r='A1'><f>B1</f><v >x</v ></c >", "<c r='A1'><f>B1</f><v>5</v></c >"),
        ('<c r="A1" t="e" vm="1" s="2"><f>B1</f><v>#VALUE!</v></c>', '<c r="A1" s="2"><f>B1</f><v>5</v></c>'),
        ('<c r="A1" t="inlineStr"><f>B1</f><is><t>x</t></is></c>', '<c r="A1"><f>B1</f><v>5</v></c>'),
        ("<c>\n <f>B1</f>\n <v>1</v>\n</c>", "<c>\n <f>B1</f>\n <v>5</v>\n</c>"),
        ('<c r="A1"><f>B1</f><extLst/></c>', '<c r="A1"><f>B1</f><v>5</v><extLst/></c>'),
        ('<c r="A1" ph="a>b"><f>B1</f><v>1</v></c>', '<c r="A1" ph="a>b"><f>B1</f><v>5</v></c>'),
        (
            '<c r="A1" t="str"><f><![CDATA["<v>"]]></f><v>1</v></c>',
            '<c r="A1"><f><![CDATA["<v>"]]></f><v>5</v></c>',
        ),
    ],
)
def test_only_type_and_value_change(old: str, new: str) -> None:
    assert patched(f'<row r="1">{old}</row>', {(1, 1): 5.0}) == f'<row r="1">{new}</row>'


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><f>B1</f><v>0.30000000000000004</v></c>', 0.3),
        ('<c r="A1"><f>B1</f><v>1.0</v></c>', 1),
        ('<c r="A1"><f>B1</f><v>-0</v></c>', 0.0),
        ('<c r="A1"><f>B1</f></c>', None),
        ('<c r="A1" t="str"><f>B1</f><v/></c>', None),
        ('<c r="A1" t="str"><f>B1</f><v/></c>', ""),
        ('<c r="A1" t="e" vm="1"><f>B1</f><v>#VALUE!</v></c>', CellError(ErrorKind.SPILL)),
        ('<c r="A1"><f>B1</f><v>INF</v></c>', math.inf),
        ('<c r="A1" t="b"><f>B1</f><v>true</v></c>', True),
    ],
)
def test_what_is_stored_already_keeps_its_bytes(cell: str, value: NewValue) -> None:
    assert patched(f'<row r="1">{cell}</row>', {(1, 1): value}) == f'<row r="1">{cell}</row>'


@pytest.mark.parametrize(("stored", "value"), [("<v>1</v>", True), ("<v>1</v>", "1")])
def test_values_of_other_types_are_not_the_same(stored: str, value: NewValue) -> None:
    assert patched(f'<row r="1"><c r="A1"><f>B1</f>{stored}</c></row>', {(1, 1): value}).find(" t=") > 0


ARRAY = (
    '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:B2">X</f><v>1</v></c><c r="B1" s="4"/></row>'
    '<row r="2"><c r="A2" t="str"><v>x</v></c><c r="B2"><f ca="1"/><v>4</v></c></row>'
)


def test_children_of_an_array() -> None:
    new: dict[tuple[int, int], NewValue] = {(1, 2): "new", (2, 1): None, (2, 2): 5.0}
    assert patched(ARRAY, new) == (
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:B2">X</f><v>1</v></c>'
        '<c r="B1" s="4" t="str"><v>new</v></c></row>'
        '<row r="2"><c r="A2"></c><c r="B2"><f ca="1"/><v>5</v></c></row>'
    )


def test_an_array_that_grows() -> None:
    data = (
        '<row r="2" spans="1:9"><c r="B2" cm="1"><f t="array" aca="1" ref="B2:B3">X</f><v>1</v></c>'
        '<c r="F2"/></row>'
        '<row r="3"><c r="A3"><v>7</v></c><c r="B3"><v>2</v></c><c r="C3" s="8"/><c r="E3"><v>9</v></c></row>'
        '<row r="4" ht="20"/><row r="6"><c r="A6"><v>1</v></c></row>'
    )
    new: dict[tuple[int, int], NewValue] = {
        (row, column): float(row * column) for row in range(2, 6) for column in (2, 3, 4)
    }
    assert patched(data, new, {(2, 2): "B2:D5"}) == (
        '<row r="2" spans="1:9"><c r="B2" cm="1"><f t="array" aca="1" ref="B2:D5">X</f><v>4</v></c>'
        '<c r="C2"><v>6</v></c><c r="D2"><v>8</v></c><c r="F2"/></row>'
        '<row r="3"><c r="A3"><v>7</v></c><c r="B3"><v>6</v></c><c r="C3" s="8"><v>9</v></c>'
        '<c r="D3"><v>12</v></c><c r="E3"><v>9</v></c></row>'
        '<row r="4" ht="20"><c r="B4"><v>8</v></c><c r="C4"><v>12</v></c><c r="D4"><v>16</v></c></row>'
        '<row r="5"><c r="B5"><v>10</v></c><c r="C5"><v>15</v></c><c r="D5"><v>20</v></c></row>'
        '<row r="6"><c r="A6"><v>1</v></c></row>'
    )


def test_constants_may_be_replaced_and_emptied() -> None:
    data = '<row r="1"><c r="A1" s="1" t="s" vm="1"><v>0</v></c><c r="B1"><v>2</v></c><c><v>3</v></c></row>'
    xml = part(data)
    new = patch(
        xml, scan(xml, ["zero"], "S"), {(1, 1): 1.5, (1, 2): None, (1, 3): 3.0, (1, 4): None, (7, 7): None}
    )
    assert new == part('<row r="1"><c r="A1" s="1"><v>1.5</v></c><c r="B1"></c><c><v>3</v></c></row>')


@pytest.mark.parametrize("empty", ["<sheetData/>", "<sheetData></sheetData>"])
def test_cells_in_an_empty_sheet(empty: str) -> None:
    xml = f'<worksheet xmlns="{MAIN}">{empty}<x/></worksheet>'.encode()
    new = patch(xml, scan(xml, [], "S"), {(3, 2): "b", (1, 1): 1.0})
    assert b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="3">' in new
    assert new.endswith(b"</row></sheetData><x/></worksheet>")
    assert scan(new, [], "S").values == {(1, 1): 1.0, (3, 2): "b"}


def test_text_is_cut_where_a_cell_ends() -> None:
    xml = part(CELL)
    new = patch(xml, scan(xml, [], "S"), {(1, 1): "ä" * 50_000})
    assert scan(new, [], "S").formulas[1, 1].value == "ä" * LONGEST_TEXT


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-12.0, "-12"),
        (0.1, "0.1"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1E+15"),
        (-1234567890123456.0, "-1.234567890123456E+15"),
        (1e20, "1E+20"),
        (1.5e300, "1.5E+300"),
        (1e-7, "1E-7"),
        (-2.5e-10, "-2.5E-10"),
    ],
)
def test_numbers_are_spelled_as_excel_does(number: float, text: str) -> None:
    assert spell_number(number) == text
    assert float(text) == number


VALUES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**18), 10**18).map(float),
    st.booleans(),
    st.text(st.characters(), max_size=40),
    st.text("_x0041D \r\n\t&<>\"'", max_size=40),
    st.sampled_from([CellError(kind) for kind in ErrorKind if kind not in ("#SPILL!", "#CALC!")]),
)


@given(st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, 4)), VALUES, max_size=8))
def test_every_value_reads_back(values: dict[tuple[int, int], NewValue]) -> None:
    xml = part(ARRAY + '<row r="4"><c r="C4"><f>A1</f></c></row>')
    sheet = scan(patch(xml, scan(xml, [], "S"), values), [], "S")
    found: dict[tuple[int, int], NewValue] = dict(sheet.values)
    found |= {place: cell.value for place, cell in (sheet.formulas | sheet.children).items()}
    for place, value in values.items():
        assert found[place] == value
        assert type(found[place]) is type(value)
