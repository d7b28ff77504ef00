"""Whether another installed package has files in the folders of ours.

A look at everything that is installed takes a fifth of a second, so only
`unitsheet doctor` and what Excel loads do this.
"""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from unitsheet.neighbours import ROOMS, ForeignPackageError

OURS = "unitsheet"


def strangers() -> list[tuple[str, str]]:
    """The packages that share a folder with one of ours: what is wrong, and what to do."""
    home = Path(__file__).resolve().parent.parent
    owners = packages_distributions()
    return [
        (
            f"the package {name!r} has put files into {home / room}, which is unitsheet's",
            f"run `pip uninstall {name}` and install unitsheet again",
        )
        for room in ROOMS
        for name in sorted({owner for owner in owners.get(room, ()) if owner != OURS})
        if _lies_in(distribution_of(name), home / room)
    ]


def refuse_strangers() -> None:
    """Raise ForeignPackageError where there are any."""
    for what, cure in strangers():
        raise ForeignPackageError(f"unitsheet cannot run: {what}; {cure}.")


def distribution_of(name: str) -> Distribution | None:
    """An installed package by name, or None."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _lies_in(package: Distribution | None, folder: Path) -> bool:
    if package is None:
        return False
    return any(
        folder in Path(str(package.locate_file(file))).resolve().parents for file in package.files or ()
    )
