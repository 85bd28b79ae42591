"""Quality words: what a range of their bits says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr


@dataclass(frozen=True, kw_only=True)
class BitField:
    """Neighbouring bits of a quality word that together say one thing.

    Parameters
    ----------
    name : str
        What they speak of, in lower case with underscores.
    first : int
        Lowest of the bits, from 0 for the least significant of the word. [bit]
    classes : tuple of str
        What each of their values means, from 0 upwards; a power of two of them.
    """

    name: str
    first: int
    classes: tuple[str, ...] = ("no", "yes")

    @property
    def highest(self) -> int:
        """Largest value that the bits can have. [1]"""
        return len(self.classes) - 1

    def of(self, words: xr.DataArray) -> xr.DataArray:
        """Give the value of the bits in each word.

        Parameters
        ----------
        words : xarray.DataArray of integers
            Quality words as they are stored; any dims.

        Returns
        -------
        xarray.DataArray of integers
            0 to `highest`; same dims.
        """
        return ((words >> self.first) & self.highest).drop_attrs()

    def translated(self, words: xr.DataArray, table: Sequence[float]) -> xr.DataArray:
        """Give for each word the number that a table holds for the value of the bits.

        Parameters
        ----------
        words : xarray.DataArray of integers
            Quality words as they are stored; any dims.
        table : sequence of float
            One number for each class; any units.

        Returns
        -------
        xarray.DataArray of float32
            Same dims, units of the table.
        """
        import numpy as np
        import xarray as xr

        numbers = np.asarray(table, np.float32)
        translated: xr.DataArray = xr.apply_ufunc(
            lambda values: numbers[values],
            self.of(words),
            dask="parallelized",
            output_dtypes=[np.float32],
        )
        return translated


def flag_attributes(*fields: BitField) -> dict[str, Any]:
    """Describe quality words as CF does: masks, values and meanings of equal length.

    References
    ----------
    .. [1] CF Conventions 1.12, section 3.5, "Flags"
    """
    named = [(field, value) for field in fields for value in range(len(field.classes))]
    return {
        "flag_masks": [field.highest << field.first for field, _ in named],
        "flag_values": [value << field.first for field, value in named],
        "flag_meanings": " ".join(f"{field.name}_{field.classes[value]}" for field, value in named),
    }
