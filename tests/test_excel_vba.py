"""The VBA of the functions: what a VBA editor would object to, and what it does, run by LibreOffice."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import absent
from test_registry import VBA, is_cell_reference

from engine.registry import functions
from udfs.excel.addin import Python, addin, modules
from udfs.excel.parameters import LONGEST, parameters
from udfs.excel.vba import DESCRIBE, MODULE, functions_module, quoted

TEXT = functions_module("1.2.3")
LINES = TEXT.split("\r\n")
PROCEDURE = re.compile(r"^(Public|Private) (Function|Sub) (\w+)\((.*)\)", re.MULTILINE)
PYTHON = Python(r"C:\unitsheet\Scripts\python.exe", "0.37.8")
ALL = "\r\n".join(module.text for module in modules(PYTHON, "1.2.3"))
SYSTEM_PYTHONS = ("/usr/bin/python3", "python3", "python")


def test_every_function_is_there_once() -> None:
    public = [
        match[3] for match in PROCEDURE.finditer(TEXT) if match[1] == "Public" and match[2] == "Function"
    ]
    assert public == list(functions())
    assert DESCRIBE in [match[3] for match in PROCEDURE.finditer(TEXT) if match[2] == "Sub"]


def test_lines_are_as_vba_takes_them() -> None:
    assert TEXT.isascii()
    assert "\n" not in TEXT.replace("\r\n", "")
    assert LINES[0] == f'Attribute VB_Name = "{MODULE}"'
    assert max(map(len, LINES)) <= 1023
    continued = 0
    for line in LINES:
        continued = continued + 1 if line.endswith(" _") else 0
        assert continued <= 24
    assert len(LINES) < 65_535


def test_procedures_open_and_close() -> None:
    opened = ""
    for line in ALL.split("\r\n"):
        if match := PROCEDURE.match(line):
            assert not opened, line
            opened = match[2]
        if line in ("End Function", "End Sub"):
            assert line == f"End {opened}"
            opened = ""
    assert not opened


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (r"If .* Then$", "End If"), ("For ", "Next "), ("Select Case ", "End Select"),
        ("#If ", "#End If"),
    ],
)  # fmt: skip
def test_blocks_close(begin: str, end: str) -> None:
    lines = [line.strip() for line in ALL.split("\r\n") if not line.strip().startswith("'")]
    openings = [line for line in lines if re.match(begin, line)]
    assert len(openings) == sum(line.startswith(end) for line in lines) > 0


def test_no_procedure_is_too_long_for_vba() -> None:
    """VBA takes 64 KB of compiled code; the text is longer than what is made of it."""
    assert max(map(len, TEXT.split("\r\nEnd "))) < 30_000


def test_names_are_free() -> None:
    own = [match[3].lower() for match in PROCEDURE.finditer(ALL)]
    assert len(own) == len(set(own))
    variables = {name.lower() for name in re.findall(r"^Private (?:Const )?(\w+) As", ALL, re.MULTILINE)}
    assert not variables & set(own)
    for name in own:
        assert name not in VBA
        assert not is_cell_reference(name)


@pytest.mark.parametrize("name", functions())
def test_signature(name: str) -> None:
    function = functions()[name]
    taken = parameters(function)
    names = [one.name for one in taken]
    assert len(set(names)) == len(names) <= 60
    assert not {"caller", name.lower()} & set(names)
    for one in taken:
        assert one.name not in VBA
        assert 0 < len(one.help) <= LONGEST
    # Required first, then either optional ones or one that takes the rest.
    kinds = [2 if one.takes_rest else int(one.optional) for one in taken]
    assert kinds == sorted(kinds)
    assert not {1, 2} <= set(kinds)
    declared = next(match[4] for match in PROCEDURE.finditer(TEXT) if match[3] == name)
    assert [
        re.sub(r"^(Optional |ParamArray )|(\(\))? As Variant$", "", one) for one in declared.split(", ")
    ] == names
    least, most = function.arity
    assert sum(not (one.optional or one.takes_rest) for one in taken) <= least
    assert (most is None) == taken[-1].takes_rest


def test_a_word_behind_repeated_numbers_is_said() -> None:
    last = parameters(functions()["CONTRIBUTION"])[-1]
    assert last.takes_rest
    assert "last, if wanted, method" in last.help


def test_texts_in_vba() -> None:
    assert quoted('say "x"') == '"say ""x"""'
    assert quoted("") == '""'
    assert quoted("a·b") == '"a" & ChrW(183) & "b"'


# Run by LibreOffice


@pytest.fixture(scope="module")
def office() -> Callable[..., dict[str, Any]]:
    """Opens the add-in in LibreOffice as a workbook, puts modules in and calls functions."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        absent("soffice")
    uno = next((python for python in SYSTEM_PYTHONS if _has_uno(python)), None)
    if uno is None:
        absent("a Python with uno")

    def run(folder: Path, **job: Any) -> dict[str, Any]:
        file = folder / "addin.xlsm"
        _as_workbook(file)
        job |= {"soffice": soffice, "file": str(file), "project": "UnitsheetAddin"}
        script = Path(__file__).with_name("office_basic.py")
        done = subprocess.run(
            [str(uno), str(script)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def _has_uno(python: str) -> bool:
    found = shutil.which(python)
    if found is None:
        return False
    return subprocess.run([found, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def _as_workbook(file: Path) -> None:
    """The add-in under the type of a workbook; LibreOffice opens no add-ins of Excel, not even xlwings'."""
    made = file.with_suffix(".xlam")
    made.write_bytes(addin(PYTHON, "1.2.3"))
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"excel.addin.macro", b"excel.sheet.macro"))


def test_libreoffice_reads_the_project(tmp_path: Path, office: Callable[..., dict[str, Any]]) -> None:
    read = office(tmp_path)["modules"]
    made = {module.name: module.text for module in modules(PYTHON, "1.2.3")}
    assert read.keys() == made.keys()
    for name, text in made.items():
        assert _without_attributes(text) in read[name]


def _without_attributes(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("Attribute "))


SERVER = """Option VBASupport 1
Option ClassModule
Public Function CallUDF(ByVal moduleName As String, ByVal functionName As String, ByVal values As Variant)
    Dim table(0 To 1, 0 To 1) As Variant
    Dim place As Long
    If functionName = "COVERAGE" Then
        table(0, 0) = 1.5
        table(0, 1) = "#DIV/0!"
        table(1, 0) = True
        table(1, 1) = "#N/A"
        CallUDF = table
    ElseIf functionName = "FUNNEL" Then
        CallUDF = Array(1, "#NUM!", "#CALC!")
    ElseIf functionName = "CONTRIBUTION" Then
        CallUDF = moduleName
        For place = LBound(values) To UBound(values)
            If IsArray(values(place)) Then
                CallUDF = CallUDF & ";array"
            Else
                CallUDF = CallUDF & ";" & values(place)
            End If
        Next place
    ElseIf functionName = "RULE40" Then
        Err.Raise 1001, "x", "Python has ended"
    Else
        CallUDF = "#VALUE!"
    End If
End Function
"""
START = """Option VBASupport 1
Public starts As Long
Public ends As Long
Public Function XLPy() As Object
    starts = starts + 1
    If starts = 1 Then Err.Raise 1000, "x", "no library"
    Set XLPy = New FakeServer
End Function
Public Sub KillPy()
    ends = ends + 1
End Sub
"""
PROBE = """
Public Function Probe(ByVal what As String) As String
    Select Case what
        Case "number": Probe = Told(RUNWAY_PATH(1, 2))
        Case "table": Probe = Told(COVERAGE(1, 2))
        Case "row": Probe = Told(FUNNEL(1, 2))
        Case "rest": Probe = CONTRIBUTION(1, 2, 3, Array(1, 2), "margin")
        Case "no rest": Probe = CONTRIBUTION(1, 2)
        Case "dead": Probe = Told(RULE40(1, 2))
        Case "wake": restUntil = 0
        Case "lines": Probe = LastLine("Traceback:" & vbLf & " File" & vbLf & "ImportError: no" & vbCrLf)
        Case "line": Probe = LastLine("Could not start")
        Case "state"
            Probe = TypeName(server) & " " & starts & " " & ends
            Probe = Probe & " " & (restUntil > Now) & " " & hasSpoken
        Case "area": Probe = Told(ValueOf(Filled().Range("A1:B2")))
        Case "cell": Probe = Told(ValueOf(Filled().Range("B2")))
        Case "column": Probe = UBound(ValueOf(Filled().Range("A:B")), 1)
        Case "columns": Probe = UBound(ValueOf(Filled().Range("1:2")), 2)
        Case "areas": Probe = Told(ValueOf(Union(Filled().Range("A1"), Filled().Range("B2"))))
    End Select
End Function

Private Function Filled() As Object
    Set Filled = Worksheets(1)
    Filled.Range("A1").Value = 1.5
    Filled.Range("B2").Value = "t"
    Filled.Range("A3").Value = 3
End Function

Private Function Told(ByVal found As Variant) As String
    Dim one As Variant
    If IsArray(found) Then
        For Each one In found
            Told = Told & TypeName(one) & " " & CStr(one) & "|"
        Next one
    Else
        Told = TypeName(found) & " " & CStr(found)
    End If
End Function
"""


def test_what_the_vba_does(tmp_path: Path, office: Callable[..., dict[str, Any]]) -> None:
    text = _without_attributes(TEXT).replace(".Value2", ".Value")  # which LibreOffice does not know
    # To LibreOffice, and only there, `base` is a keyword.
    text = re.sub(r"\bbase\b(?= As|,)", "base_", text)
    told: dict[str, Any] = dict.fromkeys((
        "number", "state", "number again", "wake", "number then", "state then", "table", "row", "rest",
        "no rest", "dead", "state after", "area", "cell", "column", "columns", "areas",
        "lines", "line",
    ))  # fmt: skip
    calls = [[MODULE, "Probe", re.sub(" (again|then|after)$", "", what)] for what in told]
    modules = {MODULE: f"Option VBASupport 1\n{text}\n{PROBE}", "unitsheet_python": START}
    found = office(tmp_path, modules=modules, classes={"FakeServer": SERVER}, calls=calls)["results"]
    told = dict(zip(told, found, strict=True))
    # The first start fails; for a while there is no other.
    assert told["number"] == told["number again"] == "Error Error 2015"
    assert told["state"] == "Nothing 1 0 True True"
    # Then it starts, and a text that names an error is one.
    assert told["number then"] == "Error Error 2015"
    assert told["state then"] == "Object 2 0 False False"
    assert sorted(told["table"].split("|")[:-1]) == [
        "Boolean True", "Double 1.5", "Error Error 2007", "Error Error 2042",
    ]  # fmt: skip
    assert told["row"] == "Integer 1|Error Error 2036|Error Error 2050|"
    assert told["rest"] == "unitsheet.excel;1;2;3;array;margin"
    assert told["no rest"] == "unitsheet.excel;1;2"
    # A server that fails is ended and replaced once; when that fails too, there is a while without.
    assert told["dead"] == "Error Error 2015"
    assert told["state after"] == "Nothing 3 1 True True"
    assert {"Double 1.5", "String t"} <= set(told["area"].split("|"))
    assert told["cell"] == "String t"
    assert (told["column"], told["columns"]) == ("3", "2")
    assert told["areas"] == "Error Error 2015"
    assert (told["lines"], told["line"]) == ("ImportError: no", "Could not start")
