"""The application: the add-in's files for anyone, answers for pages that know the token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.registry import functions
from udfs.officejs import metadata, wire
from udfs.officejs.batch import Workers
from udfs.officejs.limits import Access, Limits, Refusal
from udfs.officejs.manifest import manifest

log = logging.getLogger(__name__)
STATIC = Path(__file__).resolve().parent / "static"
_LOOPBACK = ("localhost", "127.0.0.1")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    # The address of the task pane holds the token.
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


@dataclass(frozen=True, slots=True)
class AddIn:
    """What is served: where it is reached, by whom, and the data of the task pane.

    `catalogue` describes every function and `companies` every company, as the pane
    shows them; both are JSON.
    """

    base: str
    token: str
    version: str = "0"
    catalogue: Any = ()
    companies: Any = ()
    origins: Collection[str] = ()
    limits: Limits = field(default_factory=Limits)


def application(add_in: AddIn) -> Starlette:
    """The ASGI application of an add-in."""
    served = _Served(add_in)
    hosts = [urlsplit(url).hostname or "" for url in (add_in.base, *add_in.origins)]
    middleware = [
        Middleware(_Headers),
        Middleware(TrustedHostMiddleware, allowed_hosts=[*_LOOPBACK, *hosts], www_redirect=False),
        Middleware(
            CORSMiddleware,
            allow_origins=sorted(add_in.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        ),
    ]
    return Starlette(routes=served.routes(), middleware=middleware)


Handler = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class _Served:
    """What every route answers with."""

    add_in: AddIn
    access: Access = field(init=False)
    workers: Workers = field(init=False)

    def __post_init__(self) -> None:
        self.access = Access.of(self.add_in.token, self.add_in.base, self.add_in.origins)
        self.workers = Workers(self.add_in.limits)

    def routes(self) -> list[Route | Mount]:
        help_page = f"{self.add_in.base}/taskpane.html"
        english, chinese = (metadata.functions_json(help_page, language) for language in ("en", "zh"))
        made = manifest(self.add_in.base, self.add_in.token, self.add_in.version).encode()
        return [
            Route("/functions.json", _public(wire.text(english), "application/json")),
            Route("/functions-zh.json", _public(wire.text(chinese), "application/json")),
            Route("/functions.js", _public(self._script(help_page), "text/javascript")),
            Route("/catalogue.json", _public(wire.text(self.add_in.catalogue), "application/json")),
            Route("/health", self._guard(self._health, known=False)),
            Route("/manifest.xml", self._guard(_fixed(made, "application/xml"))),
            Route("/companies", self._guard(_fixed(wire.text(self.add_in.companies), "application/json"))),
            Route("/batch", self._guard(self._batch), methods=["POST"]),
            Mount("/", StaticFiles(directory=STATIC)),
        ]

    def _script(self, help_page: str) -> bytes:
        settings = wire.text({"limits": self.add_in.limits.for_script()}).decode()
        runtime = (STATIC / "functions.js").read_text(encoding="utf-8")
        return metadata.script(f"var unitsheetSettings = {settings};", runtime, help_page).encode()

    def _guard(self, handler: Handler, *, known: bool = True) -> Handler:
        """The handler for those who may ask; whatever goes wrong is a sentence without a traceback."""

        async def guarded(request: Request) -> Response:
            try:
                if known:
                    self.access.check(request.headers)
                return await handler(request)
            except Refusal as refusal:
                return _json({"error": refusal.sentence}, refusal.status)
            except ClientDisconnect:
                return _json({"error": "the request was broken off"}, 400)
            except Exception:  # told to the log, not to the client
                log.exception("%s failed", request.url.path)
                return _json({"error": "the server failed; its log says where"}, 500)

        return guarded

    async def _health(self, _: Request) -> Response:
        return _json(
            {
                "version": self.add_in.version,
                "functions": len(functions()),
                "batches": self.workers.batches,
                "calls": self.workers.calls,
            }
        )

    async def _batch(self, request: Request) -> Response:
        limits = self.add_in.limits
        body = await _body(request, limits)
        calls = await asyncio.to_thread(wire.calls, body, limits)
        answers = await self.workers.answers(calls)
        text = await asyncio.to_thread(wire.text, {"answers": answers})
        return Response(text, media_type="application/json")


async def _body(request: Request, limits: Limits) -> bytes:
    """The body, as long as it is neither too large nor too slow."""
    too_large = Refusal(413, f"the request is larger than {limits.body_bytes:,} bytes; send less at once")
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limits.body_bytes:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for part in request.stream():
                body += part
                if len(body) > limits.body_bytes:
                    raise too_large
    except TimeoutError:
        raise Refusal(408, f"the request did not arrive within {limits.body_seconds:g} seconds") from None
    return bytes(body)


def _json(value: Any, status: int = 200) -> Response:
    return Response(wire.text(value), status, media_type="application/json")


def _fixed(content: bytes, kind: str) -> Handler:
    async def handler(_: Request) -> Response:
        return Response(content, media_type=kind)

    return handler


def _public(content: bytes, kind: str) -> Handler:
    """A file without secrets; Excel on the web reads it from its own pages."""

    async def handler(_: Request) -> Response:
        return Response(content, media_type=kind, headers={"Access-Control-Allow-Origin": "*"})

    return handler


class _Headers:
    """Adds the headers that every response has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and what is sent back with the headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self.app(scope, receive, sent)
