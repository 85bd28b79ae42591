"""One band of granules that lie over each other on one frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_data.acquisition.pixels import read_counts
from lstsr_data.lay import overlap, whole_shift

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

    from lstsr_data.acquisition.granule import Layer
    from lstsr_data.acquisition.remote_file import Access

CHUNK: Final = 1024
"""Pixels along one edge of the blocks in which a frame is read. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Pile:
    """What is loaded at once.

    Parameters
    ----------
    layers : tuple of Layer
        One of each granule.
    frame : GeoBox
        Where to.
    access : Access
        How files are reached.
    dtype : numpy.dtype
        Of the counts.
    fill : float
        Count that stands where a file has no pixel.
    chunk : int
        Edge of a block. [pixel]
    """

    layers: tuple[Layer, ...]
    frame: GeoBox
    access: Access
    dtype: np.dtype[np.generic]
    fill: float = 0
    chunk: int = CHUNK

    def read(self, href: str, window: GeoBox) -> NDArray[Any]:
        """Read the counts of one of the files on a part of the frame.

        A file that lies elsewhere is not opened.
        """
        layer = next(layer for layer in self.layers if layer.href == href)
        if layer.box is not None and _apart(layer.box, window):
            return np.full(window.shape, self.fill, self.dtype)
        return np.asarray(read_counts(href, window, self.access, self.fill), self.dtype)


def _apart(source: GeoBox, window: GeoBox) -> bool:
    """Tell whether a window lies on the lines of a grid and beyond its edges."""
    shift = whole_shift(source, window)
    if shift is None:
        return False
    return any(part.stop <= part.start for part in overlap(shift, source, window))
