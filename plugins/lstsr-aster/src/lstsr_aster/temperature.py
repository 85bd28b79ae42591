"""AST_08: surface kinetic temperature by temperature-emissivity separation, to kelvin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of

if TYPE_CHECKING:
    import xarray as xr

LST_COUNTS: Final = Counts(scale=0.1, valid=(1500, 13107))
"""Kinetic temperature; fill is 0 (ASTER user guide, AST_08). [K]"""
TEMPERATURE: Final = ("SKT", "KineticTemperature", "band_1")
"""What the temperature is called in files of version 4, in the fields of version 3, and in a raster
of nothing else."""
PLANES: Final = ("SKT_QA_DataPlane", "QA_DataPlane")
"""What the first quality plane is called in files of versions 4 and 3."""
GOOD: Final = 0
"""Value of the first quality plane of a pixel that is neither bad, suspect nor cloudy (ASTER
higher-level data product quality assessment plan, JPL D-13841, appendix C)."""
ACCURACY: Final = 1.5
"""Accuracy of temperature-emissivity separation (Gillespie and others 1998,
:doi:`10.1109/36.700995`, abstract); AST_08 knows no error of single pixels. [K]"""
UNMASKED: Final = "clouds are not masked: the product came without its quality plane"
"""Comment on a temperature that nothing is known of."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode AST_08.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Counts and the first quality plane as they are stored; the plane may be missing.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``lst``, ``lst_uncertainty`` [K] and, where the product has it, ``quality`` (the plane as it
        is stored). Without it an attribute ``comment`` of ``lst`` says that clouds are not masked.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    lst = LST_COUNTS.decode(band_of(raw, *TEMPERATURE), units="K")
    found = {}
    plane = next((name for name in PLANES if name in raw), None)
    if plane is None:
        lst = lst.assign_attrs(comment=UNMASKED)
    else:
        lst = lst.where(raw[plane] == GOOD)
        found["quality"] = raw[plane].drop_attrs()
    error = (0.0 * lst + ACCURACY).astype("float32").drop_attrs()
    found["lst_uncertainty"] = error.assign_attrs(units="K", long_name="accuracy of the method")
    return raw[[]].assign({"lst": lst, **found})
