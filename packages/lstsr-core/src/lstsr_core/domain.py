"""A model may say where its result leaves what it has learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from lstsr_core.predictor import Predictor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Judged = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]


@runtime_checkable
class JudgingPredictor(Predictor, Protocol):
    """A Predictor that knows where its own domain ends."""

    def judged(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> Judged:
        """Give what the call gives, and where it lies outside of the domain.

        Returns
        -------
        lst, sigma : arrays, shape (f * h, f * w)
            Fine temperature and its standard uncertainty. [K]
        outside : array of bool, shape (f * h, f * w)
            Flagged as ``OUTSIDE_DOMAIN``.
        """
        ...  # pragma: no cover


def judge(
    predictor: Predictor,
    lst: NDArray[np.float32],
    guides: NDArray[np.float32],
    valid: NDArray[np.bool_],
) -> Judged:
    """Sharpen a tile; a Predictor that judges nothing has no outside. See `Predictor`."""
    if isinstance(predictor, JudgingPredictor):
        return predictor.judged(lst, guides, valid)
    fine, sigma = predictor(lst, guides, valid)
    return fine, sigma, np.zeros(fine.shape, np.bool_)
