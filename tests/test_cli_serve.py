"""`unitsheet serve`: what it prints, what it keeps, whom it lets in, and how it ends."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from commandline import refused, us
from cryptography import x509
from host_officejs import node_host, node_program

import unitsheet
from unitsheet import certificate
from unitsheet.serving import Folder

TOKEN = "a-token-for-tests-only"
HOME = Path(unitsheet.__file__).resolve().parents[1]


@dataclass(slots=True)
class Running:
    """A command that serves, and what it printed before."""

    process: subprocess.Popen[str]
    printed: str
    folder: Path

    @property
    def base(self) -> str:
        """Where it serves."""
        return re.search(r"https://\S+", self.printed)[0]  # type: ignore[index]

    @property
    def page(self) -> str:
        """The task pane as the manifest states it."""
        text = (self.folder / "manifest.xml").read_text(encoding="utf-8")
        return re.search(r'<SourceLocation DefaultValue="([^"]+)"', text)[1]  # type: ignore[index]

    def ask(self, path: str) -> http.client.HTTPResponse:
        """A response by https, with nothing trusted but the certificate that was made."""
        parts = urlsplit(self.base)
        trusted = ssl.create_default_context(cafile=self.folder / "localhost.crt")
        connection = http.client.HTTPSConnection("localhost", parts.port, timeout=20, context=trusted)
        connection.request("GET", path)
        return connection.getresponse()


@contextmanager
def serving(home: Path, *args: str) -> Iterator[Running]:
    environment = os.environ | {
        "PYTHONPATH": str(HOME), "HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "unitsheet", "serve", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=home,
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        running = Running(process, "".join(lines), home / "unitsheet")
        _wait(running)
        yield running
    finally:
        process.kill()
        process.wait(10)


def _wait(running: Running) -> None:
    """Until it listens."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            running.ask("/health")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(running.printed)


def test_excel_calculates_by_https_until_ctrl_c(tmp_path: Path) -> None:
    """The certificate is all that must be trusted; the manifest is all that must be loaded."""
    node_program()
    with serving(tmp_path, "--port", "0") as running:
        assert running.base.startswith("https://localhost:")
        certificate_file = str(running.folder / "localhost.crt")
        with node_host(running.page, NODE_EXTRA_CA_CERTS=certificate_file) as host:
            assert host.calculate([("CAC", (1000.0, 8.0))]).cells == [125.0]
        running.process.send_signal(signal.SIGINT)
        rest, _ = running.process.communicate(timeout=15)
    assert running.process.returncode == 0
    assert rest.strip() == "stopped"
    assert "Traceback" not in running.printed


def test_a_killed_server_comes_back_with_the_same_manifest(tmp_path: Path) -> None:
    node_program()
    with serving(tmp_path, "--port", "0") as first:
        port = str(urlsplit(first.base).port)
        page = first.page
        with node_host(page, NODE_EXTRA_CA_CERTS=str(first.folder / "localhost.crt")) as host:
            assert host.calculate([("CAC", (1000.0, 8.0))]).cells == [125.0]
            first.process.kill()
            first.process.wait(10)
            host.send([("CAC", (2000.0, 8.0))])
            with serving(tmp_path, "--port", port) as second:
                assert second.page == page
                assert "if you have not done so" in second.printed
                assert host.answer().cells == [250.0]


def test_what_it_says_and_what_it_keeps(tmp_path: Path) -> None:
    manifest = tmp_path / "shared" / "unitsheet.xml"
    with serving(tmp_path, "--port", "0", "--token", TOKEN, "--manifest", str(manifest)) as running:
        said = running.printed
        assert "1. Trust the certificate (the certificate is new):" in said
        assert str(running.folder / "localhost.crt") in said
        assert f"2. Load the manifest in Excel, once: {manifest}" in said
        for way in ("Windows: reg add HKCU", "Mac: copy it to", "Web: Home > Add-ins"):
            assert way in said
        assert "3. Type =UE.CAC(1000,8) in a cell" in said
        assert "warning" not in said
        assert TOKEN in manifest.read_text(encoding="utf-8")
        assert not (running.folder / "token").exists()
        assert running.ask("/manifest.xml").status == 401
        assert running.ask("/companies").status == 401
        assert running.ask("/catalogue.json").status == 200
    for file in (manifest, running.folder / "localhost.key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_address_that_others_reach_is_warned_of(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "0.0.0.0", "--port", "0") as running:
        assert "warning: 0.0.0.0 can be reached from other machines" in running.printed
        assert f"https://{socket.gethostname()}:" in running.printed
        made = x509.load_pem_x509_certificate((running.folder / "localhost.crt").read_bytes())
        names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert socket.gethostname() in names.get_values_for_type(x509.DNSName)


# refusals


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("unitsheet.serving.run", lambda *_: None)
    return tmp_path


def test_a_port_that_is_taken(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(us("serve", "--port", str(port)), f"cannot listen at 127.0.0.1:{port}", "try another --port")


def test_an_address_that_is_none(home: Path) -> None:
    refused(us("serve", "--host", "no.such.invalid", "--port", "0"), "there is no address 'no.such.invalid'")


def test_a_token_that_is_none(home: Path) -> None:
    refused(us("serve", "--token", "short", "--port", "0"), "a token is 16 to 200 letters")


@pytest.mark.parametrize(
    "origin", ["finance.example", "https://finance.example/page", "ftp://finance.example"]
)
def test_an_origin_that_is_none(home: Path, origin: str) -> None:
    refused(us("serve", "--origin", origin, "--port", "0"), "--origin takes https://name")


def test_without_its_packages(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = us("serve", "--port", "0")
    refused(result, "serving needs cryptography, starlette, uvicorn", 'pip install "unitsheet[serve]"')


def test_a_folder_that_cannot_be_written(home: Path) -> None:
    (home / "unitsheet").write_text("a file is in the way", encoding="utf-8")
    refused(us("serve", "--port", "0"), "cannot be written")


# the folder


def test_the_token_is_made_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "kept")
    token = folder.token(None)
    assert len(token) >= 24
    assert folder.token(None) == token
    assert folder.token(TOKEN) == TOKEN
    (folder.path / "token").write_text("?", encoding="utf-8")
    assert folder.token(None) != token


def test_the_certificate_is_made_anew_when_it_must_be(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.certify(["localhost"])
    assert not folder.certify(["localhost"])
    assert folder.certify(["localhost", "finance.example"])
    folder.key.unlink()
    assert folder.certify(["localhost"])
    folder.certificate.write_text("no certificate", encoding="utf-8")
    assert folder.certify(["localhost"])


def test_the_certificate_can_sign_nothing_and_ends_in_time() -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.load_pem_x509_certificate(certificate.make(["localhost", "127.0.0.1"], now)[0])
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert made.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign is False
    assert made.not_valid_after_utc - made.not_valid_before_utc <= dt.timedelta(days=825)


def test_a_certificate_that_ends_soon_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "localhost.crt"
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    file.write_bytes(certificate.make(["localhost"], now)[0])
    assert certificate.usable(file, ["localhost"], now)
    assert not certificate.usable(file, ["localhost"], now + dt.timedelta(days=800))
    assert not certificate.usable(tmp_path / "none.crt", ["localhost"], now)
