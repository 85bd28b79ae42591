"""What can be chosen of a simulated scene: land, sky, coupling, view."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstsr_core.errors import SceneError
from lstsr_core.kinds import Footprint

Array: TypeAlias = NDArray[np.floating[Any]]
Curve: TypeAlias = Callable[[Array], Array] | tuple[tuple[float, ...], tuple[float, ...]]
"""A function of wavelength [m], or wavelengths [m] and the values there, between which it runs
straight over the logarithm of the wavelength and beyond which it stays."""

MODIS_PIXEL = 926.625433055833
"""Edge of a MODIS 1 km pixel: 1111950.5196666666 m of a tile / 1200. [m]"""
LEAST_SIZE = 4
"""Rows and columns that a scene has to have, so that footprints fit in. [coarse pixel]"""
WAVELENGTHS = (630.0, 1260.0, 2520.0, 5040.0, 10080.0)
"""Where the coupling of the real scenes is known: detail between blocks of s and 2 s, s = 223 m
to 3.6 km, has wavelengths of 2 s to 4 s. [m]"""


def check(name: str, value: float, *, least: float = -math.inf, most: float = math.inf) -> None:
    """Refuse a setting outside of its range.

    Raises
    ------
    SceneError
        ``OPTION_INVALID``.
    """
    if not least <= value <= most:
        raise SceneError(
            "OPTION_INVALID",
            found=f"{name} = {value:g}",
            expected=f"{least:g} to {most:g}",
            remedy="see the settings of lstsr_physics.simulate",
        )


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """The land and the grid it is cut to.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the coarse grid. [coarse pixel]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    pixel : float
        Edge of a coarse pixel. [m]
    water, town, forest : float
        Shares of the land cover; the rest are fields. [1]
    patch : float
        Wavelength up to which the power laws of NDVI and of the woods go on. [m]
    parcel : float
        Typical width of a parcel of one crop. [m]
    ndvi_slope : float
        Exponent of the power spectrum of NDVI over wavenumber at wavelengths shorter than `patch`.
        In 59 MODIS scenes of western Europe its median is -1.5 above 2 km and, blurred by the
        sensor, -2.4 below 1 km. [1]
    intermittency : float
        How uneven the detail of NDVI is from place to place: the flatness of its increments grows
        towards small scales with the exponent -4 times this; 0 is Gaussian. [1]
    relief : float
        Standard deviation of the height; 0 is a plain. [m]
    hurst : float
        Exponent of height differences over distance: 0.5 to 0.7 for land
        (:doi:`10.5194/npg-13-541-2006`). [1]
    """

    shape: tuple[int, int] = (64, 64)
    factor: int = 4
    pixel: float = MODIS_PIXEL
    water: float = 0.02
    town: float = 0.06
    forest: float = 0.3
    patch: float = 20_000.0
    parcel: float = 700.0
    ndvi_slope: float = -2.2
    intermittency: float = 0.03
    relief: float = 80.0
    hurst: float = 0.7

    def __post_init__(self) -> None:
        """Refuse a land that cannot be."""
        check("factor", self.factor, least=1)
        check("rows and columns", min(self.shape), least=LEAST_SIZE)
        for name in ("water", "town", "forest", "relief", "intermittency"):
            check(name, getattr(self, name), least=0)
        check("pixel", self.pixel, least=math.ulp(0))
        check("parcel", self.parcel, least=math.ulp(0))
        check("patch", self.patch, least=math.ulp(0))
        check("water + town + forest", self.water + self.town + self.forest, most=1)

    @property
    def fine_shape(self) -> tuple[int, int]:
        """Rows and columns of the fine grid. [fine pixel]"""
        return self.shape[0] * self.factor, self.shape[1] * self.factor

    @property
    def fine_pixel(self) -> float:
        """Edge of a fine pixel. [m]"""
        return self.pixel / self.factor

    @property
    def reach(self) -> float:
        """Wavelength up to which power laws go on. [fine pixel]"""
        return self.patch / self.fine_pixel


@dataclass(frozen=True, kw_only=True)
class Sky:
    """Sun, air and water at the overpass.

    Parameters
    ----------
    sun_elevation : float
        Above the horizon; below 0 it is night. [degree]
    sun_azimuth : float
        From north over east. [degree]
    air : float
        Air temperature at the mean height of the scene. [K]
    water : float
        Temperature of open water. [K]
    sensible_share : float
        Mean share of the net radiation that the land exchanges with the air; by day water takes
        the rest by evaporation and the ground by conduction, by night the ground gives it. [1]
    resistance : float
        Aerodynamic resistance of the air to heat: 30 to 100 over crops by day, more in the still
        air of a clear night. [s m-1]
    """

    sun_elevation: float = 58.0
    sun_azimuth: float = 145.0
    air: float = 296.0
    water: float = 294.0
    sensible_share: float = 0.4
    resistance: float = 50.0

    def __post_init__(self) -> None:
        """Refuse a sky that cannot be."""
        check("sun_elevation", self.sun_elevation, least=-90, most=90)
        check("sensible_share", self.sensible_share, least=0, most=1)
        for name in ("air", "water", "resistance"):
            check(name, getattr(self, name), least=math.ulp(0))

    @property
    def is_day(self) -> bool:
        """Whether the sun is up."""
        return self.sun_elevation > 0


@dataclass(frozen=True, kw_only=True)
class Coupling:
    """How temperature follows NDVI at each wavelength, on level land.

    Parameters
    ----------
    gain : callable, or tuple of wavelengths and gains
        Change of temperature with NDVI, as a function of wavelength [m]. [K]
    coherence : callable, or tuple of wavelengths and coherences
        Share of the variance of temperature that follows NDVI, as a function of wavelength [m],
        more than 0 and at most 1. Where the gain is 0, so is all variance. [1]
    """

    gain: Curve
    coherence: Curve

    def __post_init__(self) -> None:
        """Refuse wavelengths that are not one a value, from short to long."""
        for name in ("gain", "coherence"):
            curve = getattr(self, name)
            if not callable(curve):
                places, values = curve
                check(
                    f"number of values of {name}", len(values), least=len(places), most=len(places)
                )
                steps = np.diff(places, prepend=0.0)
                check(f"least step of the wavelengths of {name}", steps.min(), least=math.ulp(0))


@dataclass(frozen=True, kw_only=True)
class View:
    """How the coarse sensor sees the scene.

    Parameters
    ----------
    footprint : Footprint
        What one coarse pixel sees.
    noise : float
        Standard deviation of white noise on the coarse temperature. [K]
    clouds : float
        Share of the coarse pixels under clouds. [1]
    """

    footprint: Footprint = field(default_factory=Footprint)
    noise: float = 0.3
    clouds: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a view that shows nothing."""
        check("noise", self.noise, least=0)
        check("clouds", self.clouds, least=0, most=0.95)


DAY = Sky()
"""Half past ten on a clear summer morning in western Europe, when Terra passes."""
NIGHT = Sky(sun_elevation=-30.0, air=287.0, water=292.0, sensible_share=0.6, resistance=120.0)
"""The night before: radiation cools the land below the air, water stays warm."""
DAY_COUPLING = Coupling(
    gain=(WAVELENGTHS, (-6.5, -14.8, -19.6, -22.0, -24.5)),
    coherence=(WAVELENGTHS, (0.22, 0.43, 0.58, 0.67, 0.73)),
)
"""Chosen so that detail between blocks of s and 2 s shows the slopes (-10.1, -15.3, -19.5, -21.9,
-23.7 K) and correlations (-0.56, -0.68, -0.76, -0.81, -0.83) of ASTER temperature on MODIS NDVI:
medians of registered scenes of western Europe (MODIS-ASTER database, arXiv 2502.01204). What ASTER
blurs at the finest scale is in it. [K], [1]"""
NIGHT_COUPLING = Coupling(
    gain=(WAVELENGTHS, (1.0, 1.5, 2.0, 2.5, 3.0)),
    coherence=(WAVELENGTHS, (0.05, 0.08, 0.1, 0.12, 0.15)),
)
"""An assumption: moist ground under plants stores more of the day's heat, a weak, positive
coupling. [K], [1]"""
