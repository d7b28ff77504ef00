"""Lets `python -m unitsheet` do what the command does."""

from unitsheet.cli import main

main(prog_name="unitsheet")
