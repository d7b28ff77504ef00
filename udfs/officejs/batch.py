"""The calls of a request worked out, within the time there is for them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from engine.boundary import sheet_result
from engine.errors import ErrorKind
from engine.registry import functions
from udfs.officejs import wire
from udfs.officejs.limits import Limits, Refusal
from udfs.officejs.together import runs, together
from udfs.officejs.wire import Call, Json

log = logging.getLogger(__name__)
_WORKERS = 2


def answered(call: Call, limits: Limits) -> Json:
    """The answer to one call; never raises."""
    function = functions().get(call.name.upper())
    if function is None:
        return wire.failure(
            ErrorKind.NAME, f"the server has no function {call.name[:100]}; load the add-in again"
        )
    count = wire.cells(call.args)
    if count > limits.cells:
        return limits.too_many_cells(count)
    try:
        return wire.answer(*sheet_result(function, tuple(wire.argument(value) for value in call.args)))
    except Exception:  # the cell gets a sentence, the log the traceback
        log.exception("%s failed", function.name)
        return wire.failure(ErrorKind.VALUE, "the function failed; the server's log says where", passing=True)


def _answers(calls: Sequence[Call], limits: Limits) -> list[Json]:
    """The answers to calls of one form, or to one call."""
    if len(calls) > 1:
        try:
            cells = together(calls)
        except Exception:  # one by one it is known which of them fails
            log.exception("%s failed on many rows", calls[0].name)
            cells = None
        if cells is not None:
            return [wire.answer(cell, ()) for cell in cells]
    return [answered(call, limits) for call in calls]


@dataclass(slots=True)
class Workers:
    """Threads that work batches out, and how many batches are theirs."""

    limits: Limits
    batches: int = 0
    calls: int = 0
    _busy: int = 0
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_WORKERS, thread_name_prefix="unitsheet")
    )

    async def answers(self, calls: list[Call]) -> list[Json]:
        """All answers; where the time is up, #N/A for the calls that are left.

        A call that runs too long is not waited for; its thread stops after it.
        """
        if self._busy >= self.limits.batches:
            raise Refusal(503, "the server is busy; it will be asked again")
        self.batches += 1
        self.calls += len(calls)
        found: dict[int, Json] = {}
        until = time.monotonic() + self.limits.batch_seconds
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._work, calls, found, until)
        self._busy += 1
        work.add_done_callback(lambda _: self._leave())
        await asyncio.wait({work}, timeout=self.limits.batch_seconds)
        late = self._late()
        return [found.get(place, late) for place in range(len(calls))]

    def _leave(self) -> None:
        self._busy -= 1

    def _work(self, calls: list[Call], found: dict[int, Json], until: float) -> None:
        for places in runs(calls):
            if time.monotonic() > until:
                return
            answers = _answers([calls[place] for place in places], self.limits)
            found.update(zip(places, answers, strict=True))

    def _late(self) -> Json:
        within = f"within {self.limits.batch_seconds:g} seconds"
        sentence = f"there was no answer {within}; recalculate to ask again"
        return wire.failure(ErrorKind.NA, sentence, passing=True)
