"""A running service: its settings, its store and its jobs, as the routes find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from fastapi import Request

if TYPE_CHECKING:
    from lstsr_api.jobs import Jobs
    from lstsr_api.settings import Settings
    from lstsr_api.store import Store


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the routes work with.

    Parameters
    ----------
    settings : Settings
        What the service was told.
    store : Store
        Its folders.
    jobs : Jobs
        Its jobs.
    """

    settings: Settings
    store: Store
    jobs: Jobs


def service_of(request: Request) -> Service:
    """Give the service that a request came to."""
    return cast("Service", request.app.state.service)
