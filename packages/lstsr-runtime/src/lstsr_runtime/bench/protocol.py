"""The registered protocol: a finer sensor's temperature is laid where the coarse one lies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from lstsr_core import SceneError
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.kernel import box_taps, weighted_sum
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE
from lstsr_data.resampling import resample
from lstsr_physics import Shift, estimate_shift

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

Registration: TypeAlias = Literal["database", "scene"]

COLDEST: Final = 250.0
"""Reference pixels below this were interpolated against a fill value (MODIS-ASTER, sunny scenes
without frozen land). [K]"""
EDGE: Final = 3
"""Reference pixels left out around one without a usable value; interpolation against the fill
reaches that far. [reference pixel]"""
BORDER: Final = 2
"""Pixels left out at the border of a scene, where interpolation lacks neighbours: 8 fine ones at
factor 4. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A reference laid on the fine grid of a scene.

    Parameters
    ----------
    lst : array, shape (factor * h, factor * w)
        Temperature, NaN where there is none. [K]
    shift : Shift
        How far the reference lay beside the coarse temperature; undone in `lst`.
    """

    lst: NDArray[np.float64]
    shift: Shift


def lay_truth(scene: xr.DataTree, registration: Registration = "database") -> Truth:
    """Lay the reference of a scene where the coarse temperature lies.

    The shift is estimated at the coarse scale, between reference and measured coarse
    temperature; no sharpened field takes part. The reference is interpolated once, straight from
    its own grid.

    Parameters
    ----------
    scene : xarray.DataTree
        With ``lst`` [K] in /reference.
    registration : {"database", "scene"}
        Whether the displacement that the reference's database is known to have is undone, or
        one that is estimated on this scene. A reference without a known one is always estimated.

    Returns
    -------
    Truth

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without a reference, ``NO_VALID_PIXELS`` where it shares too little
        with the coarse temperature to be registered.
    """
    if REFERENCE not in scene.children:
        raise SceneError(
            "SCENE_INCOMPLETE",
            found=f"nodes: {', '.join(scene.children)}",
            expected=f"/{REFERENCE} with a temperature to score with",
            remedy="score scenes of the MODIS-ASTER database, or simulated ones",
        )
    reference, coarse = (scene[node].to_dataset()[LST] for node in (REFERENCE, COARSE))
    clean = drop_contaminated(reference.to_numpy())
    source, box = geobox_of(reference), geobox_of(scene[GUIDE].to_dataset())
    known = scene[REFERENCE].attrs.get("displacement")
    if registration == "database" and known is not None:
        shift = Shift(dx=known[0], dy=known[1], correlation=math.nan, at_limit=False)
    else:
        shift = estimate_shift(on_grid(resample(clean, source, box, how="bilinear"), box), coarse)
    beside = box.translate_pix(shift.dx, shift.dy)
    return Truth(lst=resample(clean, source, beside, how="bilinear"), shift=shift)


def drop_contaminated(reference: Field) -> NDArray[np.float64]:
    """Leave out missing and too cold pixels, and those `EDGE` around them; shape (h, w). [K]"""
    around = box_taps(0.0, 2 * EDGE + 1)
    bad = (~(reference >= COLDEST)).astype(np.float64)
    contaminated = weighted_sum(bad, around, around) > 0
    return np.where(contaminated, np.nan, reference.astype(np.float64))


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Prediction and truth where both are known, border cut off, mean difference removed.

    Parameters
    ----------
    prediction, truth : array, shape (factor * (h - 2 BORDER), factor * (w - 2 BORDER))
        NaN where either is missing. [K]
    bias : float
        Mean difference that was taken off the prediction. [K]
    """

    prediction: NDArray[np.float64]
    truth: NDArray[np.float64]
    bias: float


def pair_up(prediction: Field, truth: Field, factor: int) -> Pair:
    """Cut off the border, keep what both hold, and remove the mean difference.

    Parameters
    ----------
    prediction, truth : array, shape (factor * h, factor * w)
        NaN where there is none. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    Pair

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` where they share no pixel.
    """
    p, t = (cut_border(field.astype(np.float64), BORDER * factor) for field in (prediction, truth))
    both = np.isfinite(p) & np.isfinite(t)
    if not both.any():
        raise SceneError(
            "NO_VALID_PIXELS",
            found="a result and a reference that share no pixel",
            expected="at least one pixel known to both, off the border of the scene",
            remedy="leave this scene out, or choose a larger one",
        )
    bias = float((p - t)[both].mean())
    return Pair(
        prediction=np.where(both, p - bias, np.nan), truth=np.where(both, t, np.nan), bias=bias
    )


def cut_border(field: Field, width: int) -> Field:
    """Leave out the outermost pixels of a field."""
    return field[width:-width, width:-width]
