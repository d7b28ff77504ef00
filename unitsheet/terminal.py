"""What commands print: tables on stdout, progress on stderr, JSON, and how wide."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

WIDTH_OF_A_FILE = 120


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Fall silent where rich would leave, so that the exit code is still the command's."""
        with suppress(SystemExit):
            super().on_broken_pipe()


def output() -> Console:
    """The console for results; in a file or a pipe 120 columns wide and without colours."""
    plain = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return _Console(width=WIDTH_OF_A_FILE if plain else None, highlight=False, markup=False, emoji=False)


def messages() -> Console:
    """The console for progress."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def table(*headers: str, title: str | None = None) -> Table:
    """A table with a line under its header; headers that begin with > are of number columns."""
    made = Table(box=None, title=title, title_justify="left", header_style="bold", pad_edge=False)
    for header in headers:
        number = header.startswith(">")
        justify: Literal["right", "left"] = "right" if number else "left"
        made.add_column(header.removeprefix(">"), justify=justify, overflow="fold", no_wrap=number)
    return made


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


@contextmanager
def working(on: str) -> Iterator[None]:
    """Show on a terminal that something takes a while."""
    console = messages()
    if not console.is_terminal:
        yield
        return
    with console.status(on):
        yield


class _Brief(logging.Handler):
    """Log records as a line on stderr, their traceback only under --debug."""

    def __init__(self, debug: bool) -> None:
        super().__init__(logging.WARNING)
        self.debug = debug

    def emit(self, record: logging.LogRecord) -> None:
        """Print one record."""
        text = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            text += f" ({type(error).__name__}: {error}); run again with --debug"
        click.echo(self.format(record) if self.debug else text, err=True)


def log_briefly(debug: bool) -> None:
    """Let what the rooms log reach a person as sentences."""
    logging.basicConfig(handlers=[_Brief(debug)], force=True)
