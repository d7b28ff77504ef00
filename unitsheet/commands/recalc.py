"""`unitsheet recalc`: work workbooks out again without a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from unitsheet.cli import FAILED, FINDINGS, sentence
from unitsheet.commands.options import format_option

if TYPE_CHECKING:
    from workbook.recalculate import Recalculation


class Outcome(NamedTuple):
    """What became of one file: its recalculation, or the sentence that says why there is none."""

    file: str
    result: Recalculation | None
    failure: str = ""


@click.command("recalc")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--out", metavar="PATH", help="Write here; with several files, into this folder.")
@click.option("--in-place", is_flag=True, help="Write back into each file.")
@click.option("--force", is_flag=True, help="Replace what --out names if it exists.")
@format_option
@click.option("--quiet", is_flag=True, help="Say nothing of files that are clean.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    out: str | None,
    in_place: bool,
    force: bool,
    form: str,
    quiet: bool,
) -> None:
    """Recalculate workbooks and report errors and findings.

    Takes .xlsx and .xlsm, made by unitsheet or not. Only the stored values of
    formulas change in what is written; without --out or --in-place nothing is
    written. Exit 1 if there is an error cell other than #N/A or a finding, 2 if a
    file could not be recalculated.
    """
    from unitsheet.report import print_report
    from unitsheet.terminal import log_briefly, print_json

    if out is not None and in_place:
        ctx.fail("say either --out or --in-place, not both")
    log_briefly(ctx.obj)
    targets = _targets(ctx, files, out)
    outcomes: list[Outcome] = []
    for outcome in _recalculated(list(zip(files, targets, strict=True)), in_place, force, debug=ctx.obj):
        outcomes.append(outcome)
        if outcome.failure:
            click.echo(outcome.failure, err=True)
        elif form == "text" and outcome.result and not (quiet and outcome.result.clean):
            print_report(outcome.result)
    if form == "json":
        objects = [_as_json(outcome) for outcome in outcomes]
        print_json(objects if len(files) > 1 else objects[0])
    ctx.exit(_exit_code(outcomes))


def _targets(ctx: click.Context, files: Sequence[str], out: str | None) -> list[str | None]:
    """Where each file's result goes; two results never go to one place."""
    if out is None:
        return [None] * len(files)
    from pathlib import Path

    folder = Path(out).is_dir()
    if len(files) > 1 and not folder:
        ctx.fail(f"with several files --out must be a folder, and {out} is none")
    names = [Path(file).name for file in files]
    twice = next((name for name in names if names.count(name) > 1), None)
    if folder and twice:
        ctx.fail(f"two of the files are called {twice}; write them to different folders")
    return [str(Path(out) / name) if folder else out for name in names]


def _recalculated(
    jobs: Sequence[tuple[str, str | None]], in_place: bool, force: bool, *, debug: bool
) -> Iterator[Outcome]:
    """Recalculate file after file; one that fails does not stop the others."""
    from unitsheet.books import recalculate
    from unitsheet.terminal import messages, working

    for number, (file, target) in enumerate(jobs, start=1):
        try:
            with working(f"recalculating {file} ({number} of {len(jobs)})"):
                result = recalculate(file, out=target, in_place=in_place, force=force)
        except Exception as error:  # noqa: BLE001 - the other files are still to be done
            if debug:
                messages().print_exception()
            yield Outcome(file, None, sentence(error))
        else:
            yield Outcome(file, result)


def _as_json(outcome: Outcome) -> dict[str, object]:
    if outcome.result is None:
        return {"file": outcome.file, "error": outcome.failure}
    return outcome.result.as_json()


def _exit_code(outcomes: Iterable[Outcome]) -> int:
    results = [outcome.result for outcome in outcomes]
    if any(result is None for result in results):
        return FAILED
    return 0 if all(result and result.clean for result in results) else FINDINGS
