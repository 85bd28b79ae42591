"""The published files of the MODIS-ASTER database and their digests."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DIGESTS: Final = "modis_aster.sha256"
"""Package file: SHA-256 and name of the 166 files of commit 5f5a9be of the publication."""


@cache
def digests() -> Mapping[str, str]:
    """Give the SHA-256 of every published file, in hexadecimal, by its name."""
    lines = files("lstsr_data").joinpath(DIGESTS).read_text("ascii").splitlines()
    return MappingProxyType({name: digest for digest, name in map(str.split, lines)})


def fields_file(scene: str) -> str:
    """Give the name of the published pickle of a scene: 000 is in 0_data_dict.pkl."""
    return f"{int(scene)}_data_dict.pkl"


def aster_file(scene: str) -> str:
    """Give the name of the published ASTER raster of a scene: 000 is in 0_aster_250m.tif."""
    return f"{int(scene)}_aster_250m.tif"


def published_names() -> tuple[str, ...]:
    """Give the names of the 83 published scenes, as three digits, sorted."""
    rasters = (name for name in digests() if name.endswith("_aster_250m.tif"))
    return tuple(sorted(f"{int(name.split('_')[0]):03d}" for name in rasters))


def read_verified(path: Path) -> bytes:
    """Read a published file, proved by its digest before anybody looks inside.

    Parameters
    ----------
    path : pathlib.Path
        The file under its published name.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE`` or ``DIGEST_MISMATCH``.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(
            "FILE_MISSING",
            found=f"nothing at {path}",
            expected="a file of the published MODIS-ASTER database",
            remedy="fetch it again: lstsr demo",
        ) from error
    except OSError as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error.strerror}",
            expected="a file that can be read",
            remedy="check its permissions",
        ) from error
    if hashlib.sha256(raw).hexdigest() != digests().get(path.name):
        raise mismatch(str(path))
    return raw


def mismatch(found: str) -> SourceError:
    """Make the error for a file whose content is not the published one."""
    return SourceError(
        "DIGEST_MISMATCH",
        found=f"{found} with another SHA-256",
        expected="the published file, byte for byte",
        remedy="remove it and fetch it again: lstsr demo",
    )
