"""The picture of a run: coarse, guide, sharpened, and what sharpening changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio

from lstsr_core.grid import geobox_of
from lstsr_core.nested import upsample_cubic
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_runtime.sharpening import used_guides

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

EDGE = 700
"""Pixels along the longer edge of a panel, at most. [pixel]"""
LIMITS = (1.0, 99.0)
"""Percentiles between which the colours run. [percent]"""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One map of the picture."""

    title: str
    values: NDArray[np.float32]
    label: str
    colours: str
    limits: tuple[float, float]


def write_quicklook(scene: xr.DataTree, lst: Path, sigma: Path, model: str) -> Path:
    """Draw the picture of a run beside its layers.

    Parameters
    ----------
    scene : xarray.DataTree
        The scene that was sharpened.
    lst, sigma : pathlib.Path
        COGs of the sharpened temperature and of its uncertainty.
    model : str
        Name of the model used.

    Returns
    -------
    pathlib.Path
        ``quicklook.png``.
    """
    path = lst.with_name("quicklook.png")
    figure = draw_quicklook(scene, _read(lst), _read(sigma), model)
    figure.savefig(path, metadata={"Software": None})
    return path


def draw_quicklook(
    scene: xr.DataTree, sharp: NDArray[np.float32], sigma: NDArray[np.float32], model: str
) -> Figure:
    """Draw a result beside the scene that it was made from.

    Parameters
    ----------
    scene : xarray.DataTree
        The scene that was sharpened.
    sharp, sigma : arrays, shape (rows, columns) of the fine grid or of a thinned one
        Sharpened temperature and its uncertainty. [K]
    model : str
        Name of the model used.

    Returns
    -------
    matplotlib.figure.Figure
        Coarse, guide, sharpened and difference, with colour bars in kelvin.
    """
    return _draw(_panels(scene, sharp, sigma, model), scene)


def _panels(
    scene: xr.DataTree, sharp: NDArray[np.float32], sigma: NDArray[np.float32], model: str
) -> tuple[Panel, ...]:
    whole = scene[COARSE][LST].to_numpy()
    change = sharp - _interpolated(whole, sharp.shape)
    step = max(1, -(-max(whole.shape) // EDGE))
    coarse = whole[::step, ::step]
    both = _limits(np.concatenate([coarse.ravel(), sharp.ravel()]))
    most = max(abs(limit) for limit in _limits(change))
    return (
        Panel(title="coarse", values=coarse, label="LST [K]", colours="inferno", limits=both),
        _guide_panel(scene, sigma, model),
        Panel(
            title=f"sharpened ({model})",
            values=sharp,
            label="LST [K]",
            colours="inferno",
            limits=both,
        ),
        Panel(
            title="sharpened - coarse, interpolated",
            values=change,
            label="difference [K]",
            colours="RdBu_r",
            limits=(-most, most),
        ),
    )


def _guide_panel(scene: xr.DataTree, sigma: NDArray[np.float32], model: str) -> Panel:
    """Show the first guide that the model used, or the uncertainty where it used none."""
    names = used_guides(model, scene)
    if not names:
        return Panel(
            title="standard uncertainty",
            values=sigma,
            label="uncertainty [K]",
            colours="viridis",
            limits=_limits(sigma),
        )
    guide = scene[GUIDE].to_dataset()[names[0]]
    step = max(1, -(-max(guide.shape) // EDGE))
    values = guide[::step, ::step].to_numpy()
    units = guide.attrs.get("units", "1")
    return Panel(
        title=f"guide: {names[0]}",
        values=values,
        label=f"{names[0]} [{units}]",
        colours="YlGn" if names[0] in ("ndvi", "evi", "savi") else "cividis",
        limits=_limits(values),
    )


def _draw(panels: tuple[Panel, ...], scene: xr.DataTree) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows, columns = scene[COARSE][LST].shape
    height = min(max(4.6 * rows / columns, 2.5), 14.0)
    figure = Figure(figsize=(11.5, 2 * height + 0.9), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    extent, unit = _extent(scene)
    for axes, panel in zip(figure.subplots(2, 2).flat, panels, strict=True):
        _draw_panel(axes, panel, extent, unit)
    figure.suptitle(_title(scene))
    return figure


def _title(scene: xr.DataTree) -> str:
    pixel, factor = geobox_of(scene[COARSE].to_dataset()).affine.a, factor_of(scene)
    crs = geobox_of(scene[COARSE].to_dataset()).crs
    unit = "degrees" if crs is not None and crs.geographic else "m"
    return f"Land surface temperature, {pixel:.4g} {unit} to {pixel / factor:.4g} {unit}"


def _draw_panel(
    axes: Axes, panel: Panel, extent: tuple[float, float, float, float], unit: str
) -> None:
    image = axes.imshow(
        panel.values,
        extent=extent,
        cmap=panel.colours,
        vmin=panel.limits[0],
        vmax=panel.limits[1],
        interpolation="nearest",
        aspect="auto",
    )
    axes.set_facecolor("0.8")
    axes.set_title(panel.title)
    axes.set_xlabel(unit)
    axes.set_ylabel(unit.replace("east", "north"))
    axes.tick_params(labelsize=8)
    bar: Any = axes.figure.colorbar(image, ax=axes, shrink=0.9)
    bar.set_label(panel.label)


def _extent(scene: xr.DataTree) -> tuple[tuple[float, float, float, float], str]:
    """Give left, right, bottom, top: degrees, or kilometres from the lower left corner."""
    box = geobox_of(scene[COARSE].to_dataset())
    bounds = box.boundingbox
    if box.crs is not None and box.crs.geographic:
        return (bounds.left, bounds.right, bounds.bottom, bounds.top), "degrees east"
    return (0.0, bounds.span_x / 1e3, 0.0, bounds.span_y / 1e3), "km"


def _read(path: Path) -> NDArray[np.float32]:
    """Read a COG, thinned to what a panel can show; overviews make that cheap."""
    with rasterio.open(path) as file:
        step = max(1, -(-max(file.shape) // EDGE))
        shape = tuple(-(-size // step) for size in file.shape)
        values: NDArray[np.float32] = file.read(1, out_shape=shape)
    return values


def _interpolated(coarse: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Give what interpolation alone would show; a thinned picture cannot tell it from blocks."""
    ratio = shape[0] // coarse.shape[0]
    if ratio > 1 and shape == tuple(size * ratio for size in coarse.shape):
        return upsample_cubic(coarse, ratio).astype(np.float32)
    return _resized(coarse, shape)


def _resized(coarse: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Give the coarse value at each of the picture's pixels."""
    rows, columns = (
        (np.arange(size) * whole // size) for size, whole in zip(shape, coarse.shape, strict=True)
    )
    resized: NDArray[np.float32] = coarse[rows][:, columns]
    return resized


def _limits(values: NDArray[np.float32]) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = (float(limit) for limit in np.percentile(finite, LIMITS))
    return (low, high) if high > low else (low - 0.5, high + 0.5)
