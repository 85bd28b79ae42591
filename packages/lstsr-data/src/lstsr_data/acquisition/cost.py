"""How many bytes a fetch reads, and how long that takes at a rate that is said."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SourceError
from lstsr_data.acquisition.frame import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lstsr_data.acquisition.area import Area
    from lstsr_data.acquisition.granule import Layer
    from lstsr_data.acquisition.selection import Selection

UNKNOWN_COUNT: Final = 2
"""Size of a count whose type the catalogue does not state. [byte]"""
MEGABYTE: Final = 1e6
"""[byte]"""
RATE: Final = "LSTSR_MB_PER_S"
"""Environment variable of the rate at which files come. [MB/s]"""
ASSUMED_RATE: Final = 5.0
"""Rate where none is stated: a line of 40 Mbit/s. [MB/s]"""
MINUTE: Final = 60.0
"""[s]"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What is read from the network.

    Parameters
    ----------
    megabytes : float
        Of the files whose size is known. [MB]
    unknown : int
        Files whose size the catalogue does not state. [1]
    """

    megabytes: float = 0.0
    unknown: int = 0

    def __add__(self, other: Cost) -> Cost:
        """Give the cost of both."""
        return Cost(
            megabytes=self.megabytes + other.megabytes, unknown=self.unknown + other.unknown
        )

    def __str__(self) -> str:
        """Tell it, with the time it takes and what that time assumes."""
        more = f"{self.unknown} files whose size the catalogue does not state"
        if not self.megabytes:
            return more if self.unknown else "nothing from the network"
        rate, why = rate_of_network()
        seconds = self.megabytes / rate
        time = f"{seconds:.0f} s" if seconds < MINUTE else f"{seconds / MINUTE:.0f} min"
        told = f"at most {self.megabytes:.1f} MB, {time} at {rate:g} MB/s ({why})"
        return f"{told}, and {more}" if self.unknown else told


def cost_of(selection: Selection) -> Cost:
    """Give what reading takes: whole files, or the uncompressed counts of the area.

    What the cache holds already is not subtracted.
    """
    area = selection.wanted.area
    granules = [one for overpass in selection.overpasses for one in overpass.granules]
    fetched = [layer for one in granules if one.path is None for layer in one.files]
    layers = [layer for one in granules for layer in one.layers.values()]
    return _sum([*(layer.size for layer in fetched), *(_window(layer, area) for layer in layers)])


def _sum(sizes: Iterable[float | None]) -> Cost:
    known = list(sizes)
    return Cost(
        megabytes=sum(size for size in known if size is not None) / MEGABYTE,
        unknown=sum(size is None for size in known),
    )


def _window(layer: Layer, area: Area) -> float | None:
    if layer.box is None:
        return layer.size
    known = layer.metadata.data_type
    count = np.dtype(known).itemsize if known in np.sctypeDict else UNKNOWN_COUNT
    frame = frame_of(area, layer.box)
    return float(count * frame.shape[0] * frame.shape[1])


def rate_of_network() -> tuple[float, str]:
    """Give the rate at which files come, and where it is from. [MB/s]

    Raises
    ------
    SourceError
        ``OPTION_INVALID`` where `RATE` is no positive number.
    """
    text = os.environ.get(RATE, "")
    if not text:
        return ASSUMED_RATE, f"assumed; {RATE} states yours"
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not (rate > 0 and math.isfinite(rate)):
        raise SourceError(
            "OPTION_INVALID",
            found=f"{RATE}={text}",
            expected="megabytes a second, more than 0",
            remedy=f"correct or unset {RATE}",
        )
    return rate, f"stated by {RATE}"
