"""Statistics of a layer, summed in an order that does not depend on its tiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rasterio.windows import Window

from lstsr_runtime.layer import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class _Strip:
    """Some rows: how many pixels, their ends, their mean, and squares around it."""

    count: int
    low: float
    high: float
    mean: float
    squares: float


def statistics_of(file: Any) -> Mapping[str, str]:  # noqa: ANN401  rasterio is untyped
    """Give the statistics of the first band under the names that GDAL has for them.

    Parameters
    ----------
    file : rasterio.DatasetReader
        Read strip by strip.

    Returns
    -------
    mapping of str to str
        ``STATISTICS_MINIMUM`` and its like, in the units of the band; empty where all is missing.
    """
    strips = [_strip(values) for values in _strips(file) if values.size]
    if not strips:
        return {}
    count = sum(strip.count for strip in strips)
    mean = math.fsum(strip.count * strip.mean for strip in strips) / count
    squares = math.fsum(s.squares + s.count * (s.mean - mean) ** 2 for s in strips)
    found = {
        "MAXIMUM": max(strip.high for strip in strips),
        "MEAN": mean,
        "MINIMUM": min(strip.low for strip in strips),
        "STDDEV": math.sqrt(squares / count),
        "VALID_PERCENT": 100 * count / (file.width * file.height),
    }
    return {f"STATISTICS_{name}": f"{value:.10g}" for name, value in found.items()}


def _strips(file: Any) -> Iterator[NDArray[np.float64]]:  # noqa: ANN401  rasterio is untyped
    """Give the measured values of a row of blocks after the other."""
    for top in range(0, file.height, BLOCK):
        rows = Window(0, top, file.width, min(BLOCK, file.height - top))
        values = file.read(1, window=rows)
        there = values != file.nodata if np.isfinite(file.nodata) else np.isfinite(values)
        yield values[there].astype(np.float64)


def _strip(values: NDArray[np.float64]) -> _Strip:
    mean = float(values.mean())
    return _Strip(
        count=values.size,
        low=float(values.min()),
        high=float(values.max()),
        mean=mean,
        squares=float(((values - mean) ** 2).sum()),
    )
