"""Where bundles lie: in plugins, in folders that the user names, in the user's own data folder."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lstsr_core import LstsrError, UnknownNameError, registry
from lstsr_runtime.bundle.reading import CONTRACT, Bundle, read_bundle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

logger = logging.getLogger(__name__)

PLACES = "LSTSR_BUNDLES"
"""Environment variable: folders of bundles, or bundles, joined as in PATH."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A folder, and the bundle in it or why there is none."""

    folder: Path
    bundle: Bundle | None = None
    problem: LstsrError | None = None


def own_folder() -> Path:
    """Give the folder into which bundles are pulled."""
    from platformdirs import user_data_path

    return user_data_path("lstsr", appauthor=False) / "bundles"


def find_bundles() -> tuple[Found, ...]:
    """Look at every bundle once; of two that are alike byte for byte the first stands."""
    found: list[Found] = []
    digests: set[str] = set()
    for folder in _folders():
        one = _look(folder)
        if one.bundle is None or one.bundle.digest not in digests:
            found.append(one)
        if one.bundle is not None:
            digests.add(one.bundle.digest)
    return tuple(found)


def locate(word: str) -> Path:
    """Give the folder of a bundle by its name or its path.

    Raises
    ------
    UnknownNameError
        ``UNKNOWN_NAME`` where there is none, or more than one of the name.
    """
    if (Path(word) / CONTRACT).is_file():
        return Path(word)
    bundles = [one.bundle for one in find_bundles() if one.bundle]
    named = [bundle.folder for bundle in bundles if bundle.contract.name == word]
    if len(named) == 1:
        return named[0]
    found = f"{len(named)} bundles {word!r}: {', '.join(map(str, named))}" if named else repr(word)
    raise UnknownNameError(
        "UNKNOWN_NAME",
        found=found,
        expected=f"one of: {', '.join(sorted(b.contract.name for b in bundles)) or 'none is here'}",
        remedy="name a folder, or see `lstsr models list`",
    )


def _look(folder: Path) -> Found:
    try:
        return Found(folder=folder, bundle=read_bundle(folder))
    except LstsrError as error:
        return Found(folder=folder, problem=error)


def _folders() -> Iterator[Path]:
    yield from (offer.value for offer in registry.bundles().items)
    for place in _places():
        if (place / CONTRACT).is_file():
            yield place
        else:
            yield from _inside(place)


def _places() -> Iterable[Path]:
    named = [
        Path(word).expanduser() for word in os.environ.get(PLACES, "").split(os.pathsep) if word
    ]
    for place in named:
        if not place.is_dir():
            logger.warning("%s names %s, which is no folder", PLACES, place)
    return (*named, own_folder())


def _inside(place: Path) -> Iterable[Path]:
    """Give the folders of a folder; hidden ones are drafts."""
    if not place.is_dir():
        return []
    return sorted(p for p in place.iterdir() if p.is_dir() and not p.name.startswith("."))
