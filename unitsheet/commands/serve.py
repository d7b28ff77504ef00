"""`unitsheet serve`: the functions for Excel on Mac, on the web and on Windows, from this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from unitsheet.serving import Folder

_WEF = "~/Library/Containers/com.microsoft.Excel/Data/Documents/wef"
NEEDED = ("cryptography", "starlette", "uvicorn")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port",
    default=8765,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="N",
    help="The port; 0 takes any that is free.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="Pages of this origin may ask too, such as https://finance.example.com; may be given again.",
)
@click.option("--token", metavar="TEXT", help="What the add-in must know; made and kept if left out.")
@click.option(
    "--manifest",
    "manifest_file",
    type=click.Path(dir_okay=False),
    metavar="PATH",
    help="Where to write the manifest, which Excel loads once.",
)
@click.pass_context
def command(
    ctx: click.Context,
    host: str,
    port: int,
    origins: tuple[str, ...],
    token: str | None,
    manifest_file: str | None,
) -> None:
    """Serve the functions to Excel on Mac, on the web and on Windows.

    Prints what is left to do by hand the first time: trust the certificate, load the
    manifest. Excel then has =UE.CAC(...) and all the others, and a task pane. Stays
    until Ctrl-C; while it is away, cells show #N/A.
    """
    _refuse_if_incomplete()
    from pathlib import Path

    from udfs.officejs.manifest import manifest
    from udfs.officejs.server import AddIn, application
    from unitsheet import __version__, taskpane
    from unitsheet.serving import Folder, is_loopback, listening, private, public_name, run
    from unitsheet.terminal import log_briefly

    log_briefly(ctx.obj)
    folder = Folder(Path(click.get_app_dir("unitsheet", force_posix=False)))
    pages = tuple(_origin(url) for url in origins)
    token = folder.token(token)
    name = public_name(host)
    bound = listening(host, port)
    base = f"https://{name}:{bound.getsockname()[1]}"
    renewed = folder.certify(_names(name))
    file = Path(manifest_file) if manifest_file else folder.manifest
    private(file, manifest(base, token, __version__).encode())
    add_in = AddIn(base, token, __version__, taskpane.catalogue(), taskpane.companies(), pages)
    if not is_loopback(host):
        reached = f"{host} can be reached from other machines"
        click.echo(f"warning: {reached}; the token is all that guards it", err=True)
    click.echo("\n".join(_steps(base, file, folder, renewed)))
    run(application(add_in), bound, folder)
    click.echo("stopped", err=True)


def _refuse_if_incomplete() -> None:
    """One sentence where the packages of the extra are not installed."""
    from importlib.util import find_spec

    from engine.errors import InputError

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(f'serving needs {", ".join(missing)}: run pip install "unitsheet[serve]"')


def _origin(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise click.UsageError(f"--origin takes https://name or https://name:port, not {url!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _names(name: str) -> tuple[str, ...]:
    from unitsheet.certificate import LOOPBACK

    return tuple(dict.fromkeys((*LOOPBACK, name)))


def _steps(base: str, manifest: Path, folder: Folder, renewed: bool) -> Iterator[str]:
    """What is left to a person, for this machine first."""
    yield f"unitsheet serves its functions at {base}"
    yield ""
    when = "the certificate is new" if renewed else "if you have not done so"
    yield f"1. Trust the certificate ({when}):"
    yield f"   {_trust(folder.certificate)}"
    yield f"2. Load the manifest in Excel, once: {manifest}"
    yield from _load(base, manifest)
    yield "3. Type =UE.CAC(1000,8) in a cell, or press Functions on the Home tab."
    yield ""
    yield "Keep this running while Excel is open; Ctrl-C ends it."


def _trust(certificate: Path) -> str:
    if sys.platform == "darwin":
        keychain = "~/Library/Keychains/login.keychain-db"
        return f'security add-trusted-cert -r trustRoot -p ssl -k {keychain} "{certificate}"'
    if sys.platform == "win32":
        return f'certutil -user -addstore Root "{certificate}"'
    return f"add {certificate} to the authorities of the browser that Excel on the web runs in"


def _load(base: str, manifest: Path) -> Iterator[str]:
    from udfs.officejs.manifest import add_in_id

    key = r"HKCU\Software\Microsoft\Office\16.0\WEF\Developer"
    ways = {
        "win32": f'   Windows: reg add {key} /v {add_in_id(base)} /d "{manifest}" /f',
        "darwin": f"   Mac: copy it to {_WEF} (make the folder)",
        "web": "   Web: Home > Add-ins > More Settings > Upload My Add-in",
    }
    here = sys.platform if sys.platform in ways else "web"
    yield ways.pop(here)
    yield from ways.values()
    yield "   then open Excel anew and choose unitsheet under Home > Add-ins"
