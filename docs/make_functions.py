"""Write the function reference in docs/functions afresh from the registry, or check it.

Run `python docs/make_functions.py` from the root of a checkout; with `--check` it writes nothing, names
every page that is not as the registry has it, and exits 1 if there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from engine.registry import library
from unitsheet.reference import pages

FOLDER = Path(__file__).resolve().parent / "functions"


def main(args: list[str]) -> int:
    """Write the pages, or with `--check` compare them; the exit code."""
    if args not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    found = list(drift(FOLDER))
    for line in found:
        sys.stdout.write(f"{line}\n")
    if args:
        return 1 if found else 0
    write(FOLDER)
    return 0


def drift(folder: Path) -> Iterator[str]:
    """Every page that is missing, differs, or is left over from a function that is no more."""
    wanted = pages(library())
    for name, text in wanted.items():
        path = folder / name
        if not path.exists():
            yield f"{name} is missing"
        elif path.read_text(encoding="utf-8") != text:
            yield f"{name} differs"
    yield from (f"{path.name} is left over" for path in _others(folder, wanted))


def write(folder: Path) -> None:
    """Write every page, and remove those left over."""
    wanted = pages(library())
    folder.mkdir(exist_ok=True)
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for path in _others(folder, wanted):
        path.unlink()


def _others(folder: Path, wanted: dict[str, str]) -> list[Path]:
    return [path for path in sorted(folder.glob("*.md")) if path.name not in wanted]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
