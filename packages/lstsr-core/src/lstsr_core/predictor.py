"""What a model's `prepare` gives: the function that sharpens one tile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Predictor(Protocol):
    """Sharpens one tile; must survive pickling and depend on nothing but its arguments.

    One that holds fields of the whole scene, such as local coefficients, is a `PlacedPredictor`.
    """

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give the fine temperature of a tile and its standard uncertainty.

        Parameters
        ----------
        lst : array, shape (h, w)
            Coarse temperature, margin included, NaN where there is none. [K]
        guides : array, shape (g, f * h, f * w)
            Fine guides in the order of `guide_names`, NaN where there is none.
        valid : array, shape (h, w)
            Where a temperature was measured.

        Returns
        -------
        lst, sigma : arrays, shape (f * h, f * w)
            Fine temperature and its standard uncertainty. [K]
        """
        ...  # pragma: no cover


@runtime_checkable
class PlacedPredictor(Predictor, Protocol):
    """A Predictor that has to know where in the scene its tile lies."""

    def at(self, row: int, column: int) -> Predictor:
        """Give the Predictor of a tile whose first pixel, margin included, lies here.

        Parameters
        ----------
        row, column : int
            Counted from the first pixel of the scene. [coarse pixel]
        """
        ...  # pragma: no cover


def place(predictor: Predictor, row: int, column: int) -> Predictor:
    """Give the Predictor of the tile that starts here; most are the same everywhere."""
    return predictor.at(row, column) if isinstance(predictor, PlacedPredictor) else predictor
