"""The layers of every result, and how each becomes a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

BLOCK: Final = 512
"""Edge of the blocks inside a file. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """How a variable of a result becomes a file.

    Parameters
    ----------
    dtype : str
        Type of the pixels.
    nodata : float
        Value of pixels without a measurement.
    overviews : str
        How overviews are made.
    description, units : str
        What the band holds.
    """

    dtype: str
    nodata: float
    overviews: str
    description: str
    units: str


LAYERS: Final = {
    "lst": Layer(
        dtype="float32",
        nodata=np.nan,
        overviews="average",
        description="land surface temperature",
        units="K",
    ),
    "lst_uncertainty": Layer(
        dtype="float32",
        nodata=np.nan,
        overviews="average",
        description="standard uncertainty of the land surface temperature",
        units="K",
    ),
    "quality": Layer(
        dtype="uint8",
        nodata=0,
        overviews="mode",
        description="quality flags",
        units="1",
    ),
}
"""The layers of every result, by the names of their variables."""
