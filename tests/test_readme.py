"""What the README shows is so: its formulas, its Python, its commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import unitsheet
from engine.errors import CellError
from unitsheet.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `=(\w+)\((.*)\)` \| (\S+) \|", README, flags=re.MULTILINE)


@pytest.mark.parametrize(("name", "arguments", "shown"), ROWS)
def test_formula_table(name: str, arguments: str, shown: str) -> None:
    args = [_argument(text) for text in arguments.split(",")]
    result = unitsheet.function(name).cells(*args)
    printed = shown.strip("`")
    if isinstance(result, CellError):
        assert str(result) == printed
    else:
        assert f"{result:.{len(printed.partition('.')[2])}f}" == printed


def _argument(text: str) -> float | str | None:
    if not text:
        return None
    return text.strip('"') if text.startswith('"') else float(text)


def test_there_is_a_table() -> None:
    assert len(ROWS) >= 5


def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        for line in block.splitlines():
            if "# raises" in line:
                with pytest.raises(unitsheet.FunctionError) as raised:
                    exec(line, {"unitsheet": unitsheet})
                assert str(raised.value) in line
        exec("\n".join(ln for ln in block.splitlines() if "# raises" not in ln), {"unitsheet": unitsheet})


def test_commands_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-product.toml").write_bytes((ROOT / "templates" / "companies" / "blank.toml").read_bytes())
    actuals = "company,line,month,value\nkimi,mau,2024-01,4100000\n"
    (tmp_path / "actuals.csv").write_text(actuals, encoding="utf-8")
    with pytest.importorskip("duckdb").connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        warehouse.execute("create table actuals as select * from 'actuals.csv'")
    lines = re.findall(r"^(?:- run: )?unitsheet (.*)$", README, flags=re.MULTILINE)
    lines += re.findall(r"`unitsheet ((?:functions|calc|companies) [^`]*)`", README)
    assert len(lines) >= 5
    for line in lines:
        if "models/*" in line:
            continue
        done = CliRunner().invoke(main, shlex.split(line))
        assert done.exit_code == 0, (line, done.output)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
