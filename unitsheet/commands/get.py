"""`unitsheet get`: stored values by name or cell."""

from __future__ import annotations

import click

from unitsheet.commands.options import format_option


@click.command("get")
@click.argument("file")
@click.argument("references", nargs=-1, required=True, metavar="NAME_OR_CELL...")
@format_option
@click.pass_context
def command(ctx: click.Context, file: str, references: tuple[str, ...], form: str) -> None:
    """Print the stored values of names or cells.

    A reference is a defined name, a cell such as Sheet1!B3 or an area such as
    Sheet1!A1:C9, which prints as rows with tabs. Several references print with the
    reference before each row. Nothing is recalculated: a formula without a stored
    value is a finding (exit 1).
    """
    from unitsheet.books import NotCalculatedError, read
    from unitsheet.figures import as_json, shown
    from unitsheet.terminal import print_json
    from workbook.book import Book

    book = Book.open(file)
    try:
        values = {reference: read(book, reference) for reference in references}
    except NotCalculatedError as error:
        click.echo(str(error), err=True)
        ctx.exit(1)
    if form == "json":
        print_json({reference: as_json(value) for reference, value in values.items()})
        return
    for reference, value in values.items():
        label = [reference] if len(values) > 1 else []
        for row in value if isinstance(value, list) else [[value]]:
            click.echo("\t".join([*label, *(shown(cell) for cell in row)]))
