"""What a pixel of each thermal sensor sees, by its scan geometry or its modulation transfer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from lstsr_core import Footprint, PluginError
from lstsr_physics.profile import Profile, narrowed
from lstsr_physics.scan_geometry import growth, scan_angle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lstsr_core.kernel import Taps

Basis: TypeAlias = Literal["derived", "specified", "assumed"]
"""Where a modulation comes from: geometry and optics of the instrument, a mission's requirement,
or nothing better than what such instruments usually have."""

BOX: Final = 2.0 / math.pi
"""Modulation that a box of one pixel leaves at the Nyquist frequency. [1]"""
VIIRS_ZONES: Final = ((31.59, 3), (44.68, 2), (90.0, 1))
"""Scan angle to which VIIRS averages so many samples [degree], [1]
(:doi:`10.1002/jgrd.50873`)."""


@dataclass(frozen=True, kw_only=True)
class ThermalSensor:
    """A thermal sensor as its pixel sees the ground.

    Parameters
    ----------
    scan, track : float
        Edge of the pixel at nadir, along the scan (for a pushbroom: across the track) and along
        the track. [m]
    mtf : (float, float)
        Modulation left at the Nyquist frequency of that edge, along the scan and the track. [1]
    basis : {"derived", "specified", "assumed"}
        Where the modulation comes from.
    altitude : float
        Height of the orbit. [km]
    grid : float
        Edge of the pixel of the gridded product; 0 where there is none. [m]
    triangular : bool
        Whether the scan smears each pixel over its own width, which makes a triangle.
    zones : tuple of (float, int)
        Scan angle up to which so many samples are averaged. [degree], [1]
    launched : bool
        Whether the values are those of an instrument in orbit, not of a design.
    source : str
        DOI of the document that describes the sensor.
    """

    scan: float
    track: float
    mtf: tuple[float, float]
    basis: Basis
    altitude: float
    source: str
    grid: float = 0.0
    triangular: bool = False
    zones: tuple[tuple[float, int], ...] = ()
    launched: bool = True


def _square(edge: float, mtf: float, **rest: object) -> ThermalSensor:
    return ThermalSensor(scan=edge, track=edge, mtf=(mtf, mtf), **rest)  # type: ignore[arg-type]


SENSORS: Final[Mapping[str, ThermalSensor]] = MappingProxyType(
    {
        # Bands 31 and 32; the optics blur far less than the detector and its motion.
        "modis": ThermalSensor(
            scan=1000.0,
            track=1000.0,
            mtf=(BOX**2, BOX),
            basis="derived",
            altitude=705.0,
            grid=926.625,
            triangular=True,
            source="10.1109/36.701082",
        ),
        # M15 and M16; requirement of the mission (doi:10.1109/TGRS.2022.3229825).
        "viirs": _square(
            750.0,
            0.3,
            basis="specified",
            altitude=829.0,
            zones=VIIRS_ZONES,
            source="10.1002/jgrd.50873",
        ),
        "slstr": _square(
            1000.0, 0.3, basis="assumed", altitude=814.5, source="10.1117/1.JRS.8.084979"
        ),
        # Box of 25 um behind a diffraction-limited f/1.64 at 10.9 um: 0.64 x 0.56.
        "landsat-tirs": _square(
            100.0, 0.36, basis="derived", altitude=705.0, grid=30.0, source="10.3390/rs70101135"
        ),
        "aster": ThermalSensor(
            scan=90.0,
            track=90.0,
            mtf=(0.25, 0.20),
            basis="specified",
            altitude=705.0,
            grid=90.0,
            source="10.1109/36.700991",
        ),
        "ecostress": ThermalSensor(
            scan=69.0,
            track=38.0,
            mtf=(0.3, 0.3),
            basis="assumed",
            altitude=400.0,
            grid=70.0,
            source="10.1029/2019WR026058",
        ),
        "trishna": _square(
            57.0,
            0.25,
            basis="assumed",
            altitude=761.0,
            launched=False,
            source="10.1109/IGARSS.2018.8518720",
        ),
        "lstm": _square(
            50.0,
            0.25,
            basis="assumed",
            altitude=651.0,
            launched=False,
            source="10.1117/12.2679705",
        ),
        "sbg": _square(
            60.0,
            0.25,
            basis="assumed",
            altitude=693.0,
            launched=False,
            source="10.1016/j.rse.2021.112349",
        ),
    }
)
"""Thermal sensors by name. `basis` and `launched` say how far to trust each."""


@dataclass(frozen=True, kw_only=True)
class GroundFootprint:
    """What a pixel sees, at one view angle, along the columns and the rows of its grid.

    Parameters
    ----------
    columns, rows : Profile
        Along the scan, taken to run along the columns, and along the track. [m]
    """

    columns: Profile
    rows: Profile

    def taps(self, pixel: float, factor: int) -> tuple[Taps, Taps]:
        """Weigh fine pixels around a coarse one, along the rows and along the columns.

        Parameters
        ----------
        pixel : float
            Edge of a fine pixel. [m]
        factor : int
            Fine pixels along one edge of a coarse pixel. [1]

        Returns
        -------
        (Taps, Taps)
            Counted from the first fine pixel of the coarse one.
        """
        centre = (factor - 1) / 2
        return self.rows.taps(pixel, centre), self.columns.taps(pixel, centre)

    def gaussian(self, pixel: float) -> Footprint:
        """Give the round Gaussian that is as blurred at the Nyquist frequency of `pixel` [m]."""
        nyquist = 0.5 / pixel
        left = float(self.columns.mtf(nyquist) * self.rows.mtf(nyquist)) ** 0.5
        return Footprint(shape="gaussian", mtf=left)


def footprint_at(sensor: str, view_zenith: float = 0.0) -> GroundFootprint:
    """Give what a pixel of a sensor sees at a view angle.

    Parameters
    ----------
    sensor : str
        A name of `SENSORS`.
    view_zenith : float
        Angle of the sensor from the zenith, seen from the ground. [degree]

    Returns
    -------
    GroundFootprint
        MODIS: a triangle along the scan, a box along the track, both growing with the angle,
        smeared by the grid that its pixels are averaged to. Others: Gaussians by their
        modulation. The scan is taken to run along the rows of the grid; at middle latitudes
        it is tilted by some 10 degrees against them.

    Raises
    ------
    PluginError
        ``UNKNOWN_NAME``.
    SceneError
        ``SCALE_SUSPECT`` where the angle is not one at which land is observed.
    """
    known = _sensor(sensor)
    scan, track = growth(view_zenith, known.altitude)
    if known.triangular:
        widths = (known.scan * scan, known.scan * scan), (known.track * track,)
        along = [Profile(boxes=(*boxes, known.grid)) for boxes in widths]
        return GroundFootprint(columns=along[0], rows=along[1])
    scan *= _averaged(known, view_zenith)
    return GroundFootprint(
        columns=narrowed(scan, known.mtf[0], known.scan),
        rows=narrowed(track, known.mtf[1], known.track),
    )


def _averaged(sensor: ThermalSensor, view_zenith: float) -> float:
    """Give the share of the nadir's samples that are averaged along the scan. [1]"""
    angle = scan_angle(view_zenith, sensor.altitude)
    samples = [count for limit, count in sensor.zones if angle <= limit]
    return samples[0] / sensor.zones[0][1] if samples else 1.0


def _sensor(name: str) -> ThermalSensor:
    if name not in SENSORS:
        raise PluginError(
            "UNKNOWN_NAME",
            found=f"the sensor {name!r}",
            expected=f"one of {', '.join(SENSORS)}",
            remedy="describe it by its modulation: lstsr_core.Footprint(mtf=...)",
        )
    return SENSORS[name]
