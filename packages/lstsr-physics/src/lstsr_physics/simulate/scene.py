"""A whole scene: land, temperature, and what a coarse sensor sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_core.grid import divide, on_grid
from lstsr_core.scene import build_scene
from lstsr_core.testing.scenes import CORNER, SINUSOIDAL
from lstsr_physics.simulate.balance import level_temperature, on_relief
from lstsr_physics.simulate.coupling import follow
from lstsr_physics.simulate.cover import KINDS, WATER, draw_texture, land_cover, land_ndvi, of_kind
from lstsr_physics.simulate.relief import draw_height
from lstsr_physics.simulate.settings import (
    DAY,
    DAY_COUPLING,
    NIGHT_COUPLING,
    Coupling,
    Landscape,
    Sky,
    View,
)
from lstsr_physics.simulate.view import disturb, see_temperature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

    from lstsr_physics.simulate.settings import Array


def simulate_scene(
    seed: int,
    *,
    settings: Landscape = Landscape(),  # noqa: B008  frozen
    sky: Sky = DAY,
    coupling: Coupling | None = None,
    view: View = View(),  # noqa: B008  frozen
) -> xr.DataTree:
    """Simulate a scene whose answer is known at every scale.

    NDVI grows on a mosaic of fields, woods, towns and water. On level land, temperature follows it
    by the gain and the coherence of `coupling`; this says how wet the ground is, and the energy
    balance then lays that land on hills. Open water has a temperature of its own. So the coupling
    holds exactly, wavelength by wavelength, where ``relief=0`` and ``water=0``, and on land
    otherwise. All fields are periodic: opposite borders fit.

    Parameters
    ----------
    seed : int
        The same seed and settings give the same scene.
    settings : Landscape
        Grid, land cover, NDVI and relief.
    sky : Sky
        Sun, air and water; `NIGHT` for a night.
    coupling : Coupling, optional
        Gain and coherence at each wavelength; `DAY_COUPLING` or, without sun, `NIGHT_COUPLING`.
    view : View
        Footprint, noise and clouds of the coarse sensor.

    Returns
    -------
    xarray.DataTree
        A scene: ``lst`` and ``lst_uncertainty`` [K] in /coarse; ``ndvi``, ``red``, ``nir`` [1],
        ``elevation`` above the lowest place [m] and ``land_cover`` (codes of ESA WorldCover) in
        /guide; the true ``lst`` [K] and ``emissivity`` [1] in /reference, on the fine grid.

    Raises
    ------
    SceneError
        ``OPTION_INVALID``.

    Examples
    --------
    >>> from lstsr_physics.simulate import Landscape, View, simulate_scene
    >>> scene = simulate_scene(7, settings=Landscape(shape=(16, 16)), view=View(clouds=0.25))
    >>> scene["coarse/lst"].shape, scene["guide/ndvi"].shape
    ((16, 16), (64, 64))
    >>> round(float(scene["coarse/lst"].isnull().mean()), 2)
    0.25

    A quick look, where matplotlib is installed::

        scene["reference/lst"].plot(cmap="inferno", robust=True)
    """
    random = np.random.default_rng(seed)
    height = draw_height(settings, random)
    cover = land_cover(height, settings, random)
    ndvi = land_ndvi(cover, settings, random)
    chosen = coupling or (DAY_COUPLING if sky.is_day else NIGHT_COUPLING)
    lst = follow(ndvi, draw_texture(settings, random), chosen, settings.fine_pixel)
    lst = on_relief(lst + level_temperature(sky), height, settings.fine_pixel, sky)
    wet = cover == WATER.code
    height[wet] = height[wet].max(initial=-np.inf)
    ripple = random.standard_normal(int(wet.sum()), dtype=np.float32)
    lst[wet], ndvi[wet] = sky.water, WATER.ndvi + WATER.spread * ripple
    emissivity = of_kind("emissivity", cover)
    seen = see_temperature(lst, emissivity, view.footprint, settings.factor)
    box = _grid(settings)
    fine = divide(box, settings.factor)
    return build_scene(
        _coarse(disturb(seen, view, random), view.noise, box),
        _guides(ndvi, height, cover, fine),
        _dataset({"lst": lst, "emissivity": emissivity}, fine),
    )


def _grid(land: Landscape) -> GeoBox:
    from odc.geo.geobox import GeoBox

    (left, top), (rows, columns) = CORNER, land.shape
    edges = (left, top - rows * land.pixel, left + columns * land.pixel, top)
    return GeoBox.from_bbox(edges, crs=SINUSOIDAL, shape=land.shape, tight=True)


def _coarse(lst: Array, noise: float, box: GeoBox) -> xr.Dataset:
    uncertainty = np.where(np.isnan(lst), np.nan, noise)
    node = _dataset({"lst": lst, "lst_uncertainty": uncertainty}, box)
    node["lst_uncertainty"].attrs["units"] = "K"
    return node.assign_attrs(sensor="simulated")


def _guides(
    ndvi: NDArray[np.float32], height: NDArray[np.float32], cover: NDArray[np.uint8], box: GeoBox
) -> xr.Dataset:
    brightness = of_kind("brightness", cover)
    red, nir = brightness * (1 - ndvi) / 2, brightness * (1 + ndvi) / 2
    fields = {"ndvi": ndvi, "red": red, "nir": nir, "elevation": height - height.min()}
    node = _dataset(fields, box)
    meanings = {
        "long_name": "land cover",
        "units": "1",
        "flag_values": [kind.code for kind in KINDS],
        "flag_meanings": " ".join(kind.meaning for kind in KINDS),
    }
    return node.assign(land_cover=on_grid(cover, box).assign_attrs(meanings))


def _dataset(fields: Mapping[str, Array], box: GeoBox) -> xr.Dataset:
    return xr.Dataset(
        {name: on_grid(values.astype(np.float32), box) for name, values in fields.items()}
    )
