"""Sheet parts: every oddity of the format read, and values spliced in without touching the rest."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from engine.errors import CellError, ErrorKind, FileError
from workbook.cell_values import LONGEST_TEXT, spell_number
from workbook.references import LAST_COLUMN, LAST_ROW, cell_name, parse_area, parse_cell, quote_sheet
from workbook.shared_formulas import SharedFormula
from workbook.sheetxml import NewValue, Sheet, patch, scan

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetData>'
TAIL = "</sheetData><pageMargins left='0.7'/></worksheet>"


def part(data: str) -> bytes:
    return f"{HEAD}{data}{TAIL}".encode()


def cells(data: str, *strings: str) -> Sheet:
    return scan(part(data), strings, "S")


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


# Values


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1.5</v></c>', 1.5),
        ("<c r='A1' t='n'><v> 2 </v></c>", 2.0),
        ('<c r="A1"><v>1E+20</v></c>', 1e20),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', CellError(ErrorKind.DIV0)),
        ('<c r="A1" t="e"><v>#BLOCKED!</v></c>', CellError(ErrorKind.VALUE)),
        ('<c r="A1" t="s"><v>1</v></c>', "two"),
        ('<c r="A1" t="str"><v>a &lt;b&gt; &amp; c</v></c>', "a <b> & c"),
        ('<c r="A1" t="str"><v xml:space="preserve"> a </v></c>', " a "),
        ('<c r="A1" t="str"><v><![CDATA[<v>1</v>]]></v></c>', "<v>1</v>"),
        ('<c r="A1" t="str"><v/></c>', ""),
        ('<c r="A1" t="str"><v>a_x000D_\n_x005F_x0041_</v></c>', "a\r\n_x0041_"),
        ('<c r="A1" t="inlineStr"><is><t>in</t></is></c>', "in"),
        (
            '<c r="A1" t="inlineStr"><is><r><t>one </t></r> <r><rPr><b/></rPr><t>two</t></r>'
            '<rPh sb="0" eb="1"><t>reading</t></rPh></is></c>',
            "one two",
        ),
        ('<c r="A1"><v>INF</v></c>', CellError(ErrorKind.NUM)),
        ('<c r="A1"><v>NaN</v></c>', CellError(ErrorKind.NUM)),
        ('<c r="A1"><v>odd</v></c>', "odd"),
        ('<c r="A1" t="d"><v>2024-02-29</v></c>', 45351.0),
        ('<c r="A1" t="d"><v>2024-02-29T18:00:00Z</v></c>', 45351.75),
        ('<c r="A1" t="d"><v>1900-01-01</v></c>', 1.0),
        ('<c r="A1" t="d"><v>12:00:00</v></c>', 0.5),
        ('<c r="A1" t="d"><v>soon</v></c>', "soon"),
    ],
)
def test_constants(cell: str, value: float | bool | str | CellError) -> None:
    found = cells(f'<row r="1">{cell}</row>', "one", "two").values
    assert found == {(1, 1): value}
    assert type(found[1, 1]) is type(value)


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    xml = part('<row><c t="d"><v>2024-02-29</v></c></row>')
    assert scan(xml, [], "S", date1904=True).values == {(1, 1): 45351.0 - 1462}


@pytest.mark.parametrize(
    "cell", ['<c r="A1"/>', '<c r="A1" s="3"></c>', '<c r="A1"><v/></c>', '<c r="A1"><v></v></c>']
)
def test_blank_cells_are_absent(cell: str) -> None:
    assert cells(f'<row r="1">{cell}</row>').values == {}


@pytest.mark.parametrize("number", ["7", "-1", "x", ""])
def test_a_text_that_is_not_there(number: str) -> None:
    with pytest.raises(FileError, match="text that the workbook does not hold"):
        cells(f'<row r="1"><c r="A1" t="s"><v>{number}</v></c></row>', "one")


# Places


def test_cells_and_rows_without_references() -> None:
    found = cells(
        '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row>'
        "<row><c><v>5</v></c></row>"
    )
    assert found.values == {(1, 1): 1.0, (1, 2): 2.0, (5, 3): 3.0, (5, 4): 4.0, (6, 1): 5.0}


def test_a_reference_whose_letters_end_in_digits_of_the_row() -> None:
    assert cells('<row r="2"><c r="A12"><v>1</v></c></row>').values == {(12, 1): 1.0}


@pytest.mark.parametrize("reference", ["1", "XFE1", "A0", "A1048577", "AAAA1", "ß1", "A1:B2"])
def test_places_that_no_sheet_has(reference: str) -> None:
    with pytest.raises(FileError, match="'S' is damaged"):
        cells(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')


@pytest.mark.parametrize("row", ["0", "-1", "1048577", "x", "9" * 5000, "1.5", "²"])
def test_rows_that_no_sheet_has(row: str) -> None:
    with pytest.raises(FileError, match="'S' is damaged"):
        cells(f'<row r="{row}"><c><v>1</v></c></row>')


def test_more_cells_than_columns() -> None:
    with pytest.raises(FileError, match="column 16385 of row 1"):
        cells(f"<row>{'<c/>' * 16_385}</row>")


def test_the_last_cell_costs_no_more_than_the_first() -> None:
    assert cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>').values == {
        (LAST_ROW, LAST_COLUMN): 1.0
    }


def test_prefixes_byte_order_mark_and_comments() -> None:
    xml = (
        f'\ufeff<x:worksheet xmlns:x="{MAIN}"><x:sheetData><!-- <x:row> --><x:row r="1"><x:c r="A1">'
        "<x:f>1+1</x:f><x:v>2</x:v></x:c><x:c r='B1' t=\"inlineStr\"><x:is><x:t>t</x:t></x:is></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    ).encode()
    sheet = scan(xml, [], "S")
    assert sheet.values == {(1, 2): "t"}
    assert sheet.formulas[1, 1].text == "1+1"
    new = patch(xml, sheet, {(1, 1): "a", (1, 3): 1.0, (2, 1): True})
    assert b'<x:c r="A1" t="str"><x:f>1+1</x:f><x:v>a</x:v></x:c>' in new
    assert (
        b'<x:c r="C1"><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="b"><x:v>1</x:v></x:c></x:row>'
        in new
    )
    assert scan(new, [], "S").values == {(1, 2): "t", (1, 3): 1.0, (2, 1): True}


def test_formulas_outside_the_cells_do_not_count() -> None:
    xml = part('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
        b"</sheetData>",
        b"</sheetData><dataValidations><x><c r='A2'><f>A1</f><v>3</v></c></x></dataValidations>",
    )
    sheet = scan(xml, [], "S")
    assert not sheet.formulas
    assert sheet.values == {(1, 1): 1.0}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings(encoding: str) -> None:
    with pytest.raises(FileError, match="'S' is not stored as UTF-8"):
        scan(part("").decode().replace("UTF-8", "UTF-16").encode(encoding), [], "S")


def test_other_declared_encodings() -> None:
    with pytest.raises(FileError, match="not stored as UTF-8"):
        scan(part("").replace(b"UTF-8", b"ISO-8859-1"), [], "S")


def test_entities() -> None:
    with pytest.raises(FileError, match="declares XML entities"):
        scan(b'<!DOCTYPE x [<!ENTITY a "b">]>' + f'<worksheet xmlns="{MAIN}"/>'.encode(), [], "S")


@pytest.mark.parametrize(
    "xml", [b"", b"<worksheet>", b"not xml", part("<row>"), part("\xff").replace(b"\xc3", b"")]
)
def test_damaged(xml: bytes) -> None:
    with pytest.raises(FileError, match="'S' is damaged"):
        scan(xml, [], "S")


def test_a_sheet_without_cells() -> None:
    assert scan(f'<chartsheet xmlns="{MAIN}"/>'.encode(), [], "S") == Sheet()


def test_a_cell_inside_a_cell_is_not_guessed_at() -> None:
    with pytest.raises(FileError, match="'S' is damaged"):
        cells('<row r="1"><c r="A1"><f>1</f><c r="B1"/></c></row>')


def test_text_outside_its_place_is_no_value() -> None:
    assert cells('<row r="1"><c r="A1" t="str"><v>a</v><t>b</t></c><c r="B1"><t>b</t></c></row>').values == {
        (1, 1): "a"
    }


# Formulas


def test_a_formula_and_its_value() -> None:
    cell = cells(
        '<row r="1"><c r="A1" s="1" t="str"><f ca="1">=A2&amp;"_x0041_"</f><v>x</v></c></row>'
    ).formulas[1, 1]
    assert (cell.text, cell.kind, cell.ref, cell.value) == ('A2&"A"', "normal", None, "x")
    assert not cell.dynamic
    assert cell.attributes == {"ca": "1"}


def test_a_formula_without_a_value() -> None:
    assert cells('<row r="1"><c r="A1"><f>1</f></c></row>').formulas[1, 1].value is None


def test_shared_formulas_are_written_out() -> None:
    found = cells(
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$C$1</f><v>0</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>0</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0">ignored</f><v>0</v></c>'
        '<c r="C3"><f t="shared" ref="C3" si="0">A3</f></c><c r="D3"><f t="shared" si="0"></f></c></row>'
    ).formulas
    texts = {cell_name(*position): cell.text for position, cell in found.items()}
    assert texts == {"B1": "A1*$C$1", "B2": "A2*$C$1", "B3": "A3*$C$1", "C3": "A3", "D3": "B3"}
    assert {cell.kind for cell in found.values()} == {"shared"}


def test_shared_formulas_whose_text_comes_late_or_never() -> None:
    found = cells(
        '<row r="1"><c r="A1"><f t="shared" si="0"/><v>1</v></c>'
        '<c r="B1"><f t="shared" si="9"/><v>7</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A1:A2" si="0">B2</f><v>2</v></c></row>'
    )
    assert {position: cell.text for position, cell in found.formulas.items()} == {(1, 1): "B1", (2, 1): "B2"}
    assert found.values == {(1, 2): 7.0}


def test_array_formulas_and_their_children() -> None:
    found = cells(
        '<row r="1"><c r="B1" cm="1"><f t="array" ref="B1:C3">ROW(A1:B3)</f><v>1</v></c>'
        '<c r="C1"><v>2</v></c><c r="D1"><v>9</v></c></row>'
        '<row r="2"><c r="A2"><v>9</v></c><c r="B2"><f ca="1"/><v>3</v></c><c r="C2" s="1"/></row>'
        '<row r="3"><c r="B3"><f></f><v>4</v></c><c r="C3" t="str"><v>x</v></c></row>'
        '<row r="4"><c r="B4"><v>9</v></c></row>'
    )
    array = found.formulas[1, 2]
    assert (array.text, array.kind, array.ref, array.dynamic) == ("ROW(A1:B3)", "array", "B1:C3", True)
    assert {place: (child.value, child.master) for place, child in found.children.items()} == {
        (1, 3): (2.0, (1, 2)),
        (2, 2): (3.0, (1, 2)),
        (2, 3): (None, (1, 2)),
        (3, 2): (4.0, (1, 2)),
        (3, 3): ("x", (1, 2)),
    }
    assert set(found.values) == {(1, 4), (2, 1), (4, 2)}


def test_arrays_side_by_side_and_below_each_other() -> None:
    found = cells(
        '<row r="1"><c r="A1"><f t="array" ref="A1:A3">1</f></c><c r="B1"><f t="array" ref="B1:C1">2</f></c>'
        '<c r="C1"><v>0</v></c><c r="D1"><f t="array" ref="D1">3</f></c></row>'
        '<row r="2"><c r="A2"><v>0</v></c><c r="B2"><f t="array" ref="B2:C3">4</f></c>'
        '<c r="C2"><v>0</v></c></row>'
        '<row r="3"><c r="A3"><v>0</v></c><c r="C3"><v>0</v></c><c r="D3"><v>0</v></c></row>'
    )
    masters = {cell_name(*place): cell_name(*child.master) for place, child in found.children.items()}
    assert masters == {"C1": "B1", "A2": "A1", "C2": "B2", "A3": "A1", "C3": "B2"}
    assert set(found.values) == {(3, 4)}


def test_a_million_cell_array_is_only_an_area() -> None:
    found = cells(
        '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c><c r="B1"><v>1</v></c></row>'
    )
    assert len(found.children) == 1


@pytest.mark.parametrize("ref", ["", 'ref="nonsense"', 'ref="A1:A9999999"'])
def test_an_array_without_an_area_is_its_own(ref: str) -> None:
    assert cells(f'<row r="1"><c r="A1"><f t="array" {ref}>1</f></c></row>').formulas[1, 1].ref == "A1"


def test_data_tables() -> None:
    found = cells(
        '<row r="2"><c r="B2"><f t="dataTable" ref="B2:C3" dt2D="1" dtr="1" r1="E1" r2="E2"/><v>1</v></c>'
        '<c r="C2"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c><c r="C3"><v>4</v></c></row>'
    )
    table = found.formulas[2, 2]
    assert (table.text, table.kind, table.ref, table.value) == ("", "datatable", "B2:C3", 1.0)
    assert (table.attributes["r1"], table.attributes["r2"]) == ("E1", "E2")
    assert {place: child.value for place, child in found.children.items()} == {
        (2, 3): 2.0,
        (3, 2): 3.0,
        (3, 3): 4.0,
    }
    assert not found.values


def test_an_empty_formula_outside_an_array_is_a_constant() -> None:
    found = cells('<row r="1"><c r="A1"><f/><v>1</v></c><c r="B1"><f ca="1"></f><v>2</v></c></row>')
    assert found.values == {(1, 1): 1.0, (1, 2): 2.0}
    assert not found.formulas


# Shared formulas against openpyxl's translator


@pytest.mark.parametrize(
    "text",
    [
        "A1+$A1+A$1+$A$1",
        "SUM(B:B,$B:B,2:2,$2:3,C3:$D$4)",
        'IF(A1="A1 ""B2"" C3",\'It\'\'s A1\'!B2,Sheet1!C3)',
        "LOG10(A1)+ATAN2(B1,C1)+DAYS360(A1,B1)",
        "Rate1x+My.A1+_xlfn.XLOOKUP(A1,B1:B9,C1:C9)",
        "[1]Sheet1!A1+'[2]A1 B2'!C3",
        "Table1[[#This Row],[A1]]+Table1[B2]",
        "1E5+1.5E+10-A10%",
        "'Jan:Dec'!A1+#REF!",
        "{1,2;3,4}*A1",
        "LET(_xlpm.x1,A1,_xlpm.x1+B1)",
    ],
)
@pytest.mark.parametrize("target", ["B1", "A2", "D9", "AA100"])
def test_shared_formulas_move_as_openpyxl_moves_them(text: str, target: str) -> None:
    expected = Translator("=" + text, "A1").translate_formula(target)
    assert "=" + SharedFormula(text, (1, 1)).at(*parse_cell(target)) == expected


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("A1", (1, 1), "XFD1048576"),  # past an edge it comes in at the other, as in Excel
        ("Sheet1!Rate", (3, 3), "Sheet1!Rate"),
        ("XYZ2026+$XYZ1+ABCD1+A9999999", (3, 3), "XYZ2026+$XYZ1+ABCD1+A9999999"),
        ("SUM(A1#)+@A:A", (3, 3), "SUM(B2#)+@B:B"),
        ("Q1!A1+Jan:Dec!B2", (3, 3), "Q1!B2+Jan:Dec!C3"),
        ("A1\n+B2", (3, 2), "A2\n+B3"),
    ],
)
def test_shared_formulas_where_openpyxl_is_wrong(text: str, place: tuple[int, int], expected: str) -> None:
    assert SharedFormula(text, (2, 2)).at(*place) == expected


# Patches


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


# References


def test_references() -> None:
    assert cell_name(1_048_576, 16_384) == "XFD1048576"
    assert parse_cell("$b$3") == (3, 2)
    assert parse_area("C4:$A$2") == (2, 1, 4, 3)
    assert parse_area("B2") == (2, 2, 2, 2)
    assert parse_area("A:$C") == (1, 1, LAST_ROW, 3)
    assert parse_area("$2:5") == (2, 1, 5, LAST_COLUMN)


@pytest.mark.parametrize("text", ["", ":", "A", "1", "A1:B2:C3", "Sheet1!A1", "ZZZ1", "A1:"])
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_cell(text)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("Model", "Model"),
        ("Größe_1.a", "Größe_1.a"),
        ("My sheet", "'My sheet'"),
        ("It's", "'It''s'"),
        ("Q1", "'Q1'"),
        ("2026", "'2026'"),
        ("R1C1", "'R1C1'"),
        ("rc", "'rc'"),
        ("true", "'true'"),
        ("a-b", "'a-b'"),
    ],
)
def test_sheet_names_in_formulas(name: str, quoted: str) -> None:
    assert quote_sheet(name) == quoted
