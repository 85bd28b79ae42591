"""The one door to the network: addresses, tokens, redirects and failures are judged here."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from lstsr_core import SourceError
from lstsr_data.acquisition.address import check_address
from lstsr_data.acquisition.credentials import token_for
from lstsr_data.acquisition.patience import Clock, Patience, Transient, patiently, seconds_of
from lstsr_data.acquisition.redaction import redact_libraries, redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

HOPS: Final = 5
"""Redirects that are followed. [1]"""
PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may pass (RFC 9110, section 15; RFC 6585)."""
LOCKED: Final = frozenset({401, 403, 407})
"""Statuses of a closed door."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Statuses that name another address."""

logger = logging.getLogger(__name__)
_of_thread = threading.local()


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a server.

    Parameters
    ----------
    address : str
        Where.
    method : str
        ``GET`` or ``POST``.
    headers : mapping of str to str
        Beside those that every question has; never an Authorization.
    params, json : mapping, optional
        Query of the address; body.
    """

    address: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] | None = None
    json: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server said: status, headers, all of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How questions are sent."""

    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=Clock)

    def ask(self, question: Question) -> Answer:
        """Give a whole answer, asked for again and again where that may help.

        Raises
        ------
        SourceError
            ``AUTH_REQUIRED``, ``DOWNLOAD_FAILED`` or ``HREF_REFUSED``.
        """
        name = redacted(question.address)
        return patiently(lambda: self._once(question), name, self.patience, self.clock)

    def _once(self, question: Question) -> Answer:
        with self.opened(question) as answer, transience():
            return Answer(
                status=answer.status_code, headers=answer.headers, body=bytes(answer.content)
            )

    @contextmanager
    def opened(self, question: Question) -> Iterator[requests.Response]:
        """Send a question once and give the answer with its body still to be read.

        Raises
        ------
        Transient
            Where another try may help.
        SourceError
            As `ask`.
        """
        answer = self._followed(question)
        try:
            _judge(answer, question)
            yield answer
        finally:
            answer.close()

    def _followed(self, question: Question) -> requests.Response:
        address = question.address
        for _ in range(HOPS):
            answer = self._sent(question, address)
            if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                return answer
            answer.close()
            address = _next_hop(address, answer.headers["location"])
        raise failed(question.address, f"more than {HOPS} redirects")

    def _sent(self, question: Question, address: str) -> requests.Response:
        """Send to one host; its token, if there is one, goes along and to no other host."""
        token = token_for(check_address(address))
        headers = {**question.headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        with transience():
            return _session().request(
                question.method,
                address,
                headers=headers,
                params=question.params if address == question.address else None,
                json=question.json,
                timeout=(self.patience.connect, self.patience.read),
                stream=True,
                allow_redirects=False,
                auth=_as_it_is,
            )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep the library from adding a password of a .netrc file."""
    return request


def _next_hop(address: str, location: str) -> str:
    there = urljoin(address, location)
    check_address(there)
    if address.startswith("https:") and not there.startswith("https:"):
        raise SourceError(
            "HREF_REFUSED",
            found=f"a redirect from {redacted(address)} to {redacted(there)}",
            expected="no redirect from https to http",
            remedy="tell the keeper of the server",
        )
    return there


def _judge(answer: requests.Response, question: Question) -> None:
    status = answer.status_code
    if status in PASSING:
        raise Transient(f"HTTP {status}", seconds_of(answer.headers.get("retry-after")))
    if status in LOCKED:
        raise locked(question.address, f"HTTP {status}")
    if status >= HTTPStatus.BAD_REQUEST:
        raise failed(question.address, f"HTTP {status}")


@contextmanager
def transience() -> Iterator[None]:
    """Turn failures of a connection into `Transient`, without the secrets in their texts."""
    import requests

    try:
        yield
    except (requests.RequestException, OSError) as error:
        kind = type(error).__name__
        raise Transient(redacted(f"{kind}: {_inner(error)}")) from None


def _inner(error: BaseException) -> object:
    """Give what lies under the layers of the network libraries."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", inner)


def _session() -> requests.Session:
    """Give the connections of this thread."""
    import requests

    if not hasattr(_of_thread, "session"):
        redact_libraries()
        _of_thread.session = requests.Session()
        _of_thread.session.headers["Accept-Encoding"] = "identity"
    session: requests.Session = _of_thread.session
    return session


def locked(address: str, why: str) -> SourceError:
    """Make the error for a server that wants to know who asks."""
    return SourceError(
        "AUTH_REQUIRED",
        found=f"{redacted(address)}: {why}",
        expected="data, which this server gives to known users only",
        remedy="NASA Earthdata: make a token at urs.earthdata.nasa.gov and set EARTHDATA_TOKEN; "
        "other hosts: set LSTSR_BEARER_<HOST>, dots and hyphens as _",
    )


def failed(address: str, why: str) -> SourceError:
    """Make the error for an address that gives no data."""
    return SourceError(
        "DOWNLOAD_FAILED",
        found=f"{redacted(address)}: {why}",
        expected="data",
        remedy="try again later or another date; tell the keeper of the server if it stays",
    )
