"""What the tests of the command line share: a run of it, the files it leaves, its refusals."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from unitsheet.cli import main


def us(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(result: Result, *words: str, code: int = 2) -> None:
    """One sentence on stderr, nothing on stdout, and every word in the sentence."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
