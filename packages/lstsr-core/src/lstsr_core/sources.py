"""Where the products of a sensor are kept: in catalogues, or in files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class StacSource:
    """Where a catalogue keeps a product.

    Parameters
    ----------
    catalogue, collection : str
        Root of a STAC API, and the name of the collection there.
    assets : mapping of str to str
        Keys of assets by the names of bands. Empty: an item holds the whole granule as one file,
        to be read as a `FileSource` is, or files that end in the names of bands.
    dated : bool
        Whether an item shows one time; what does not change, as relief, is taken of any time.
    """

    catalogue: str
    collection: str
    assets: Mapping[str, str]
    dated: bool = True


@dataclass(frozen=True, kw_only=True)
class FileSource:
    """A product read from files.

    Parameters
    ----------
    patterns : tuple of str
        What the names of its files match (``MOD11A1.*.hdf``).
    bands : tuple of str
        Bands that `Sensor.decode` asks for, by the names that they have in the file; empty for all.
    """

    patterns: tuple[str, ...]
    bands: tuple[str, ...] = ()
