"""Sharpeners without a guide: what a coarse image says by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import repeat, upsample_cubic, upsample_linear
from lstsr_core.scene import COARSE, LST, factor_of
from lstsr_statistical.spread import unseen_spread

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field


@dataclass(frozen=True, kw_only=True)
class Interpolator:
    """A Predictor that interpolates the coarse temperature.

    Parameters
    ----------
    upsample : callable
        ``upsample(lst, factor)``.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    spread : float
        Standard deviation of the detail that interpolation cannot know. [K]
    """

    upsample: Callable[[Field, int], Field]
    factor: int
    spread: float

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],  # noqa: ARG002  the contract passes them to every model
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Interpolate one tile; see `lstsr_core.Predictor`."""
        fine = self.upsample(lst, self.factor)
        sigma = np.where(repeat(valid, self.factor), self.spread, np.nan)
        return fine.astype(np.float32), sigma.astype(np.float32)


def prepare_nearest(scene: xr.DataTree) -> Interpolator:
    """Repeat every coarse pixel."""
    return _prepare(scene, repeat)


def prepare_bilinear(scene: xr.DataTree) -> Interpolator:
    """Interpolate linearly between coarse centres."""
    return _prepare(scene, upsample_linear)


def prepare_bicubic(scene: xr.DataTree) -> Interpolator:
    """Interpolate by cubic convolution between coarse centres."""
    return _prepare(scene, upsample_cubic)


def _prepare(scene: xr.DataTree, upsample: Callable[[Field, int], Field]) -> Interpolator:
    factor = factor_of(scene)
    lst = scene[COARSE][LST].to_numpy()
    return Interpolator(upsample=upsample, factor=factor, spread=unseen_spread(lst, factor))
