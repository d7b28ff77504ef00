"""`unitsheet install lite`: the functions put into a workbook and taken out, all else byte for byte."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from commandline import contents, refused, us
from host_lite import session
from openpyxl.workbook.defined_name import DefinedName
from richbook import raw_members, rich_workbook

import unitsheet
from engine.registry import functions
from udfs.lite import main_py, requirements_txt
from workbook.webextension import LiteBook

MAIN = main_py(unitsheet.__version__)
PARTS = {
    "xl/webextensions/webextension1.xml",
    "xl/webextensions/taskpanes.xml",
    "xl/webextensions/_rels/taskpanes.xml.rels",
}
LISTS = {"[Content_Types].xml", "_rels/.rels"}
WE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"
OTHERS_GUID = "{346A674C-B614-904F-A0CA-546DE22D6D54}"


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    folder = tmp_path / "rich"
    folder.mkdir()
    return rich_workbook(folder)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = 1000, "=_xldudf_UE_CAC(A1,8)"
    book.save(path)
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def properties(path: Path, part: str = "xl/webextensions/webextension1.xml") -> dict[str, object]:
    """What Office would hand to the add-in, read without any of our code."""
    root = ET.fromstring(members(path)[part])
    return {one.attrib["name"]: json.loads(one.attrib["value"]) for one in root.iter(f"{WE}property")}


# a workbook


def test_only_what_lite_needs_is_added(rich: Path) -> None:
    before = raw_members(rich)
    result = us("install", "lite", "--into", rich)
    assert result.exit_code == 0, result.output
    after = raw_members(rich)
    assert after.keys() - before.keys() == PARTS
    assert {name for name in before if after[name] != before[name]} == LISTS
    assert list(after)[: len(before)] == list(before)
    assert "main.py" in result.stdout
    assert "Home > Add-ins" in result.stdout
    assert "=UE.CAC(" in result.stdout


def test_lite_finds_its_files(rich: Path) -> None:
    us("install", "lite", "--into", rich)
    assert properties(rich) == {
        "main.py": MAIN,
        "requirements.txt": requirements_txt(),
        "Office.AutoShowTaskpaneWithDocument": True,
        "xlwingsSettingsWorkbook": {"startupBehavior": "taskpane"},
    }
    root = ET.fromstring(members(rich)["xl/webextensions/webextension1.xml"])
    reference = root.find(f"{WE}reference")
    assert reference is not None
    assert reference.attrib["id"] == "wa200008175"


def test_what_the_workbook_holds_calculates(plain: Path) -> None:
    us("install", "lite", "--into", plain)
    main = properties(plain)["main.py"]
    assert isinstance(main, str)
    with session(main) as lite:
        assert lite.calculate([(functions()["CAC"], (1000.0, 8.0))]).cells == [125.0]


def test_every_part_is_listed_and_typed(plain: Path) -> None:
    us("install", "lite", "--into", plain)
    found = members(plain)
    types = found["[Content_Types].xml"].decode()
    for part, kind in (("webextension1", "webextension"), ("taskpanes", "webextensiontaskpanes")):
        name = f"/xl/webextensions/{part}.xml"
        assert types.count(f'PartName="{name}" ContentType="application/vnd.ms-office.{kind}+xml"') == 1
    relations = ET.fromstring(found["_rels/.rels"])
    targets = {one.attrib["Id"]: one.attrib["Target"] for one in relations}
    assert len(targets) == len(list(relations))
    assert "/xl/webextensions/taskpanes.xml" in targets.values()


def test_twice_is_once(rich: Path) -> None:
    us("install", "lite", "--into", rich)
    once = rich.read_bytes()
    assert us("install", "lite", "--into", rich).exit_code == 0
    assert rich.read_bytes() == once


@pytest.mark.parametrize("which", ["rich", "plain"])
def test_uninstall_gives_every_byte_back(which: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(which)
    before = members(path)
    us("install", "lite", "--into", path)
    result = us("uninstall", "lite", "--from", path)
    assert result.exit_code == 0, result.output
    assert list(members(path).items()) == list(before.items())


def test_the_corpus_loses_nothing(corpus: Path, tmp_path: Path) -> None:
    """Some of these have task panes of other add-ins, as Excel wrote them."""
    paths = sorted(corpus.rglob("*.xls[xm]"))
    with_panes = [path for path in paths if b"xl/webextensions/taskpanes.xml" in path.read_bytes()]
    assert len(with_panes) >= 5
    for original in with_panes + paths[::10]:
        path = tmp_path / original.name
        path.write_bytes(original.read_bytes())
        before = members(path)
        LiteBook.open(path).put({"main.py": MAIN})
        assert LiteBook.open(path).files == {"main.py": MAIN}, original
        LiteBook.open(path).take_out(["main.py"])
        assert list(members(path).items()) == list(before.items()), original


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_openpyxl_opens_it(rich: Path) -> None:
    us("install", "lite", "--into", rich)
    assert openpyxl.load_workbook(rich, data_only=True)["Model"]["B2"].value == 4


def test_libreoffice_opens_it(plain: Path, tmp_path: Path, require: Callable[..., str]) -> None:
    soffice = require("soffice", "libreoffice")
    us("install", "lite", "--into", plain)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(plain)]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    assert (tmp_path / "plain.csv").read_text().splitlines()[0] == "1000"


def test_recalculation_keeps_it(plain: Path) -> None:
    us("install", "lite", "--into", plain)
    unitsheet.recalculate(plain, in_place=True)
    assert unitsheet.get(plain, "A2") == 125.0
    assert properties(plain)["main.py"] == MAIN


# other add-ins, and Lite itself


def with_extension(path: Path, reference: str, inside: str) -> None:
    """Give a workbook an add-in as Excel writes one."""
    LiteBook.open(path).put({"a.txt": ""})
    found = members(path)
    start, end = "<we:properties>", "</we:properties>"
    xml = found["xl/webextensions/webextension1.xml"].decode().replace("wa200008175", reference)
    xml = xml.replace("{94730FC8-B91B-55B5-871B-E634EC8044AE}", OTHERS_GUID)
    xml = xml[: xml.index(start) + len(start)] + inside + xml[xml.index(end) :]
    found["xl/webextensions/webextension1.xml"] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)


def file_of_lite(name: str, text: str) -> str:
    value = json.dumps(text).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<we:property name="{name}" value="{value}"/>'


def test_beside_another_add_in(plain: Path) -> None:
    with_extension(plain, "wa200009404", '<we:property name="id" value="&quot;1&quot;"/>')
    before = members(plain)
    us("install", "lite", "--into", plain)
    added = members(plain).keys() - before.keys()
    assert added == {"xl/webextensions/webextension2.xml"}
    assert properties(plain) == {"id": "1"}
    assert properties(plain, "xl/webextensions/webextension2.xml")["main.py"] == MAIN
    assert members(plain)["xl/webextensions/taskpanes.xml"].count(b"<wetp:taskpane ") == 2
    us("uninstall", "lite", "--from", plain)
    assert list(members(plain).items()) == list(before.items())


def test_lite_is_there_already(plain: Path) -> None:
    mine = file_of_lite("tools.py", 'x = "<&>"\n') + file_of_lite(
        "requirements.txt", "xlwings==0.36.0\npolars\n"
    )
    with_extension(plain, "WA200008175", mine + '<we:property name="pyodideVersion" value="&quot;1&quot;"/>')
    before = members(plain)
    assert us("install", "lite", "--into", plain).exit_code == 0
    assert members(plain).keys() == before.keys()
    assert properties(plain) == {
        "tools.py": 'x = "<&>"\n',
        "requirements.txt": "xlwings==0.36.0\npolars\nnumpy\nscipy\n",
        "pyodideVersion": "1",
        "main.py": MAIN,
    }
    us("uninstall", "lite", "--from", plain)
    assert properties(plain).keys() == {"tools.py", "requirements.txt", "pyodideVersion"}


def test_an_older_one_is_replaced(plain: Path) -> None:
    LiteBook.open(plain).put({"main.py": main_py("0.0.1"), "requirements.txt": requirements_txt()})
    assert us("install", "lite", "--into", plain).exit_code == 0
    assert properties(plain)["main.py"] == MAIN


def test_a_main_py_of_somebody_else_stays(plain: Path) -> None:
    with_extension(plain, "wa200008175", file_of_lite("main.py", "print('mine')\n"))
    before = contents(plain.parent)
    refused(us("install", "lite", "--into", plain), str(plain), "main.py of its own", "--force", "--dir")
    refused(us("uninstall", "lite", "--from", plain), str(plain), "nothing to take out")
    assert contents(plain.parent) == before
    assert us("install", "lite", "--into", plain, "--force").exit_code == 0
    assert properties(plain)["main.py"] == MAIN


# refusals


def test_lambda_names_of_ours(plain: Path) -> None:
    book = openpyxl.load_workbook(plain)
    for name in ("UE.CAC", "ue.ltv", "UE.OTHER"):
        book.defined_names[name] = DefinedName(name, attr_text="_xlfn.LAMBDA(_xlpm.x,_xlpm.x)")
    book.save(plain)
    before = contents(plain.parent)
    refused(us("install", "lite", "--into", plain), str(plain), "UE.CAC and 1 more", "Name Manager")
    refused(us("install", "lite", "--into", plain, "--force"), "UE.CAC")
    assert contents(plain.parent) == before


def test_no_workbook_and_an_open_one(plain: Path) -> None:
    text = plain.with_name("text.xlsx")
    text.write_text("no workbook")
    refused(us("install", "lite", "--into", text), "no workbook")
    refused(us("install", "lite", "--into", plain.with_name("none.xlsx")), "not there")
    refused(us("uninstall", "lite", "--from", plain), "nothing to take out")
    plain.with_name(f"~${plain.name}").touch()
    before = contents(plain.parent)
    refused(us("install", "lite", "--into", plain), "open in another program")
    assert contents(plain.parent) == before


# a folder


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "one"
    result = us("install", "lite", "--dir", folder)
    assert result.exit_code == 0, result.output
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == {
        "main.py": MAIN,
        "requirements.txt": requirements_txt(),
    }
    assert str(folder) in result.stdout
    assert us("install", "lite", "--dir", folder).exit_code == 0


def test_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert us("install", "lite").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"main.py", "requirements.txt"}


@pytest.mark.parametrize("name", ["main.py", "requirements.txt"])
def test_files_of_somebody_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("django\n")
    before = contents(tmp_path)
    refused(us("install", "lite", "--dir", tmp_path), name, "--force")
    assert contents(tmp_path) == before
    assert us("install", "lite", "--dir", tmp_path, "--force").exit_code == 0


def test_both_at_once(plain: Path) -> None:
    result = us("install", "lite", "--into", plain, "--dir", plain.parent / "files")
    assert result.exit_code == 0
    assert properties(plain)["main.py"] == (plain.parent / "files" / "main.py").read_text("utf-8")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(us("install", "lite", "--dir", tmp_path / "file"), "cannot be made")
