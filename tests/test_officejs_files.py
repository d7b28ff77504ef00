"""What Excel loads says what the registry declares, and Microsoft's own tools read it the same way."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from host_officejs import node

from engine.arguments import Rest
from engine.hosting import NAMESPACE
from engine.registry import functions
from udfs.officejs import metadata, wire
from udfs.officejs.limits import Limits
from udfs.officejs.manifest import ICON_SIZES, add_in_id, four_numbers, manifest
from udfs.officejs.server import STATIC

BASE, TOKEN = "https://localhost:8765", "a-token-for-tests-only"
PAGE = f"{BASE}/taskpane.html"
ENGLISH = metadata.functions_json(PAGE)
CHINESE = metadata.functions_json(PAGE, "zh")
MANIFEST = manifest(BASE, TOKEN, "0.1.0")
SCRIPT = metadata.script(
    f"var unitsheetSettings = {wire.text({'limits': Limits().for_script()}).decode()};",
    (STATIC / "functions.js").read_text(encoding="utf-8"),
    PAGE,
)
# The names Microsoft asks for have three letters; MC has one fewer, behind its namespace.
SHORT = {"MC"}
RESERVED = {
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function",
    "if", "implements", "import", "in", "instanceof", "interface", "invocation", "let", "new", "null",
    "package", "private", "protected", "public", "return", "static", "super", "switch", "this", "throw",
    "true", "try", "typeof", "var", "void", "while", "with", "yield",
}  # fmt: skip


# functions.json


def test_every_function_is_there() -> None:
    described = {one["id"]: one for one in ENGLISH["functions"]}
    assert list(described) == list(functions())
    assert ENGLISH["allowErrorForDataTypeAny"] is True
    for name, one in described.items():
        assert one["name"] == name
        assert one["description"] == functions()[name].summary
        assert one["helpUrl"] == f"{PAGE}#{name}"
        assert one["result"] == {"dimensionality": "matrix"}


def test_every_argument_is_there() -> None:
    for one in ENGLISH["functions"]:
        declared = functions()[one["id"]].arguments
        for parameter in one["parameters"]:
            argument = declared[parameter["name"]]
            assert parameter["description"].startswith(argument.help)
            assert parameter.get("optional", False) is argument.optional
            assert parameter.get("repeating", False) is isinstance(argument, Rest)
            assert (parameter["type"], parameter["dimensionality"]) == ("any", "matrix")
        left = list(declared)[len(one["parameters"]) :]
        assert not left or one["parameters"][-1].get("repeating")
        for word in left:
            assert f"the last may be {word}: " in one["parameters"][-1]["description"]


def test_descriptions_say_unit_words_and_default() -> None:
    said = {
        (one["id"], parameter["name"]): parameter["description"]
        for one in ENGLISH["functions"]
        for parameter in one["parameters"]
    }
    assert said["LTV", "arpu"] == "Revenue per user (money/user/month)"
    assert said["LTV", "disc_annual"] == "Discount rate a year, effective (ratio; blank: 0)"
    assert said["LTV", "method"].endswith("(cohort, simple; blank: cohort)")
    assert max(map(len, said.values())) <= 255


def test_chinese_is_the_same_in_other_words() -> None:
    assert len(CHINESE["functions"]) == len(ENGLISH["functions"])
    for one, other in zip(CHINESE["functions"], ENGLISH["functions"], strict=True):
        assert re.search(r"[\u4e00-\u9fff]", one["description"])
        assert _bare(one) == _bare(other)
        assert all(re.search(r"[\u4e00-\u9fff]", parameter["description"]) for parameter in one["parameters"])


def _bare(described: dict[str, Any]) -> dict[str, Any]:
    """A function without its texts."""
    parameters = [
        {key: value for key, value in one.items() if key != "description"} for one in described["parameters"]
    ]
    return described | {"description": "", "parameters": parameters}


def test_names_are_what_excel_allows() -> None:
    for name in functions():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", name)
        assert len(name) >= 3 or name in SHORT
        assert not re.fullmatch(r"[A-Z]{1,3}\d+|R\d+C\d+", name)
    assert all(name in functions() for name in SHORT)


def test_no_parameter_is_a_word_of_javascript() -> None:
    for function in functions().values():
        assert not RESERVED & function.arguments.keys()


# Microsoft's tools


@pytest.fixture(scope="module")
def microsoft(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What its generator reads in the comments of functions.js, and its reader in the manifest."""
    folder = tmp_path_factory.mktemp("office")
    script, file = folder / "functions.js", folder / "manifest.xml"
    script.write_text(SCRIPT, encoding="utf-8")
    file.write_text(MANIFEST, encoding="utf-8")
    return node("microsoft.mjs", str(script), str(file))


def test_microsofts_generator_makes_the_same_functions_json(microsoft: Any) -> None:
    assert microsoft["errors"] == []
    generated = {one["id"]: one for one in microsoft["metadata"]["functions"]}
    for one in ENGLISH["functions"]:
        assert generated[one["id"]] == one
    assert [one["id"] for one in microsoft["associated"]] == list(functions())


def test_microsofts_reader_understands_the_manifest(microsoft: Any) -> None:
    found = microsoft["manifest"]
    assert found["id"] == add_in_id(BASE)
    assert (found["version"], found["displayName"], found["hosts"]) == ("0.1.0.0", "unitsheet", ["Workbook"])
    assert found["defaultSettings"]["sourceLocation"] == f"{PAGE}?token={TOKEN}"
    assert (found["officeAppType"], found["permissions"]) == ("TaskPaneApp", "ReadWriteDocument")


# the manifest


OVERRIDES = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
TYPES = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"


def test_every_resource_of_the_manifest_exists() -> None:
    root = ET.fromstring(MANIFEST)
    resources = [one for kind in ("Image", "Url", "String") for one in root.iter(f"{TYPES}{kind}")]
    defined = {one.get("id") for one in resources if one.get("id")}
    used = {one.get("resid") for one in root.iter() if one.get("resid")}
    assert used == defined
    assert {one.get("resid") for one in root.iter(f"{OVERRIDES}Runtime")} == {"Pane.Url"}
    page = root.find(f".//{OVERRIDES}Page/{OVERRIDES}SourceLocation")
    assert page is not None
    assert page.get("resid") == "Pane.Url"


def test_every_file_of_the_manifest_is_served() -> None:
    root = ET.fromstring(MANIFEST)
    values = [one.get(key, "") for one in root.iter() for key in ("DefaultValue", "Value")]
    places = {value for value in values if value.startswith("http")}
    assert len(places) > 8
    made = {"functions.json", "functions-zh.json", "functions.js"}
    for place in places:
        assert place.startswith(f"{BASE}/")
        name = place.removeprefix(f"{BASE}/").partition("?")[0]
        assert name in made or (STATIC / name).is_file()


def test_the_manifest_names_the_namespace_and_keeps_to_the_lengths_of_office() -> None:
    root = ET.fromstring(MANIFEST)
    short = {one.get("id"): one.get("DefaultValue", "") for one in root.iter(f"{TYPES}String")}
    assert short["Functions.Namespace"] == NAMESPACE
    assert all(len(text) <= 125 for name, text in short.items() if name != "Open.Tip")
    assert len(short["Open.Tip"]) <= 250
    assert all(len(str(one.get("id") or one.get("resid") or "")) <= 32 for one in root.iter())


def test_a_manifest_is_the_same_every_time_and_another_for_another_server() -> None:
    assert manifest(BASE, TOKEN, "0.1.0") == MANIFEST
    assert add_in_id("https://localhost:8766") != add_in_id(BASE)


@pytest.mark.parametrize(
    ("version", "shown"),
    [("0.1.0", "0.1.0.0"), ("1.2", "1.2.0.0"), ("2.0.0rc1", "2.0.0.0"), ("1.2.3.4.5", "1.2.3.4")],
)
def test_versions(version: str, shown: str) -> None:
    assert four_numbers(version) == shown


# the files beside it


def test_the_icons_are_small_pictures() -> None:
    from PIL import Image

    for size in ICON_SIZES:
        path = STATIC / f"icon-{size}.png"
        with Image.open(path) as picture:
            assert picture.size == (size, size)
        assert path.stat().st_size < 2_000


def test_scripts_stay_short_and_load_nothing_from_elsewhere() -> None:
    for path in sorted(STATIC.iterdir()):
        if path.suffix not in (".js", ".html", ".css"):
            continue
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path.name
        hosts = set(re.findall(r"https?://([\w.]+)", text))
        assert hosts <= {"appsforoffice.microsoft.com", "www.w3.org"}, path.name
        assert "innerHTML" not in text
        assert "eval(" not in text


def test_both_languages_have_every_text() -> None:
    text = (STATIC / "texts.js").read_text(encoding="utf-8")
    key = re.compile(r"^    (?:\"([\w ]+)\"|(\w+)):", re.MULTILINE)
    english, chinese = map(key.findall, _languages(text))
    assert english == chinese
    assert len(english) > 40


def _languages(text: str) -> tuple[str, str]:
    """The two tables; each begins at its key and ends where it is closed."""
    parts = re.findall(r"^  (?:en|zh): \{\n(.*?)^  \},$", text, re.MULTILINE | re.DOTALL)
    return parts[0], parts[1]
