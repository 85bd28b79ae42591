"""What a prediction misses of the coarse temperature is added back, smoothly and to the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import block_mean, repeat, upsample_cubic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

ROUNDS = 2
"""Smooth repetitions before what is left, hundredths of a kelvin, is added as blocks. [1]"""


def add_back(prediction: Field, lst: Field, factor: int, *, exact: bool = False) -> Field:
    """Give a fine temperature that agrees with the coarse one.

    ``T = U(T_c) + (r - U(A r))`` with r the prediction, U cubic upsampling and A the block mean:
    the prediction plus the upsampled residual ``T_c - A r``. Where there is no prediction the
    interpolated temperature stands.

    Parameters
    ----------
    prediction : array, shape (factor * h, factor * w)
        Predicted temperature, NaN where there is none; only its detail matters. [K]
    lst : array, shape (h, w)
        Coarse temperature, NaN where there is none. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    exact : bool
        Repeat with what is still missed until block means give back the input. It sharpens the
        coarse sensor's noise as well: on real scenes the error grows by about 5 %.

    Returns
    -------
    array, shape (factor * h, factor * w)
        NaN where the coarse pixel is. [K]
    """
    detail = prediction - upsample_cubic(block_mean(prediction, factor), factor)
    fine = upsample_cubic(lst.astype(np.float64), factor) + np.nan_to_num(detail)
    for _ in range(ROUNDS if exact else 0):
        missed = np.nan_to_num(lst - block_mean(fine, factor))
        fine = fine + upsample_cubic(missed, factor)
    return add_back_as_blocks(fine, lst, factor) if exact else fine


def add_back_as_blocks(
    prediction: Field, lst: Field, factor: int, coarse: Field | None = None
) -> NDArray[np.float64]:
    """Copy the coarse residual to the fine pixels, as the reference codes do (block edges). [K]

    The residual is that of `coarse`, a prediction of the coarse grid of its own, where given, else
    that of the block means of the prediction.
    """
    expected = block_mean(prediction, factor) if coarse is None else coarse
    return prediction + repeat(lst - expected, factor)
