"""The file a workbook is saved to: whether it may be written, and how it is replaced whole."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engine.errors import FileError

_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def refuse_if_unwritable(target: str | os.PathLike[str]) -> None:
    """Raise FileError if the target cannot be saved: better before the work than after it."""
    path = _resolved(target)
    folder = path.parent
    if not folder.is_dir():
        raise FileError(
            f"{target} cannot be written because the folder {folder} is not there: create it first."
        )
    if path.is_dir():
        raise FileError(f"{target} is a folder: give the name of a file.")
    if not _writable(folder):
        raise FileError(f"{target} cannot be written because its folder is read-only: choose another folder.")
    if path.exists() and not _writable(path):
        raise FileError(f"{target} is read-only: allow writing to it, or choose another name.")
    for owner in (f"~${path.name}", f".~lock.{path.name}#"):
        if (folder / owner).exists():
            raise FileError(
                f"{target} is open in another program: close it there (or delete {owner} if it is not)."
            )


def refuse_to_replace(target: str | os.PathLike[str]) -> None:
    """Raise FileError if there is a file already, which only `force` may replace."""
    if Path(target).exists():
        raise FileError(f"{os.fspath(target)} exists already: use --force to replace it.")


def chosen_target(
    path: str | os.PathLike[str], out: str | os.PathLike[str] | None, *, in_place: bool, force: bool
) -> str | os.PathLike[str] | None:
    """Where a changed workbook goes: to `out`, in place, or nowhere; refused before the work, not after."""
    if out is not None and in_place:
        raise FileError("say either where to write or to write in place, not both")
    target = path if in_place else out
    if target is None:
        return None
    if not (in_place or force):
        refuse_to_replace(target)
    refuse_if_unwritable(target)
    return target


def replace_whole(target: str | os.PathLike[str], write: Callable[[BinaryIO], None]) -> None:
    """Write a file beside the target and put it in its place, or leave everything as it was."""
    refuse_if_unwritable(target)
    path = _resolved(target)
    beside = path.parent / f".unitsheet-{secrets.token_hex(8)}.tmp"
    try:
        with beside.open("xb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            _keep_owner(path, beside)
        os.replace(beside, path)  # noqa: PTH105  # so that a test can let it fail
    except OSError as error:
        raise FileError(_why_not(target, error)) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _resolved(target: str | os.PathLike[str]) -> Path:
    """The file behind a link, so that the link stays one."""
    try:
        return Path(os.path.realpath(target))
    except (OSError, ValueError) as error:
        raise FileError(f"{target} is not a name for a file: {error}.") from error


def _writable(path: Path) -> bool:
    # Who runs as root may write anywhere, and a folder on Windows has no such mark.
    marked = bool(path.stat().st_mode & _ANY_WRITE) or (os.name == "nt" and path.is_dir())
    return marked and os.access(path, os.W_OK)


def _keep_owner(path: Path, beside: Path) -> None:
    """Give the new file the permissions of the old one, and its owner where that is allowed."""
    old = path.stat()
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(beside, old.st_uid, old.st_gid)
    beside.chmod(stat.S_IMODE(old.st_mode))


def _why_not(target: str | os.PathLike[str], error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{target} is left as it was because the disk is full: free some space and try again."
    if isinstance(error, PermissionError):
        return f"{target} is left as it was because it may not be written or is open in another program."
    return f"{target} is left as it was because it cannot be written: {error.strerror or error}."
