"""Fetching the published MODIS-ASTER database, every file proved by its digest."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import EmptySearchError, ResourceError, SourceError
from lstsr_data.modis_aster_registry import (
    aster_file,
    digests,
    fields_file,
    mismatch,
    published_names,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from pooch import Pooch

PUBLISHED: Final = (
    "https://raw.githubusercontent.com/cgranerob/"
    "Land-Surface-Temperature-Super-Resolution-with-a-Scale-Invariance-Free-Neural-Approach/"
    "5f5a9be/test_data_formatted/data/"
)
"""Where the authors published the files; the commit fixes their content."""
TIMEOUT: Final = (3.0, 30.0)
"""Patience for a connection and for the next piece of an answer. [s]"""

logger = logging.getLogger(__name__)


def fetch_database(
    names: Iterable[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    *,
    address: str = PUBLISHED,
) -> Path:
    """Fetch published scenes that are not there yet, about 1 MB each.

    Parameters
    ----------
    names : iterable of str, optional
        Scenes, as three digits; all 83 where None.
    folder : path, optional
        Where to keep them; the user's cache where None.
    address : str
        Where the files lie, ending in a slash.

    Returns
    -------
    pathlib.Path
        The folder, for `lstsr_data.open_database`.

    Raises
    ------
    EmptySearchError
        ``NO_SCENES`` where a scene is not of the publication.
    SourceError
        ``DOWNLOAD_FAILED`` or ``DIGEST_MISMATCH``; nothing stands under the file's name then.
    ResourceError
        ``OUTPUT_NOT_WRITABLE``.
    """
    import pooch

    wanted = published_names() if names is None else tuple(names)
    _check_names(wanted)
    place = Path(folder) if folder is not None else pooch.os_cache("lstsr") / "modis-aster"
    registry = {name: f"sha256:{digest}" for name, digest in digests().items()}
    store = pooch.create(path=place, base_url=address, registry=registry)
    pooch.get_logger().setLevel(logging.ERROR)  # it prints; our own log says the same
    for name in wanted:
        for file in (fields_file(name), aster_file(name)):
            logger.info("fetching %s%s", address, file)
            _fetch(store, file)
    return place


def _fetch(store: Pooch, file: str) -> None:
    import requests
    from pooch import HTTPDownloader

    try:
        store.fetch(file, downloader=HTTPDownloader(timeout=TIMEOUT))
    except requests.RequestException as error:
        if error.response is not None:
            error.response.close()
        raise SourceError(
            "DOWNLOAD_FAILED",
            found=f"{store.get_url(file)}: {_reason(error)}",
            expected="the file, over the network",
            remedy="check the network, or give a copy of the database: lstsr demo --data FOLDER",
        ) from error
    except ValueError as error:
        raise mismatch(store.get_url(file)) from error
    except OSError as error:
        raise ResourceError(
            "OUTPUT_NOT_WRITABLE",
            found=f"{store.abspath}: {error}",
            expected="a folder that can be written and has room",
            remedy="choose another folder",
        ) from error


def _reason(error: Exception) -> object:
    """Give what lies under the layers of the network libraries."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", inner)


def _check_names(names: tuple[str, ...]) -> None:
    unknown = sorted(set(names) - set(published_names()))
    if unknown:
        raise EmptySearchError(
            "NO_SCENES",
            found=f"the scenes {', '.join(unknown)}",
            expected=f"published ones: {', '.join(published_names())}",
            remedy="choose among those",
        )
