"""Options that several commands share."""

from __future__ import annotations

import click

format_option = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="What to print."
)
months_option = click.option(
    "--months", type=int, default=60, show_default=True, metavar="N", help="Length of the timeline, 12 to 120."
)
scenario_option = click.option(
    "--scenario", default="base", show_default=True, metavar="NAME", help="The live scenario: bear, base or bull."
)
