"""How the ground that a pixel sees grows with the angle it is seen at."""

from __future__ import annotations

import math
from typing import Final

from lstsr_core import SceneError

EARTH: Final = 6371.0
"""Mean radius of the Earth (GRS 80, IUGG). [km]"""
STEEPEST: Final = 80.0
"""View zenith beyond which no land product is made; the formulas below end at 90. [degree]"""


def growth(view_zenith: float, altitude: float) -> tuple[float, float]:
    """Give how much longer a pixel is than at nadir, along the scan and along the track.

    With the scan angle s, ``sin s = R / (R + h) sin z``, and the slant range
    ``r = R sin(z - s) / sin s``, the pixel grows as r / h along the track, and by another
    1 / cos z along the scan, where the ground is seen obliquely.

    Parameters
    ----------
    view_zenith : float
        Angle of the sensor from the zenith, seen from the ground. [degree]
    altitude : float
        Height of the sensor. [km]

    Returns
    -------
    (float, float)
        Along the scan, along the track; 1 at nadir. [1]

    Raises
    ------
    SceneError
        ``SCALE_SUSPECT`` where the angle is not one at which land is observed.

    References
    ----------
    .. [1] Wolfe, Roy & Vermote, "MODIS land data storage, gridding, and compositing
       methodology: Level 2 grid", IEEE Trans. Geosci. Remote Sens., 1998,
       :doi:`10.1109/36.701082`
    """
    if not 0 <= abs(view_zenith) <= STEEPEST:
        raise SceneError(
            "SCALE_SUSPECT",
            found=f"a view zenith of {view_zenith:g} degrees",
            expected=f"0 to {STEEPEST:g} degrees",
            remedy="give degrees, not radians or counts (MOD11A1 stores degrees + 65)",
        )
    zenith = math.radians(abs(view_zenith))
    scan = math.radians(scan_angle(view_zenith, altitude))
    track = EARTH * math.sin(zenith - scan) / math.sin(scan) / altitude if zenith else 1.0
    return track / math.cos(zenith), track


def scan_angle(view_zenith: float, altitude: float) -> float:
    """Give the angle from nadir at the sensor, from that at the ground; both [degree]."""
    sine = math.sin(math.radians(abs(view_zenith))) * EARTH / (EARTH + altitude)
    return math.degrees(math.asin(sine))
