"""`unitsheet uninstall`: take the functions out of a spreadsheet program again."""

from __future__ import annotations

import click

from unitsheet.commands.install import Hosts


@click.group("uninstall", cls=Hosts)
def command() -> None:
    """Take the functions out of a spreadsheet program again."""
