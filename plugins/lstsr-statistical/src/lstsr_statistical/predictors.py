"""Guides become predictors: numbers stay as they are, classes become shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lstsr_core import ModelError
from lstsr_core.scene import GUIDE, factor_of
from lstsr_core.strips import read_strips

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_core.strips import Strip

Classes = tuple[float, ...]

ROWS = 512
"""Rows of a guide of classes that are looked through at once. [fine pixel]"""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which guides there are, and which of them hold classes.

    Parameters
    ----------
    names : tuple of str
        Guides in the order in which a Predictor gets them.
    classes : tuple of tuple of float
        For each guide the values of its classes (CF ``flag_values``), empty for numbers.
    """

    names: tuple[str, ...]
    classes: tuple[Classes, ...]

    def expand(self, guides: NDArray[np.float32]) -> NDArray[np.float64]:
        """Give the predictors of guides in double precision, see `expand_as`."""
        return self.expand_as(guides, np.float64).astype(np.float64, copy=False)

    def expand_as(self, guides: NDArray[np.float32], precision: type[np.floating[Any]]) -> Field:
        """Give the predictors of guides.

        Parameters
        ----------
        guides : array, shape (g, ...)
            NaN where there is none.
        precision : type
            Of the predictors; single takes half the time, and hundredths of a millikelvin.

        Returns
        -------
        array, shape (p, ...)
            One layer a guide of numbers; one layer a class but the last, 1 inside and 0 outside,
            for a guide of classes; NaN where the guide is.
        """
        layers: list[Field] = []
        for guide, classes in zip(guides.astype(precision), self.classes, strict=True):
            if not classes:
                layers.append(guide)
            inside = (np.where(np.isnan(guide), np.nan, guide == value) for value in classes[:-1])
            layers.extend(inside)
        return np.stack(layers).astype(precision, copy=False)


def layout_of(scene: xr.DataTree, names: tuple[str, ...], model: str) -> Layout:
    """Read which guides of a scene hold classes.

    Raises
    ------
    ModelError
        ``GUIDE_MISSING`` without a single guide.
    """
    if not names:
        raise ModelError(
            "GUIDE_MISSING",
            found="a scene without guides",
            expected=f"at least one guide for the model {model!r}",
            remedy="add --guide NAME=FILE, or choose a model without guides (bicubic)",
        )
    fine = scene[GUIDE].to_dataset()
    return Layout(names=names, classes=tuple(_classes(fine[name]) for name in names))


def _classes(guide: xr.DataArray) -> Classes:
    """Give the classes that CF attributes name, those alone that the guide holds."""
    named = guide.attrs.get("flag_values", ())
    held = _held(guide) if np.size(named) else ()
    return tuple(float(value) for value in np.ravel(named) if value in held)


def _held(guide: xr.DataArray) -> Collection[float]:
    """Give the values that a guide holds, read strip by strip."""
    strips = (np.unique(values) for _, values in read_strips(guide, ROWS))
    return set().union(*(strip.tolist() for strip in strips))


def guide_strips(
    scene: xr.DataTree, names: tuple[str, ...], height: int, *, reach: int = 0
) -> Iterator[tuple[Strip, NDArray[np.float32]]]:
    """Read the guides of a scene strip by strip, each row but once.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    names : tuple of str
        Its guides.
    height, reach : int
        Coarse rows of a strip, and around it. [coarse pixel]

    Yields
    ------
    strip : Strip
        Fine rows.
    guides : array, shape (g, rows of the outer ones, factor * w)
    """
    factor = factor_of(scene)
    fine = scene[GUIDE].to_dataset()
    guides = [fine[name] for name in names]
    strips = (read_strips(guide, height * factor, reach=reach * factor) for guide in guides)
    for parts in zip(*strips, strict=True):
        yield parts[0][0], np.stack([values.astype(np.float32) for _, values in parts])
