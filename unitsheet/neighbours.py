"""Whether `engine`, `workbook` and `udfs` are unitsheet's own; the names are ones others use too.

This runs whenever unitsheet is imported, so it asks the finders where a package
would come from and imports nothing, not even `importlib.util`.
"""

import os
import sys

TYPE_CHECKING = False  # typing itself takes longer to load than all of this
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

ROOMS = ("engine", "workbook", "udfs")
COMMANDS = ("unitsheet", "unitsheet.exe", "-m")
FAILED = 2


class ForeignPackageError(ImportError):
    """Another package stands where one of unitsheet's own should be."""


def refuse_foreign() -> None:
    """Raise ForeignPackageError, in one sentence, unless all rooms lie beside unitsheet.

    The command has no way to catch what goes wrong before it is imported, so it
    gets the sentence and the exit code here.
    """
    try:
        _check_rooms()
    except ForeignPackageError as error:
        if os.path.basename(sys.argv[0]) not in COMMANDS:  # noqa: PTH119
            raise
        print(error, file=sys.stderr)
        sys.exit(FAILED)


def _check_rooms() -> None:
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib is slow to load
    for room in ROOMS:
        folder = _folder_of(room)
        if folder is None:
            raise ForeignPackageError(
                f"unitsheet is not complete: {home} lacks its package {room!r}; install unitsheet again."
            )
        if not _same_folder(folder, home):
            raise ForeignPackageError(
                f"unitsheet cannot run: the package {room!r} in {folder} is not its own one in {home}; "
                "rename it, take that folder off the Python path, or start from another folder."
            )


def _folder_of(name: str) -> "str | None":
    """The folder in which Python finds a top-level package or module, or None."""
    spec = _spec(name)
    if spec is None:
        return None
    places = list(spec.submodule_search_locations or ()) or [spec.origin or ""]
    return os.path.dirname(os.path.abspath(places[0]))  # noqa: PTH100, PTH120


def _spec(name: str) -> "ModuleSpec | None":
    """What an import of `name` would load: what is loaded already, else what a finder knows."""
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__spec__ is not None:
        return loaded.__spec__
    found = (finder.find_spec(name, None) for finder in sys.meta_path if hasattr(finder, "find_spec"))
    return next((spec for spec in found if spec is not None), None)


def _same_folder(one: str, other: str) -> bool:
    try:
        return one == other or os.path.samefile(one, other)  # noqa: PTH121
    except OSError:
        return False
