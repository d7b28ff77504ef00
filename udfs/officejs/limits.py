"""What the server takes, from whom and how much of it, and how long it works on that."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import ErrorKind


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes and times; functions.js is given them too and keeps within them."""

    body_bytes: int = 8 * 1024 * 1024
    calls: int = 5_000  # in one request
    cells: int = 250_000  # in one call
    batch_seconds: float = 30.0
    body_seconds: float = 15.0  # for a request to arrive
    batches: int = 16  # at work or waiting
    # How long the add-in waits before it asks again, each time that the server is away.
    waits: tuple[float, ...] = (0.25, 0.5, 1, 2, 4, 4)

    def for_script(self) -> Mapping[str, Any]:
        """The limits under the names functions.js knows them by."""
        known = asdict(self)
        return {key: known[key] for key in ("body_bytes", "calls", "cells", "batch_seconds", "waits")}

    def too_many_cells(self, count: int) -> dict[str, object]:
        """The answer to a call that hands over more cells than are taken."""
        sentence = f"the areas given hold {count:,} cells; give at most {self.cells:,}, not whole columns"
        return {"error": ErrorKind.VALUE.value, "sentence": sentence}


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """A request that is not worked on: the status and the sentence of the response."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask: pages of these origins that know the token."""

    token: str
    origins: frozenset[str]

    @classmethod
    def of(cls, token: str, base: str, others: Collection[str] = ()) -> Access:
        """The access of a server whose own pages are at `base`."""
        return cls(token, frozenset({base, *others}))

    def check(self, headers: Mapping[str, str]) -> None:
        """Raise a `Refusal` unless the request comes from a known page with the token.

        A program that is no browser sends no origin; it needs the token all the same.
        """
        origin = headers.get("origin")
        if origin is not None and origin not in self.origins:
            raise Refusal(403, f"pages of {origin[:100]} may not ask; name it with --origin if they should")
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not secrets.compare_digest(token.encode(), self.token.encode()):
            raise Refusal(
                401, "the add-in has the token of another server: load the manifest of this one in Excel"
            )
