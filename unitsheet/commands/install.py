"""`unitsheet install` and `uninstall`: bring the functions into a spreadsheet program, or take them back."""

from __future__ import annotations

from importlib import import_module

import click

from unitsheet.cli import accept_debug

HOSTS = ("excel", "libreoffice", "lite")


class Hosts(click.Group):
    """A group with a command for each program, loaded when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The programs, the most used first."""
        return list(HOSTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a program's module that has the name of this group."""
        if cmd_name not in HOSTS:
            return None
        module = import_module(f"unitsheet.commands.install_{cmd_name}")
        found: click.Command | None = getattr(module, self.name or "", None)
        if found is not None:
            accept_debug(found)
        return found


@click.group("install", cls=Hosts)
def command() -> None:
    """Bring the functions into a spreadsheet program.

    LAMBDA names need no installation: `unitsheet new --functions lambda` writes them
    into the workbook. For Excel on Mac and on the web see `unitsheet serve`.
    """
