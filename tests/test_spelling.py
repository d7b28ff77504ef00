"""Calls of our functions in a formula's text: found by a tokenizer, written as each host writes them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hosting import Host
from workbook.intersections import is_area_of_one, said, unsaid
from workbook.our_names import OurNames
from workbook.package import DefinedName, Table
from workbook.spelling import Called, Functions, Speller, Target, respelled
from workbook.splicing import edited, insertions, removals, rewritten, visible


@dataclass(frozen=True)
class Written:
    name: str
    text: str
    comment: str = ""


FUNCTIONS = Functions(
    ("CAC", "LTV", "LTV_CAC", "FUNNEL", "TIPS"),
    {
        "CAC": Written("UE.CAC", "_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a/_xlpm.b)"),
        "LTV": Written("UE.LTV", "_xlfn.LAMBDA(_xlpm.a,_xlpm.a)"),
        "LTV_CAC": Written("UE.LTV_CAC", "_xlfn.LAMBDA(_xlpm.a,_xlpm.a)"),
        "TIPS": Written("UE.TIPS", "LAMBDA(a,a)"),
    },
    {"FUNNEL": "it gives an area of its own"},
)
NAMES = [
    DefinedName("UE.LTV", "_xlfn.LAMBDA(_xlpm.a,_xlpm.a)", None, False),
    DefinedName("LTV_CAC", "Model!$A$1", "Model", False),
    DefinedName("rate", "Model!$A$1", None, False),
]


def put(text: str, host: Host, sheet: str | None = "Model", names: list[DefinedName] = NAMES) -> str:
    ours = OurNames(FUNCTIONS.names, names)
    target = Target(host, FUNCTIONS, ours)
    return edited(
        text, respelled(Speller(ours).called(text, sheet), text, lambda one: target.spelled(one, sheet))
    )


SPELLINGS = {
    Host.EXCEL: "CAC(A1,LTV(2))",
    Host.OFFICEJS: "_xldudf_UE_CAC(A1,_xldudf_UE_LTV(2))",
    Host.LITE: "_xldudf_UE_CAC(A1,_xldudf_UE_LTV(2))",
    Host.LAMBDA: "UE.CAC(A1,UE.LTV(2))",
    Host.LIBREOFFICE: "ORG.UNITSHEET.FUNCTIONS.CAC(A1,ORG.UNITSHEET.FUNCTIONS.LTV(2))",
}


@pytest.mark.parametrize("before", SPELLINGS)
@pytest.mark.parametrize("after", SPELLINGS)
def test_from_every_spelling_to_every_other(before: Host, after: Host) -> None:
    assert put(SPELLINGS[before], after) == SPELLINGS[after]


CALLS = [
    ("cac( A1 , 2 )", "_xldudf_UE_CAC( A1 , 2 )"),
    ("=CAC(1,2)", "=_xldudf_UE_CAC(1,2)"),
    ("[0]!UE.CAC(1,2)", "_xldudf_UE_CAC(1,2)"),
    ("_xll.CAC(1,2)", "_xldudf_UE_CAC(1,2)"),
    ('"é"&CAC(1,"CAC("&CAC(é1,2))', '"é"&_xldudf_UE_CAC(1,"CAC("&_xldudf_UE_CAC(é1,2))'),
    ("IF(A1,\n CAC(1,2),-CAC(3,4)%)", "IF(A1,\n _xldudf_UE_CAC(1,2),-_xldudf_UE_CAC(3,4)%)"),
    ('CAC({1,"CAC("},2)', '_xldudf_UE_CAC({1,"CAC("},2)'),
    ("Plans[[#This Row],[CAC(x)]]*CAC(1,2)", "Plans[[#This Row],[CAC(x)]]*_xldudf_UE_CAC(1,2)"),
    # what only looks like a call of ours
    ('"CAC(1,2)"', '"CAC(1,2)"'),
    ('"say ""CAC("" "&A1', '"say ""CAC("" "&A1'),
    ("'CAC(1,2)'!A1+'it''s CAC('!B2", "'CAC(1,2)'!A1+'it''s CAC('!B2"),
    ("MYCAC(1)+OTHER.CAC(1)+CAC.NEW(1)+CACX(1)", "MYCAC(1)+OTHER.CAC(1)+CAC.NEW(1)+CACX(1)"),
    ("[1]!CAC(1)+'[b.xlam]S'!CAC(1)+Model!CAC(1)", "[1]!CAC(1)+'[b.xlam]S'!CAC(1)+Model!CAC(1)"),
    ("CAC+CAC1+CAC:CAC", "CAC+CAC1+CAC:CAC"),
    ("_xlfn.LET(_xlpm.cac,1,_xlpm.cac(2))", "_xlfn.LET(_xlpm.cac,1,_xlpm.cac(2))"),
    ("SUM(A1:A3)", "SUM(A1:A3)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CALLS)
def test_calls_and_what_only_looks_like_one(text: str, expected: str) -> None:
    assert put(text, Host.OFFICEJS) == expected


def test_a_name_of_the_workbook_is_its_own() -> None:
    own = [DefinedName("cac", "_xlfn.LAMBDA(_xlpm.a,_xlpm.a)", None, False)]
    assert put("CAC(1)+LTV(2)", Host.OFFICEJS, names=own) == "CAC(1)+_xldudf_UE_LTV(2)"
    assert put("_xldudf_UE_CAC(1)", Host.EXCEL, names=own) == "_xldudf_UE_CAC(1)"
    on_sheet = [DefinedName("CAC", "Model!$A$1", "Model", False)]
    assert put("CAC(1)", Host.LAMBDA, "Model", on_sheet) == "CAC(1)"
    assert put("CAC(1)", Host.LAMBDA, "Other", on_sheet) == "UE.CAC(1)"
    table = OurNames(("CAC",), (), [Table("Cac", "Model", "A1:B2", ("a", "b"), 1, 0)])
    assert Speller(table).called("CAC(1)") == []


def test_only_a_lambda_under_our_name_is_ours() -> None:
    reference = [DefinedName("UE.CAC", "Model!$A$1", None, False)]
    assert Speller(OurNames(("CAC",), reference)).called("UE.CAC(1)+CAC(1)") == [Called("CAC", 10, 13)]
    of_a_sheet = [DefinedName("UE.CAC", "_xlfn.LAMBDA(1)", "Model", False)]
    speller = Speller(OurNames(("CAC",), of_a_sheet))
    assert not speller.called("UE.CAC(1)", "Model")
    assert speller.called("UE.CAC(1)", "Other")
    written = OurNames(("CAC",), [DefinedName("ue.cac", "=LAMBDA(a,a)", None, False)])
    assert written.function("UE.CAC") == "CAC"


TROUBLE = [
    (Host.LAMBDA, "FUNNEL(A1)", "FUNNEL(A1)", "no LAMBDA", "it gives an area of its own"),
    (Host.LAMBDA, "_xldudf_UE_FUNNEL(A1)", "FUNNEL(A1)", "no LAMBDA", "it gives an area of its own"),
    (Host.LAMBDA, "TIPS(A1)", "TIPS(A1)", "no LAMBDA", "would not read its formula: it is no _xlfn.LAMBDA"),
    (Host.EXCEL, "UE.LTV_CAC(1)", "UE.LTV_CAC(1)", "name taken", "LTV_CAC of its own"),
    (Host.EXCEL, "MAP(A1:A3,UE.LTV)", "MAP(A1:A3,UE.LTV)", "by name", "only a LAMBDA"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "text", "expected", "kind", "words"), TROUBLE)
def test_what_a_host_cannot_have(host: Host, text: str, expected: str, kind: str, words: str) -> None:
    ours = OurNames(FUNCTIONS.names, NAMES)
    (called,) = Speller(ours).called(text, "Model")
    trouble = Target(host, FUNCTIONS, ours).trouble(called, "Model")
    assert trouble is not None
    assert trouble[0] == kind
    assert words in trouble[1]
    assert put(text, host) == expected


def test_a_lambda_may_be_handed_over_by_its_name() -> None:
    ours = OurNames(FUNCTIONS.names, NAMES)
    (called,) = Speller(ours).called("MAP(A1:A3,UE.LTV)", "Model")
    assert called.by_name
    assert Target(Host.LAMBDA, FUNCTIONS, ours).trouble(called, "Model") is None


def test_a_formula_that_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="Unmatched"):
        Speller(OurNames(("CAC",))).called("CAC(1")


# Texts as parts hold them


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("A1&amp;B1", "A1&B1"),
        ("IF(A1=&quot;x&quot;,1&lt;2)", 'IF(A1="x",1<2)'),
        ("&#67;AC(&#x31;)", "CAC(1)"),
        ("A1<![CDATA[&amp;<B1]]>&gt;2", "A1&amp;<B1>2"),
        ("A1<!-- no -->+1", "A1+1"),
        ("A1\r\n+1\r+2", "A1\n+1\n+2"),
        ("größe", "größe"),
    ],
)
def test_what_a_person_reads(raw: str, shown: str) -> None:
    assert visible(raw.encode()) == shown


def test_the_rest_stays_as_it_is_written() -> None:
    raw = b"IF(&quot;CAC(&quot;=A1,C&#65;C(<![CDATA[CAC(1)&]]>&#34;x&#34;),\r\n2)&amp;CAC()"
    called = Speller(OurNames(("CAC",))).called(visible(raw))
    new = rewritten(raw, [(one.start, one.end, "UE.CAC") for one in called])
    assert new == b"IF(&quot;CAC(&quot;=A1,UE.CAC(<![CDATA[UE.CAC(1)&]]>&#34;x&#34;),\r\n2)&amp;UE.CAC()"


PIECES = st.lists(
    st.sampled_from(["a", "é", "&amp;", "&#9;", "\r\n", "<![CDATA[b<]]>", "<!--c-->"]), max_size=9
)


@given(PIECES, st.data())
def test_an_edit_changes_what_a_person_reads_and_can_be_taken_back(
    pieces: list[str], data: st.DataObject
) -> None:
    raw = "".join(pieces).encode()
    shown = visible(raw)
    start = data.draw(st.integers(0, len(shown)))
    new = rewritten(raw, [(start, start, "XYZ")])
    assert visible(new) == shown[:start] + "XYZ" + shown[start:]
    assert rewritten(new, [(start, start + 3, "")]) == raw


@given(
    st.text("aS(I"), st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["SI(", "(", ")S"])), max_size=4)
)
def test_what_is_put_into_a_text_comes_out_again(text: str, put_in: list[tuple[int, str]]) -> None:
    longer = edited(text, [(min(at, len(text)), min(at, len(text)), word) for at, word in put_in])
    assert edited(text, insertions(text, longer)) == longer
    assert edited(longer, removals(longer, text)) == text


# What a plain formula leaves unsaid

SAID = [
    ("UE.CAC(A1,B1)", "UE.CAC(A1,B1)"),
    ("UE.CAC(A1:A3,B1)", "_xlfn.SINGLE(UE.CAC(A1:A3,B1))"),
    ("SUM(UE.CAC(A1:A3,B1))", "SUM(UE.CAC(A1:A3,B1))"),
    ("A1:A3*UE.CAC(1,2)", "_xlfn.SINGLE(A1:A3)*UE.CAC(1,2)"),
    ("SUM(A1:A3*2)*UE.CAC(1,2)", "SUM(_xlfn.SINGLE(A1:A3)*2)*UE.CAC(1,2)"),
    ("SUMPRODUCT(A1:A3*2)*UE.CAC(1,2)", "SUMPRODUCT(A1:A3*2)*UE.CAC(1,2)"),
    ("IF(A1,UE.CAC(1,2),B1:B3)", "IF(A1,UE.CAC(1,2),_xlfn.SINGLE(B1:B3))"),
    ("UE.CAC(SUM(A1:A3),IF(A1>0,2,3))", "UE.CAC(SUM(A1:A3),IF(A1>0,2,3))"),
    ("UE.CAC(1,UE.CAC(A:A,2))", "_xlfn.SINGLE(UE.CAC(1,UE.CAC(A:A,2)))"),
    ("one*UE.CAC(one,many)", "one*_xlfn.SINGLE(UE.CAC(one,many))"),
    ("FUNNEL(A1)*UE.CAC(1,2)", "_xlfn.SINGLE(FUNNEL(A1))*UE.CAC(1,2)"),
    ("INDEX(A1:A9,2)+UE.CAC(1,2)", "_xlfn.SINGLE(INDEX(A1:A9,2))+UE.CAC(1,2)"),
    ("{1,2}*UE.CAC(1,2)", "_xlfn.SINGLE({1,2})*UE.CAC(1,2)"),
    ("(A1:B2 B2:C3)*UE.CAC(1,2)", "(_xlfn.SINGLE(A1:B2 B2:C3))*UE.CAC(1,2)"),
    ("UE.CAC(_xlfn.SINGLE(A1:A3),TRUE)", "UE.CAC(_xlfn.SINGLE(A1:A3),TRUE)"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "array"), SAID)
def test_one_value_of_many(plain: str, array: str) -> None:
    assert said(plain, lambda name: name == "one", lambda name: name == "UE.CAC") == array
    if "SINGLE" not in plain:
        assert unsaid(array) == plain


@pytest.mark.parametrize(
    ("text", "one"),
    [("Model!$B$2", True), ("'a b'!$B$2:$B$2", True), ("0.19", True), ('"a"', True), ("Model!$A:$A", False),
     ("Model!$A$1+1", False), ("other", False), ("SUM(A1", False)],
)  # fmt: skip
def test_names_of_one_cell(text: str, one: bool) -> None:
    assert is_area_of_one(text) is one
