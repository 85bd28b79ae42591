"""The door of the service: who comes, from where, how often, and with how much."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from lstsr_api.keys import holder_of, read_keys
from lstsr_api.problems import answer
from lstsr_api.uploads import too_large
from lstsr_core import LstsrError, ResourceError, SourceError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from lstsr_api.settings import Limits, Settings

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
OPEN: Final = ("/viewer", "/health")
"""Paths that, like the first page, need no key: they tell nothing of what is here."""
UPLOAD: Final = "/inputs"
"""Path whose body is a raster, and is counted where it is written."""
LOCAL: Final = ("127.0.0.1", "localhost", "[::1]", "testserver")
"""Names by which a service on loopback is addressed."""
STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?')
"""Texts in JSON, in which brackets mean nothing."""
CLIENTS: Final = 10_000
"""Clients whose requests are counted at a time. [1]"""


class Guard:
    """ASGI middleware that lets a request in, or says why not.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    settings : Settings
        Of the service.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.limits = settings.limits
        self.keys = read_keys(settings.keys) if settings.keys is not None else None
        local = LOCAL if settings.on_loopback else ()
        self.names = frozenset((*local, *settings.names)) if local or settings.names else None
        self.rate = Rate(settings.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge a request, then pass it on with the body that was read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
            receive = await self._read(scope, receive)
        except LstsrError as error:
            await answer(error)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        self._check_host(headers)
        who = self._holder(scope, headers)
        if scope["method"] in SAFE:
            return
        _check_origin(headers)
        client = scope.get("client") or ("unknown", 0)
        self.rate.count(who or str(client[0]))

    def _check_host(self, headers: Headers) -> None:
        """Refuse names that are not ours: a page elsewhere may have rebound its own to loopback."""
        host = re.sub(r":\d+$", "", headers.get("host", ""))
        if self.names is not None and host not in self.names:
            raise _cross_site("a host name that is not the service's")

    def _holder(self, scope: Scope, headers: Headers) -> str:
        if self.keys is None or scope["path"] == "/" or scope["path"].startswith(OPEN):
            return ""
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        who = holder_of(headers.get("x-api-key", "") or bearer, self.keys)
        if who is None:
            raise SourceError(
                "KEY_REQUIRED",
                found="no API key that is known",
                expected="the header X-API-Key, or Authorization: Bearer",
                remedy="ask who runs the service for a key",
            )
        return who

    async def _read(self, scope: Scope, receive: Receive) -> Receive:
        """Read a body that is not an upload; refuse it where it is long or nested deeply."""
        if scope["method"] in SAFE or scope["path"] == UPLOAD:
            return receive
        told = Headers(scope=scope).get("content-length", "0")
        if told.isdecimal() and int(told) > self.limits.body:
            raise too_large(f"a body of {told} bytes", f"{self.limits.body} bytes at most")
        body = await self._whole(scope, receive)
        if depth_of(body) > self.limits.depth:
            raise too_large("JSON that is nested deeply", f"{self.limits.depth} levels at most")
        return _replayed(body, receive)

    async def _whole(self, scope: Scope, receive: Receive) -> bytes:
        parts, size = [], 0
        async for part in Request(scope, receive).stream():
            size += len(part)
            if size > self.limits.body:
                raise too_large("a longer body", f"{self.limits.body} bytes at most")
            parts.append(part)
        return b"".join(parts)


class Rate:
    """How much each client may still ask: a bucket that fills up again.

    Parameters
    ----------
    limits : Limits
        How fast, and how much at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def count(self, client: str) -> None:
        """Count a request; one that is refused costs nothing, so whoever insists is let in again.

        Raises
        ------
        ResourceError
            ``TOO_MANY_REQUESTS``.
        """
        now = time.monotonic()
        with self._lock:
            if len(self._left) > CLIENTS:
                self._left.clear()
            left, when = self._left.get(client, (float(self._limits.burst), now))
            left = min(left + (now - when) * self._limits.rate, float(self._limits.burst))
            self._left[client] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise ResourceError(
                "TOO_MANY_REQUESTS",
                found=f"more than {self._limits.rate:g} requests a second",
                expected="fewer requests",
                remedy="wait a second",
            )


def depth_of(body: bytes) -> int:
    """Give how deep the brackets of JSON are nested. [1]"""
    depth = deepest = 0
    for sign in re.findall(rb"[\[\]{}]", STRINGS.sub(b"", body)):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read already, then whatever comes after it."""
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replay() -> Message:
        return next(parts, None) or await receive()

    return replay


def _check_origin(headers: Headers) -> None:
    """Refuse what a page of another site makes a browser send."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise _cross_site("a request of another site's page")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise _cross_site("a request of another site's page")


def _cross_site(found: str) -> SourceError:
    return SourceError(
        "CROSS_SITE",
        found=found,
        expected="a request of the service's own page, or of a program",
        remedy="name the host by --name where it has another name",
    )
