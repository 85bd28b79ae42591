"""The catalogue for a server: what lies on disk is upserted into pgSTAC, as often as one likes."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import sqlalchemy as sa

from lstsr_api.catalogue import TITLES
from lstsr_api.leases import with_driver
from lstsr_api.store import ITEM, RESULTS, Store, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lstsr_api.settings import Settings

UPSERT_COLLECTION: Final = sa.text("SELECT pgstac.upsert_collection(CAST(:document AS jsonb))")
UPSERT_ITEM: Final = sa.text("SELECT pgstac.upsert_item(CAST(:document AS jsonb))")
DELETE_ITEM: Final = sa.text("DELETE FROM items WHERE id = :item AND collection = :name")
PLACE: Final = sa.text("SET LOCAL search_path TO pgstac, public")
"""Where the triggers of pgSTAC look for its functions."""
TREE: Final = ("root", "parent", "collection", "item", "child", "self")
"""Links that a STAC API makes by itself."""

logger = logging.getLogger(__name__)


def show(settings: Settings, *items: str) -> None:
    """Upsert results that are complete on disk; nothing is done where no pgSTAC is named.

    Parameters
    ----------
    settings : Settings
        Of the service.
    *items : str
        Ids of results.

    Raises
    ------
    sqlalchemy.exc.SQLAlchemyError
        Where the server cannot be reached; it may be asked again without harm.
    """
    folder = Store(root=settings.store).catalogue / RESULTS
    _upsert(settings, RESULTS, [folder / item / ITEM for item in items])


def show_all(settings: Settings) -> None:
    """Upsert all results and models, so that a new or lost pgSTAC holds what the disk holds."""
    for name in TITLES:
        folder = Store(root=settings.store).catalogue / name
        try:
            _upsert(settings, name, sorted(folder.glob(f"*/{ITEM}")))
        except sa.exc.SQLAlchemyError as error:  # the next start, or the next result, tries again
            logger.warning("pgSTAC was not told: %s", type(error).__name__)


def withdraw(settings: Settings, item: str) -> None:
    """Take a result away; that it is not there is no error."""
    if not settings.pgstac:
        return
    try:
        with _engine(settings).begin() as connection:
            connection.execute(PLACE)
            connection.execute(DELETE_ITEM, {"item": item, "name": RESULTS})
    except sa.exc.SQLAlchemyError as error:  # its files are gone all the same
        logger.warning("pgSTAC still shows %s: %s", item, type(error).__name__)


def for_others(document: dict[str, Any], base: str) -> dict[str, Any]:
    """Give a STAC document whose links and assets are absolute.

    Parameters
    ----------
    document : dict
        Item or Collection as it lies on disk, with relative links.
    base : str
        Address of the document in the service.

    Returns
    -------
    dict
        The same without links inside the catalogue, which the STAC API makes itself.
    """
    links = [one for one in document["links"] if one["rel"] not in TREE]
    named = {name: _moved(one, base) for name, one in document.get("assets", {}).items()}
    assets = {"assets": named} if named else {}
    return {**document, "links": [_moved(one, base) for one in links], **assets}


def _moved(one: dict[str, Any], base: str) -> dict[str, Any]:
    return {**one, "href": urljoin(base, one["href"])}


def _upsert(settings: Settings, name: str, paths: Iterable[Path]) -> None:
    """Upsert Items and their collection in one transaction."""
    if not settings.pgstac:
        return
    place = f"{settings.address}/catalogue/{name}/"
    collection = Store(root=settings.store).catalogue / name / "collection.json"
    with _engine(settings).begin() as connection:
        told = for_others(read_json(collection), place)
        connection.execute(UPSERT_COLLECTION, {"document": json.dumps(told)})
        for path in paths:
            told = for_others(read_json(path), f"{place}{path.parent.name}/{ITEM}")
            connection.execute(UPSERT_ITEM, {"document": json.dumps(told)})


def _engine(settings: Settings) -> sa.Engine:
    """Give connections that are closed after use: there are few, and long apart."""
    return sa.create_engine(with_driver(settings.pgstac), poolclass=sa.pool.NullPool)
