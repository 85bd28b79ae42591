"""Stored counts become physical values, and fill becomes NaN, before anything else happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SceneError
from lstsr_core.vocabulary import KELVIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILLS: Final = (-9999.0, -28672.0, -32768.0, -3000.0)
"""Stored values that products use for "nothing here": -28672 in MOD09, -3000 in MOD13, -9999 and
-32768 everywhere (MOD09 and MOD13 user guides). They are fill where they leave the valid range."""
LST_FILLS: Final = (0.0, 65535.0, 32767.0, *FILLS)
"""Fill of temperatures: 0 in MOD11 and Landsat C2 ST, 65535 and 32767 in others. Only values that
decode to no possible temperature are taken as fill."""
ZERO_CELSIUS: Final = 273.15
"""Zero of the Celsius scale (BIPM, SI brochure). [K]"""
CELSIUS: Final = frozenset({"c", "degc", "celsius", "degree_celsius", "degrees_celsius", "°c"})
"""Spellings of degrees Celsius, in lower case."""
FAHRENHEIT: Final = frozenset({"f", "degf", "fahrenheit", "degree_fahrenheit", "°f"})
"""Spellings of degrees Fahrenheit, in lower case."""
FAHRENHEIT_STEP: Final = 5.0 / 9.0
"""A degree Fahrenheit in kelvin. [K]"""
FAHRENHEIT_OF_FREEZING: Final = 32.0
"""Zero Celsius on the Fahrenheit scale. [degree Fahrenheit]"""


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """How stored counts of one band become values.

    Parameters
    ----------
    scale, offset : float
        ``value = scale * count + offset``. [unit of the value per count], [unit of the value]
    nodata : tuple of float
        Stored values that mean "nothing here".
    fills : tuple of float
        Stored values that mean it only where they decode to the ends of `valid` or beyond.
    valid : (float, float)
        Closed range of possible values.
    """

    scale: float = 1.0
    offset: float = 0.0
    nodata: tuple[float, ...] = ()
    fills: tuple[float, ...] = ()
    valid: tuple[float, float] = (-np.inf, np.inf)

    def __call__(self, counts: NDArray[Any]) -> NDArray[np.float32]:
        """Decode counts of any shape to float32 of the same shape, NaN where there is none."""
        with np.errstate(over="ignore", invalid="ignore"):  # damaged files hold any bits
            plain = self.scale == 1 and self.offset == 0 and counts.dtype == np.float32
            values = counts if plain else counts.astype(np.float64) * self.scale + self.offset
            missing = ~np.isfinite(counts)
            for fill in filter(np.isfinite, self.nodata):
                missing |= _equal(counts, fill)
            for fill in self.fills:
                same = _equal(counts, fill)
                if same.any():
                    missing[same] |= self._outside(values[same])
            return np.where(missing, np.float32(np.nan), values.astype(np.float32, copy=False))

    def _outside(self, values: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
        """Tell which values lie at the ends of the valid range or beyond."""
        exact = values.astype(np.float64)
        outside: NDArray[np.bool_] = (exact <= self.valid[0]) | (exact >= self.valid[1])
        return outside


def _equal(counts: NDArray[Any], fill: float) -> NDArray[np.bool_]:
    """Compare in the precision of the file: -3.4e38 of a float32 file is no float64 number."""
    same: NDArray[np.bool_] = counts == (np.float32(fill) if counts.dtype == np.float32 else fill)
    return same


def to_kelvin(scale: float, offset: float, units: str) -> tuple[float, float]:
    """Give the scale and offset that end in kelvin.

    Parameters
    ----------
    scale, offset : float
        Those that end in `units`.
    units : str
        Kelvin, degrees Celsius or degrees Fahrenheit in a usual spelling.

    Returns
    -------
    scale, offset : float
        [K per count], [K]

    Raises
    ------
    SceneError
        ``UNITS_UNKNOWN``.
    """
    if units in KELVIN or units.lower() in {"", "k"}:
        return scale, offset
    if units.lower() in CELSIUS:
        return scale, offset + ZERO_CELSIUS
    if units.lower() in FAHRENHEIT:
        return (
            scale * FAHRENHEIT_STEP,
            (offset - FAHRENHEIT_OF_FREEZING) * FAHRENHEIT_STEP + ZERO_CELSIUS,
        )
    raise SceneError(
        "UNITS_UNKNOWN",
        found=f"the units {units!r}",
        expected="kelvin, celsius or fahrenheit",
        remedy="name them (--units kelvin), or swap temperature and guide if they were mixed up",
    )
