"""The LAMBDAs as files hold them: what Excel would not read, and that ours have nothing of it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl.utils import FORMULAE
from xlsxwriter.worksheet import Worksheet

from udfs.lambdas import lambdas, without_lambda
from workbook.cell_metadata import with_dynamic_arrays
from workbook.lambda_form import comment_faults, faults


@pytest.mark.parametrize("name", lambdas())
def test_our_lambdas_are_as_excel_stores_them(name: str) -> None:
    one = lambdas()[name]
    assert faults(one.text) == []
    assert comment_faults(one.comment) == []
    assert one.name == f"UE.{name}"


@pytest.mark.parametrize("name", lambdas())
def test_a_library_for_excel_files_gives_functions_the_same_prefixes(name: str) -> None:
    """What it writes for a formula as a person types it is what we write, but for parameters."""
    text = re.sub(r"_xl[po][mp]\.", "", lambdas()[name].text)
    typed = text.replace("_xlfn._xlws.", "").replace("_xlfn.", "")
    assert Worksheet()._prepare_formula(typed, True) == text


def test_there_are_many_and_the_others_say_why_not() -> None:
    assert len(lambdas()) > 40
    assert all(without_lambda().values())


FAULTS = [
    ("=_xlfn.LAMBDA(_xlpm.x,1)", "it begins with ="),
    ("LAMBDA(_xlpm.x,1)", "it is no _xlfn.LAMBDA"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlpm.x)(1)", "it is no _xlfn.LAMBDA"),
    ("SUM(_xlfn.LAMBDA(1))", "it is no _xlfn.LAMBDA"),
    ("_xlfn.LAMBDA()", "a LAMBDA has no formula"),
    ("_xlfn.LAMBDA(_xlpm.x,(_xlpm.x)", "it cannot be read"),
    ("_xlfn.LAMBDA(_xlpm.x,x)", "x is no parameter, or is one without _xlpm."),
    ("_xlfn.LAMBDA(_xlpm.x,Model!A1)", "Model!A1 is no parameter"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlpm.y)", "_xlpm.y is used where it is not known"),
    ("_xlfn.LAMBDA(x,1)", "x is no name of a parameter"),
    ("_xlfn.LAMBDA([_xlpm.x],1)", "[_xlpm.x] is no name of a parameter"),
    ("_xlfn.LAMBDA(_xlpm.a.b,1)", "_xlpm.a.b is no name of a parameter"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlpm.X,1)", "_xlpm.x is declared twice"),
    ("_xlfn.LAMBDA(_xlpm.a1,1)", "_xlpm.a1 reads as a cell"),
    ("_xlfn.LAMBDA(_xlpm.c,1)", "_xlpm.c reads as a cell"),
    ("_xlfn.LAMBDA(_xlop.R1C1,1)", "_xlop.R1C1 reads as a cell"),
    ("_xlfn.LAMBDA(_xlpm.true,1)", "_xlpm.true reads as a cell or a constant"),
    ("_xlfn.LAMBDA(_xlop.x,_xlpm.y,1)", "_xlpm.y must be given but follows one that need not be"),
    ("_xlfn.LAMBDA(_xlop.x,_xlop.x+1)", "_xlop.x is used; only its declaration is spelled _xlop."),
    ("_xlfn.LAMBDA(_xlpm.x,CEILING.MATH(_xlpm.x))", "CEILING.MATH is spelled _xlfn.CEILING.MATH in a file"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlfn.SUM(_xlpm.x))", "_xlfn.SUM is spelled SUM in a file"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlfn.FILTER(_xlpm.x,1))", "is spelled _xlfn._xlws.FILTER in a file"),
    ("_xlfn.LAMBDA(_xlpm.x,sum(_xlpm.x))", "sum is not in capitals"),
    ("_xlfn.LAMBDA(_xlpm.x,LET(_xlpm.y,1,_xlpm.y))", "LET is spelled _xlfn.LET in a file"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlfn.LET(_xlpm.y,1))", "LET has 2 arguments"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlfn.LET(_xlpm.y,_xlpm.z,_xlpm.z,1,_xlpm.y))", "_xlpm.z is used where it is not"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlfn.LET(y,1,_xlpm.x))", "y is no name of a parameter"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlfn.LET(_xlpm.y,1,_xlpm.y,2,_xlpm.y))", "_xlpm.y is declared twice"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlpm.f(_xlpm.x))", "_xlpm.f is used where it is not known"),
    ("_xlfn.LAMBDA(_xlpm.x,{1,_xlpm.x})", "is no array of constants"),
    (f'_xlfn.LAMBDA(_xlpm.x,"{"a" * 256}")', "a text has 256 characters"),
    (f"_xlfn.LAMBDA(_xlpm.x,{'ABS(' * 64}_xlpm.x{')' * 65}", "nested more than 64 deep"),
    (f"_xlfn.LAMBDA({','.join(f'_xlpm.x_{n}' for n in range(253))},1)", "has 254 arguments"),
    (f"_xlfn.LAMBDA(_xlpm.x,{'_xlpm.x+' * 1100}1)", "it has 8,823 characters, 8,192 are allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_faults(text: str, fault: str) -> None:
    assert any(fault in found for found in faults(text)), faults(text)


SOUND = [
    "_xlfn.LAMBDA(1)",
    "_xlfn.LAMBDA(_xlop.x,_xlop.y,IF(_xlfn.ISOMITTED(_xlpm.x),TRUE,_xlpm.X+1E-5))",
    "_xlfn.LAMBDA(_xlpm.f,_xlpm.f(_xlfn.LAMBDA(_xlpm.y,_xlpm.y)))",
    "_xlfn.LAMBDA(_xlpm.x,_xlfn.LET(_xlpm.x,_xlpm.x+1,_xlfn._xlws.FILTER(_xlpm.x,{1;0})))",
    '_xlfn.LAMBDA(_xlpm.param1,MATCH("_xlpm.y =x",_xlpm.param1,0)&#N/A)',
    f"_xlfn.LAMBDA(_xlpm.x,{'ABS(' * 63}_xlpm.x{')' * 64}",
]


@pytest.mark.parametrize("text", SOUND)
def test_what_excel_reads(text: str) -> None:
    assert faults(text) == []


def test_comments() -> None:
    assert comment_faults("a" * 255) == []
    assert comment_faults("a" * 256)
    assert comment_faults("two\nlines")


def test_functions_without_a_prefix_are_those_that_a_library_for_excel_files_leaves_alone() -> None:
    """Two public lists agree: functions of the standard need none, later ones do."""
    expanded = {name: Worksheet()._prepare_formula(f"{name}(", True) for name in FORMULAE}
    # Its patterns take the S of NORMSDIST for the dot of NORM.DIST.
    assert not [name for name, text in expanded.items() if text.endswith(f".{name}(")]


# The record of dynamic arrays


def of_a_library(folder: Path) -> bytes:
    path = folder / "library.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_dynamic_array_formula("A1", "=SORT(B1:B2)")
    with zipfile.ZipFile(path) as opened:
        return opened.read("xl/metadata.xml")


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RICH = (
    f'<x:metadata xmlns:x="{MAIN}"><x:metadataTypes count="1"><x:metadataType name="XLRICHVALUE"/>'
    '</x:metadataTypes><x:futureMetadata name="XLRICHVALUE" count="1"><x:bk><x:extLst/></x:bk>'
    '</x:futureMetadata><x:valueMetadata count="1"><x:bk><x:rc t="1" v="0"/></x:bk></x:valueMetadata>'
    "</x:metadata>"
).encode()


def test_metadata_that_has_the_record_stays(tmp_path: Path) -> None:
    metadata = of_a_library(tmp_path)
    assert with_dynamic_arrays(metadata, "metadata") == (metadata, 1)


def test_metadata_that_lacks_the_record_is_added_to() -> None:
    added, number = with_dynamic_arrays(RICH, "metadata")
    assert number == 1
    assert with_dynamic_arrays(added, "metadata") == (added, 1)
    order = ["metadataTypes", "futureMetadata", "cellMetadata", "valueMetadata"]
    text = added.decode()
    assert sorted(order, key=lambda name: text.rindex(f"<x:{name}")) == order
    assert '<x:metadataTypes count="2">' in text
    assert '<x:cellMetadata count="1"><x:bk><x:rc t="2" v="0"/></x:bk></x:cellMetadata>' in text
    assert text.count("<x:bk><x:extLst/></x:bk>") == 1


def test_a_record_for_arrays_of_fixed_size_is_another(tmp_path: Path) -> None:
    fixed = of_a_library(tmp_path).replace(b'fDynamic="1"', b'fDynamic="0"')
    added, number = with_dynamic_arrays(fixed, "metadata")
    assert number == 2
    assert b'<futureMetadata name="XLDAPR" count="2">' in added
    assert b'<cellMetadata count="2"><bk><rc t="1" v="0"/></bk><bk><rc t="1" v="1"/></bk>' in added
