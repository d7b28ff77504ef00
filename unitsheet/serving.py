"""What `unitsheet serve` keeps in the folder of the person, and the server it runs.

The folder holds a token, a certificate with its key, and the manifest, which has the
token in it; none of these can be read by anyone else.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import ipaddress
import logging
import os
import re
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError, InputError

_TOKEN = re.compile(r"[\w\-]{16,200}", re.ASCII)
_GRACE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of the server and its files."""

    path: Path

    @property
    def certificate(self) -> Path:
        """What a person trusts."""
        return self.path / "localhost.crt"

    @property
    def key(self) -> Path:
        """The private half of the certificate."""
        return self.path / "localhost.key"

    @property
    def manifest(self) -> Path:
        """What Excel loads, unless another file is named."""
        return self.path / "manifest.xml"

    def token(self, given: str | None) -> str:
        """The token given, or the one that was made the first time."""
        if given is not None:
            if not _TOKEN.fullmatch(given):
                raise InputError("a token is 16 to 200 letters, digits, - and _; left out, one is made")
            return given
        file = self.path / "token"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            kept = file.read_text(encoding="ascii").strip()
            if _TOKEN.fullmatch(kept):
                return kept
        made = secrets.token_urlsafe(24)
        private(file, made.encode())
        return made

    def certify(self, names: Sequence[str]) -> bool:
        """See to a certificate for these names; whether a new one was made, which must be trusted anew."""
        from unitsheet.certificate import make, usable

        now = dt.datetime.now(dt.UTC)
        if self.key.is_file() and usable(self.certificate, names, now):
            return False
        certificate, key = make(names, now)
        private(self.key, key)
        private(self.certificate, certificate)
        return True


def private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        beside.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise FileError(f"{file} cannot be written: {error.strerror or error}") from error


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server at this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def public_name(host: str) -> str:
    """The name that Excel reaches the server by."""
    if is_loopback(host):
        return "localhost"
    wild = host in ("0.0.0.0", "::")
    return socket.gethostname() if wild else host


def listening(host: str, port: int) -> socket.socket:
    """A socket at this address; an `InputError` where there can be none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        if os.name != "nt":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except socket.gaierror:
        raise InputError(f"there is no address {host!r} on this machine; leave out --host") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot listen at {host}:{port}: {reason}; try another --port") from None
    return made


def run(app: object, bound: socket.socket, folder: Folder) -> None:
    """Serve until a person ends it."""
    import uvicorn

    # Connections broken off by a client are no news.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    # What is loaded now stays; the collector need not look through it at every batch.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        ssl_certfile=folder.certificate,
        ssl_keyfile=folder.key,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[bound])
