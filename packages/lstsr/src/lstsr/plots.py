"""Pictures of a scene and of what came of it, for notebooks."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core.nested import block_mean, repeat
from lstsr_core.scene import COARSE, LST, factor_of
from lstsr_runtime.bench.figure import blank
from lstsr_runtime.quicklook import EDGE, draw_quicklook

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

SIGMA: Final = "lst_uncertainty"
"""Variable of a result: standard uncertainty. [K]"""
REFERENCE: Final = "reference"
"""Node of a scene that holds the fine temperature, where it is known."""
LEAST_BLOCKS: Final = 4
"""Blocks along an edge below which an octave is not shown. [1]"""
COMMON: Final = (1, 99)
"""Percentiles of the uncertainty between which colours run."""


class ScenePlots:
    """What ``scene.lst.plot`` offers.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene, see `lstsr_core.build_scene`.

    Examples
    --------
    >>> import lstsr
    >>> from lstsr_core.testing import make_scene
    >>> scene = make_scene(shape=(16, 16))
    >>> figure = scene.lst.plot.uncertainty(scene.lst.sharpen())
    >>> figure.savefig("uncertainty.png")
    """

    def __init__(self, scene: xr.DataTree) -> None:
        self._scene = scene

    def compare(self, result: xr.Dataset) -> Figure:
        """Draw coarse, guide, sharpened and difference beside each other.

        Parameters
        ----------
        result : xarray.Dataset, dims (y, x)
            What `sharpen` gave for this scene.

        Returns
        -------
        matplotlib.figure.Figure
            With colour bars in kelvin; a notebook shows it, ``figure.savefig(PATH)`` keeps it.
        """
        sharp, sigma = _thinned(result)
        return shown(draw_quicklook(self._scene, sharp, sigma, str(result.attrs["model"])))

    def spectrum(self, result: xr.Dataset) -> Figure:
        """Draw how much the temperature varies at each scale.

        Parameters
        ----------
        result : xarray.Dataset, dims (y, x)
            What `sharpen` gave for this scene.

        Returns
        -------
        matplotlib.figure.Figure
            Standard deviation of each octave (mean over blocks less that over blocks twice as wide)
            over the edge of its blocks, of the coarse and of the sharpened temperature, and of the
            reference where the scene has one. [K]
        """
        factor = factor_of(self._scene)
        fields = {"coarse": (self._scene[COARSE][LST].to_numpy(), factor)}
        fields["sharpened"] = (result[LST].to_numpy(), 1)
        if REFERENCE in self._scene:
            fields["reference"] = (self._scene[REFERENCE][LST].to_numpy(), 1)
        figure = blank(7, 4)
        axes = figure.subplots()
        edges = [_draw_octaves(axes, *field, label) for label, field in fields.items()]
        every = sorted(set().union(*edges))
        axes.set_xticks(every, [str(edge) for edge in every])
        axes.minorticks_off()
        axes.axvline(factor, color="0.5", lw=0.8, ls="--")
        axes.set(xlabel="edge of the blocks [fine pixel]; dashed: the coarse pixel")
        axes.set(ylabel="standard deviation of the octave [K]", ylim=(0, None))
        axes.legend(frameon=False)
        return shown(figure)

    def uncertainty(self, result: xr.Dataset) -> Figure:
        """Draw the standard uncertainty as a map, and how often which occurs.

        Parameters
        ----------
        result : xarray.Dataset, dims (y, x)
            What `sharpen` gave for this scene.

        Returns
        -------
        matplotlib.figure.Figure
            Where the scene has a reference, a third panel holds errors against it. [K]
        """
        sharp, sigma = _thinned(result)
        figure = blank(12 if REFERENCE in self._scene else 8, 4)
        panels = figure.subplots(1, 3 if REFERENCE in self._scene else 2)
        known = sigma[np.isfinite(sigma)]
        low, high = np.percentile(known, COMMON) if known.size else (0.0, 1.0)
        picture = panels[0].imshow(sigma, vmin=low, vmax=high, cmap="viridis")
        panels[0].set_axis_off()
        figure.colorbar(picture, ax=panels[0], label="standard uncertainty [K]", shrink=0.8)
        panels[1].hist(known, bins=50, color="C0")
        panels[1].set(xlabel="standard uncertainty [K]", ylabel="pixels")
        if REFERENCE in self._scene:
            _draw_errors(panels[2], sharp - self._thin_reference(result), sigma)
        return shown(figure)

    def _thin_reference(self, result: xr.Dataset) -> Field:
        step = _step(result)
        return np.asarray(self._scene[REFERENCE][LST].to_numpy()[::step, ::step])


def shown(figure: Figure) -> Figure:
    """Let a notebook show a figure that no window system knows of."""
    setattr(figure, "_repr_png_", partial(_as_png, figure))  # noqa: B010  no attribute of its class
    return figure


def _as_png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _step(result: xr.Dataset) -> int:
    return max(1, -(-max(result[LST].shape) // EDGE))


def _thinned(result: xr.Dataset) -> tuple[Field, Field]:
    """Compute no more pixels of a large result than a picture shows. [K]"""
    every = slice(None, None, _step(result))
    thin = result[[LST, SIGMA]].isel(y=every, x=every).compute()
    return thin[LST].to_numpy(), thin[SIGMA].to_numpy()


def _draw_octaves(axes: Axes, field: Field, edge: int, label: str) -> list[int]:
    """Draw the octaves of a field whose pixels are `edge` fine pixels wide; give their edges."""
    edges, spread = [], []
    while min(field.shape) >= 2 * LEAST_BLOCKS:
        field = field[: field.shape[0] // 2 * 2, : field.shape[1] // 2 * 2]
        above = block_mean(field, 2)
        edges.append(edge)
        spread.append(float(np.nanstd(field - repeat(above, 2))))
        field, edge = above, 2 * edge
    axes.semilogx(edges, spread, "o-", base=2, label=label)
    return edges


def _draw_errors(axes: Axes, error: Field, sigma: Field) -> None:
    known = np.isfinite(error) & np.isfinite(sigma)
    ratio = np.clip(error[known] / sigma[known], -4, 4)
    axes.hist(ratio, bins=list(np.linspace(-4, 4, 41)), density=True, color="0.75")
    at = np.linspace(-4, 4, 200)
    axes.plot(at, np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi), color="C3", label="as stated")
    axes.set(xlabel="error / standard uncertainty", ylabel="density")
    axes.legend(frameon=False)
