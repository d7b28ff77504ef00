"""Sheet parts: every oddity of the format read."""

from __future__ import annotations

import pytest
from sheetparts import MAIN, part

from engine.errors import CellError, ErrorKind, FileError
from workbook.references import LAST_COLUMN, LAST_ROW, cell_name
from workbook.sheetxml import Sheet, patch, scan


def cells(data: str, *strings: str) -> Sheet:
    return scan(part(data), strings, "S")


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
