"""Nothing is left of a job that nobody wants: no file, and no Item in any catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_api import pgstac
from lstsr_api.catalogue import renew
from lstsr_api.store import ITEM, RESULTS, Store

if TYPE_CHECKING:
    from lstsr_api.settings import Settings


def withdraw(settings: Settings, job: str) -> None:
    """Remove all that a job has made.

    Parameters
    ----------
    settings : Settings
        Of the service.
    job : str
        Its id.
    """
    store = Store(root=settings.store)
    shown = (store.result(job) / ITEM).is_file()
    store.forget(job)
    if shown:
        renew(store, RESULTS)
        pgstac.withdraw(settings, job)
