"""The office's end of the pipe: starts the worker at the first call, and starts it again if it died.

The office runs this on a Python of its own, so nothing but the standard library is
here. A frame is its length in four bytes and then a marshalled value. The worker
begins with a greeting; after that each call, (name, arguments), has one answer, rows
of what the cells show, or the text of an exception.
"""

from __future__ import annotations

import marshal
import os
import struct
import subprocess
import tempfile
import threading
import time
from typing import Any

GREETING = "unitsheet calc 1"
# Office and worker may be different Pythons; all of them read this version.
FORMAT = 2
_PAUSE = 20.0
_CHUNK = 1 << 16
# Four letters, printed by something that should not, read as more than this.
_LONGEST = 1 << 28
_LONGEST_LOG = 1 << 20
_HEAD = struct.Struct("<I")


def calc_error(number: int) -> float:
    """An error as Calc reads it out of a number: nan with the error's number in its lower half."""
    return float(struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | number))[0])


NAME = calc_error(525)
VALUE = calc_error(519)


def send(pipe: int, value: Any) -> None:
    """Write one frame."""
    body = marshal.dumps(value, FORMAT)
    left = memoryview(_HEAD.pack(len(body)) + body)
    while left:
        left = left[os.write(pipe, left) :]


def receive(pipe: int) -> Any:
    """Read one frame; EOFError where the other end is gone."""
    data = _filled(pipe, b"", _HEAD.size)
    size = _HEAD.unpack_from(data)[0]
    if size > _LONGEST:
        raise ValueError(f"no frame but {data[:80]!r}")
    return marshal.loads(_filled(pipe, data, _HEAD.size + size)[_HEAD.size :])


def _filled(pipe: int, data: bytes, size: int) -> bytes:
    """The data and what follows in the pipe, until it is `size` long."""
    parts, missing = [data], size - len(data)
    while missing > 0:
        part = os.read(pipe, max(missing, _CHUNK))
        if not part:
            raise EOFError("the other end is closed")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class Link:
    """One worker, and the calls to it one after another.

    `worker` is the command that starts it; what goes wrong with it is told in the log.
    """

    def __init__(self, worker: list[str], log: str) -> None:
        self._command = worker
        self._log_path = log
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: Any = None
        self._not_before = 0.0

    def ask(self, name: str, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
        """What the cells show: #NAME? where no worker starts, #VALUE! where the call ends every worker."""
        with self._lock:
            for _ in range(2):
                if self._process is None and not self._started():
                    return ((NAME,),)
                try:
                    return self._answer(name, args)
                except (OSError, EOFError, TypeError, ValueError) as error:
                    self._ended(f"the worker ended while it worked on {name} ({error})")
        return ((VALUE,),)

    def _answer(self, name: str, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        send(process.stdin.fileno(), (name, args))
        answer: Any = receive(process.stdout.fileno())
        if isinstance(answer, str):
            self._note(f"{name} failed.\n{answer}")
            return ((VALUE,),)
        return answer  # type: ignore[no-any-return]

    def _started(self) -> bool:
        if time.monotonic() < self._not_before:
            return False
        # A pipe that nobody reads would fill up and stop the worker.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the worker lives
        try:
            self._process = subprocess.Popen(
                self._command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env={key: text for key, text in os.environ.items() if not key.startswith("PYTHON")},
                start_new_session=True,  # a Ctrl-C in the office's terminal is none of ours
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            assert self._process.stdout is not None
            greeting = receive(self._process.stdout.fileno())
            if greeting != GREETING:
                raise ValueError(f"it says {greeting!r}")
        except (OSError, EOFError, ValueError) as error:
            self._not_before = time.monotonic() + _PAUSE
            self._ended(
                f"{self._command[0]} does not answer ({error}), so cells show #NAME?. Is unitsheet still "
                "installed there? Run `unitsheet install libreoffice` again and restart LibreOffice"
            )
            return False
        return True

    def _ended(self, sentence: str) -> None:
        """Put the worker away and say why."""
        process, self._process = self._process, None
        said = ""
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._stderr is not None:
            self._stderr.seek(0)
            said = self._stderr.read()[-4000:].decode("utf-8", "replace")
            self._stderr.close()
            self._stderr = None
        self._note(f"{sentence}.\n{said}")

    def _note(self, text: str) -> None:
        try:
            with open(self._log_path, "a", encoding="utf-8") as log:  # noqa: PTH123
                # A sheet may hold thousands of cells with the same trouble.
                if log.tell() < _LONGEST_LOG:
                    log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text.rstrip()}\n")
        except OSError:
            pass
