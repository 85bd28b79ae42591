"""Searching one catalogue: pages are followed to their end, which there must be."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import SourceError
from lstsr_data.acquisition.redaction import redacted
from lstsr_data.acquisition.wire import Question

if TYPE_CHECKING:
    from lstsr_data.acquisition.area import Area
    from lstsr_data.acquisition.days import Days
    from lstsr_data.acquisition.remote_file import Access

PAGE: Final = 200
"""Items that one page should hold. [1]"""
MOST_PAGES: Final = 200
"""Pages that a search may have. [1]"""
ROOM: Final = "searches"
"""Part of the cache where answers of catalogues are kept for when there is no network."""

logger = logging.getLogger(__name__)

Items = list[dict[str, Any]]


def search_catalogue(
    address: str, collection: str, area: Area, days: Days | None, access: Access
) -> Items:
    """Give the items of a collection in an area and a span of days, sorted by their names.

    Parameters
    ----------
    address : str
        Root of a STAC API.
    collection : str
        Its name there.
    area : Area
        Every part of it is asked for.
    days : Days, optional
        All times where None.
    access : Access
        How the catalogue is reached; where it cannot be, the last answer to this very question
        serves, with a warning.

    Raises
    ------
    SourceError
        ``CATALOGUE_FAILED``, ``AUTH_REQUIRED``, ``DOWNLOAD_FAILED`` or ``HREF_REFUSED``.
    """
    interval = days.interval if days is not None else None
    key = json.dumps([address, collection, area.boxes, interval])
    kept = access.cache.get(ROOM, key)
    try:
        found = _searched(address, (collection, area, interval), access.hasty(kept is not None))
    except SourceError as error:
        if kept is None or error.code != "DOWNLOAD_FAILED":
            raise
        logger.warning("%s cannot be reached; its last answer is used", redacted(address))
        items: Items = json.loads(kept)
        return items
    access.cache.put(ROOM, key, json.dumps(found).encode())
    return found


def _searched(address: str, asked: tuple[str, Area, str | None], access: Access) -> Items:
    import pystac_client
    from pystac_client.exceptions import APIError

    collection, area, interval = asked
    io = _stac_io(access)
    found: dict[str, dict[str, Any]] = {}
    try:
        client = pystac_client.Client.open(address, stac_io=io)
        for box in area.boxes:
            search = client.search(
                collections=[collection], bbox=box, datetime=interval, limit=PAGE, method="GET"
            )
            _collect(search.pages_as_dicts(), found, address)
    except (APIError, KeyError, NotImplementedError, TypeError, ValueError) as error:
        raise _failed(address, f"{type(error).__name__}: {error}") from None
    return [found[name] for name in sorted(found)]


def _collect(pages: Any, found: dict[str, dict[str, Any]], address: str) -> None:  # noqa: ANN401
    """Gather pages until they end; refuse those that go round, or on for ever."""
    seen: set[str] = set()
    for number, page in enumerate(pages):
        names = [str(item["id"]) for item in page["features"]]
        print_of_page = json.dumps(names)
        if number >= MOST_PAGES:
            raise _failed(address, f"more than {MOST_PAGES} pages")
        if names and print_of_page in seen:
            raise _failed(address, f"page {number + 1} repeats an earlier one")
        seen.add(print_of_page)
        found.update(zip(names, page["features"], strict=True))
        if not names and number:
            return


def _stac_io(access: Access) -> Any:  # noqa: ANN401  a class of pystac-client
    """Let pystac-client speak through our wire."""
    from pystac_client.stac_api_io import StacApiIO

    class WireIO(StacApiIO):  # type: ignore[misc,unused-ignore]
        def request(
            self,
            href: str,
            method: str | None = None,
            headers: dict[str, str] | None = None,
            parameters: dict[str, Any] | None = None,
        ) -> str:
            verb = (method or "GET").upper()
            body = {"json": parameters} if verb == "POST" else {"params": parameters}
            question = Question(address=href, method=verb, headers=headers or {}, **body)
            return access.wire.ask(question).body.decode("utf-8")

    return WireIO(max_retries=None)


def _failed(address: str, why: str) -> SourceError:
    return SourceError(
        "CATALOGUE_FAILED",
        found=f"{redacted(address)}: {redacted(why)[:300]}",
        expected="the pages of a search, as a STAC API gives them",
        remedy="try again later; tell the keeper of the catalogue if it stays",
    )
