"""How the layers that a network sees are scaled to numbers around zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Scaling(NamedTuple):
    """A network sees ``(layer - mean) / scale``; both in the units of the layer."""

    mean: float
    scale: float


LST_STD: Final = 7.999
"""Standard deviation of the temperature in the z-scores of the published networks
(:doi:`10.48550/arXiv.2502.01204`). [K]"""
NDVI_MEAN: Final = 0.64484
"""Mean NDVI of the same z-scores. [1]"""
NDVI_STD: Final = 0.16528
"""Standard deviation of NDVI of the same z-scores. [1]"""
SCALINGS: Final[Mapping[str, Scaling]] = {
    "lst_cubic": Scaling(0.0, LST_STD),
    "lst_detail": Scaling(0.0, 2.0),
    "law": Scaling(0.0, 1.0),
    "ndvi": Scaling(NDVI_MEAN, NDVI_STD),
    "ndvi_detail": Scaling(0.0, 0.1),
    "slope": Scaling(-12.0, 8.0),
    "slope_detail": Scaling(0.0, 1.0),
    "law_sigma": Scaling(1.0, 0.5),
    "valid": Scaling(0.0, 1.0),
    "scale": Scaling(0.0, 2.0),
}
"""Scaling of every layer; where nothing is known a layer is 0 before it is scaled. All but those of
the published networks are round numbers near the spread of the MODIS-ASTER scenes."""
UNITS: Final[Mapping[str, str]] = {
    "lst_cubic": "K",
    "lst_detail": "K",
    "law": "K",
    "ndvi": "1",
    "ndvi_detail": "1",
    "slope": "K",
    "slope_detail": "K",
    "law_sigma": "K",
    "valid": "1",
    "scale": "1",
}
"""Units of every layer."""
GUIDED: Final = ("law", "ndvi", "ndvi_detail", "slope", "slope_detail")
"""Layers that are 0 where the guide is missing."""
SCALE: Final = "scale"
"""Layer that tells the scale: log2 of the coarse pixel in km, the same everywhere. [1]"""
