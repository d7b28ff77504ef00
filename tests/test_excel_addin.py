"""The add-in for Excel: its package, its compound file, its VBA project, beside those that xlwings ships."""

from __future__ import annotations

import random
import re
import zipfile
from io import BytesIO
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree

import pytest
from compound_reader import decompressed, records, streams

from engine.registry import functions
from udfs.excel.addin import Python, addin, modules
from udfs.excel.compound import compound_file
from udfs.excel.intellisense import NAMESPACE, intellisense_xml
from udfs.excel.project import compressed, hidden
from udfs.excel.vba import MODULE
from unitsheet.excel_places import xlwings_addin

PYTHON = Python(r"C:\Users\Jo Doe\unitsheet\Scripts\python.exe", "0.37.8")
# Made by xlwings' authors without Excel, by replacing text, and in use wherever xlwings is.
THEIRS = ("addin/xlwings.xlam", "quickstart_addin.xlam", "quickstart.xlsm")


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(addin(PYTHON, "1.2.3")))


def project(file: Path) -> dict[str, bytes]:
    return streams(zipfile.ZipFile(file).read("xl/vbaProject.bin"))


def texts(parts: dict[str, bytes]) -> dict[str, str]:
    """The modules by name, from where the directory says that their text begins."""
    found: dict[str, str] = {}
    name = ""
    for number, content in records(decompressed(parts["VBA/dir"])):
        if number == 0x1A:
            name = content.decode("cp1252")
        if number == 0x31:
            offset = int.from_bytes(content, "little")
            found[name] = decompressed(parts[f"VBA/{name}"][offset:]).decode("cp1252")
    return found


@pytest.mark.parametrize("name", THEIRS)
def test_the_reader_reads_what_excel_opens(name: str) -> None:
    parts = project(xlwings_addin().parent.parent / name)
    assert all(text.startswith("Attribute VB_Name") for text in texts(parts).values())


def test_every_part_is_stated_and_there(package: zipfile.ZipFile) -> None:
    names = set(package.namelist())
    types = ElementTree.fromstring(package.read("[Content_Types].xml"))
    stated = {part.get("PartName", "").lstrip("/") for part in types if part.tag.endswith("Override")}
    assert stated <= names
    for name in names:
        if not name.endswith(".bin"):
            ElementTree.fromstring(package.read(name))
        if name.endswith(".rels"):
            folder = Path("/", name).parent.parent
            for relation in ElementTree.fromstring(package.read(name)):
                target = (folder / relation.get("Target", "")).resolve()
                assert str(target).lstrip("/") in names
    assert b"addin.macroEnabled.main+xml" in package.read("[Content_Types].xml")


def test_sheets_and_modules_belong_together(package: zipfile.ZipFile) -> None:
    code_names = {
        re.search(rb'codeName="(\w+)"', package.read(part))[1].decode()  # type: ignore[index]
        for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml")
    }
    assert code_names == {module.name for module in modules(PYTHON, "1") if module.document}


def test_the_project_holds_the_modules(package: zipfile.ZipFile) -> None:
    parts = streams(package.read("xl/vbaProject.bin"))
    made = modules(PYTHON, "1.2.3")
    assert texts(parts) == {module.name: module.text for module in made}
    said = parts["PROJECT"].decode("cp1252")
    for module in made:
        assert f"{'Document' if module.document else 'Module'}={module.name}" in said
        assert module.name.encode() + b"\0" + module.name.encode("utf-16-le") + b"\0\0" in parts["PROJECTwm"]
    # VBA refuses a module that has the name of its project.
    name = re.search(r'^Name="(\w+)"', said, re.MULTILINE)
    assert name
    assert name[1].lower() not in {module.name.lower() for module in made}


def test_the_project_is_of_the_form_that_xlwings_ships(package: zipfile.ZipFile) -> None:
    ours = streams(package.read("xl/vbaProject.bin"))
    theirs = project(xlwings_addin())
    assert {name.partition("/")[0] for name in ours} == {name.partition("/")[0] for name in theirs}
    # Nothing compiled: a version of FFFF, which Excel takes as a reason to compile.
    assert ours["VBA/_VBA_PROJECT"][:4] == theirs["VBA/_VBA_PROJECT"][:4] == b"\xcc\x61\xff\xff"
    assert len(ours["VBA/_VBA_PROJECT"]) == len(theirs["VBA/_VBA_PROJECT"])

    def form(parts: dict[str, bytes]) -> list[int]:
        """The numbers of the records up to the first two modules, which begin with 19."""
        numbers = [number for number, _ in records(decompressed(parts["VBA/dir"]))]
        places = [place for place, number in enumerate(numbers) if number == 0x19]
        return numbers[: places[2]]

    assert form(ours) == form(theirs)
    assert records(decompressed(ours["VBA/dir"]))[-1] == records(decompressed(theirs["VBA/dir"]))[-1]

    def headings(parts: dict[str, bytes]) -> set[str]:
        lines = parts["PROJECT"].decode("cp1252").splitlines()
        kinds = {line.partition("=")[0] for line in lines[: lines.index("[Workspace]")]}
        return kinds - {"Class"}  # we have none

    assert headings(ours) == headings(theirs)


def test_protection_is_disguised_as_excel_does() -> None:
    theirs = project(xlwings_addin().parent.parent / "quickstart.xlsm")["PROJECT"].decode("cp1252")
    identity = re.search(r'ID="([^"]+)"', theirs)
    assert identity
    for name, data in (("CMG", bytes(4)), ("DPB", bytes(1)), ("GC", b"\xff")):
        stated = re.search(rf'{name}="(\w+)"', theirs)
        assert stated
        assert revealed(identity[1], stated[1]) == revealed(identity[1], hidden(identity[1], data)) == data


def revealed(identity: str, text: str) -> bytes:
    """What a disguised setting says ([MS-OVBA] 2.4.3.3)."""
    data = bytes.fromhex(text)
    seed, version, key = data[0], data[1] ^ data[0], data[2] ^ data[0]
    assert (version, key) == (2, sum(identity.encode()) & 0xFF)
    out = bytearray()
    plain, one_back, two_back = key, data[2], data[1]
    for coded in data[3:]:
        plain = coded ^ ((two_back + plain) & 0xFF)
        out.append(plain)
        one_back, two_back = coded, one_back
    ignored = (seed & 6) // 2
    assert int.from_bytes(out[ignored : ignored + 4], "little") == len(out) - ignored - 4
    return bytes(out[ignored + 4 :])


@pytest.mark.parametrize("size", [1, 2, 3, 4095, 4096, 4097, 12_345])
@pytest.mark.parametrize("letters", ["a", "ab", "abcdefgh \r\n"])
def test_compression(size: int, letters: str) -> None:
    source = random.Random(size)
    data = "".join(source.choice(letters) for _ in range(size)).encode()
    assert decompressed(compressed(data)) == data


def test_compound_file_of_many_sizes() -> None:
    sizes = (0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 70_000, 400_000)
    tree = {f"s{size}": random.Random(size).randbytes(size) for size in sizes}
    found = streams(compound_file({**tree, "Folder": {"a": b"x" * 5000, "bb": b"y"}}))
    assert found == {**tree, "Folder/a": b"x" * 5000, "Folder/bb": b"y"}


def test_what_starts_python() -> None:
    start = modules(PYTHON, "1")[-1].text
    assert '"C:\\Users\\Jo Doe\\unitsheet\\Scripts"' in start
    assert '"C:\\Users\\Jo Doe\\unitsheet"' in start
    assert "xlwings64-0.37.8.dll" in start
    assert "xlwings32-0.37.8.dll" in start
    assert PYTHON.command == (
        'cmd.exe /K ""C:\\Users\\Jo Doe\\unitsheet\\Scripts\\python.exe" -B -P -c '
        '"import xlwings; xlwings.serve(\'$(CLSID)\')""'
    )


def test_python_of_conda_is_activated() -> None:
    environment = PureWindowsPath(r"C:\conda\envs\fin")
    python = Python(str(environment / "python.exe"), "0.37.8", r"C:\conda", str(environment))
    assert python.command.startswith(
        'cmd.exe /K ""C:\\conda\\condabin\\conda.bat" activate "C:\\conda\\envs\\fin" && "C:\\conda'
    )


def test_a_folder_with_any_letters() -> None:
    start = modules(Python("C:\\Users\\王小明\\😀\\python.exe", "0.37.8"), "1")[-1].text
    assert start.isascii()
    assert (
        '"C:\\Users\\" & ChrW(29579) & ChrW(23567) & ChrW(26126) & "\\" & ChrW(55357) & ChrW(56832)' in start
    )


def test_intellisense() -> None:
    root = ElementTree.fromstring(intellisense_xml())
    described = {one.get("Name"): one for one in root.iter(f"{{{NAMESPACE}}}Function")}
    assert described.keys() == functions().keys()
    for name, one in described.items():
        assert one.get("Description") == functions()[str(name)].summary
        assert all(argument.get("Name") and argument.get("Description") for argument in one)
    assert [one.get("Name") for one in described["CAC"]] == [
        "media", "new_total", "[new_paid]", "[other_sm]", "[method]",
    ]  # fmt: skip


def test_the_same_registry_gives_the_same_file() -> None:
    assert addin(PYTHON, "1") == addin(PYTHON, "1") != addin(PYTHON, "2")
    assert MODULE in [module.name for module in modules(PYTHON, "1")]
