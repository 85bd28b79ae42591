"""What may succeed later is tried again, at random times, within a budget."""

from __future__ import annotations

import email.utils
import logging
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait for a server.

    Parameters
    ----------
    connect, read : float
        For a connection, and for the next piece of an answer. [s]
    first, longest : float
        Longest random wait before the second try; it doubles up to the second value. [s]
    budget : float
        For all tries of one question together. [s]
    """

    connect: float = 5.0
    read: float = 30.0
    first: float = 1.0
    longest: float = 60.0
    budget: float = 300.0


class Transient(Exception):  # noqa: N818  it is a state, which ends in an error or passes
    """A failure that may pass; `after` seconds, where the server says so."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why, after)
        self.why = why
        self.after = after


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time, and waiting; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


def patiently(
    attempt: Callable[[], T], what: str, patience: Patience, clock: Clock | None = None
) -> T:
    """Try until it succeeds or the budget is spent.

    The wait is drawn evenly between nothing and a bound that doubles, so that many clients do not
    come back at once; a Retry-After of the server is a wait at least that long.

    Parameters
    ----------
    attempt : callable
        Raises `Transient` where another try may help.
    what : str
        What is asked for, redacted, for messages.
    patience : Patience
        How long to go on.
    clock : Clock, optional
        The time.

    Raises
    ------
    SourceError
        ``DOWNLOAD_FAILED`` once the budget is spent.
    """
    here = clock if clock is not None else Clock()
    end = here.now() + patience.budget
    bound = patience.first
    while True:
        try:
            return attempt()
        except Transient as failure:
            pause = random.uniform(0.0, bound)  # noqa: S311  no secret
            pause += failure.after or 0.0
            if here.now() + pause >= end:
                raise _given_up(what, failure, patience) from failure
            logger.info("%s: %s; again in %.1f s", what, failure.why, pause)
            here.wait(pause)
            bound = min(2 * bound, patience.longest)


def seconds_of(retry_after: str | None) -> float | None:
    """Read a Retry-After header, seconds or a date (RFC 9110, 10.2.3). [s]"""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _given_up(what: str, failure: Transient, patience: Patience) -> SourceError:
    later = f", which asked to come back in {failure.after:.0f} s" if failure.after else ""
    return SourceError(
        "DOWNLOAD_FAILED",
        found=f"{what}: {failure.why}{later}",
        expected=f"an answer within {patience.budget:.0f} s",
        remedy="try again later; what was read so far is kept",
    )
