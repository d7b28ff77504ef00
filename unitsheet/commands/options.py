"""Options that several commands share."""

from __future__ import annotations

from typing import Any

import click

FORMAT: dict[str, Any] = {
    "type": click.Choice(("text", "json")),
    "default": "text",
    "show_default": True,
    "help": "What to print.",
}
format_option = click.option("--format", "form", **FORMAT)
months_option = click.option(
    "--months", type=int, default=60, show_default=True, metavar="N", help="Months to cover, 12 to 120."
)
scenario_option = click.option(
    "--scenario", default="base", show_default=True, metavar="NAME", help="Live scenario: bear, base or bull."
)
HOSTS = "excel, officejs, lite, lambda or libreoffice"
"""The names of `engine.hosting.Host`, as a person reads them."""
