"""What a scene says of itself without being computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE, factor_of

if TYPE_CHECKING:
    import xarray as xr
    from odc.geo.crs import CRS
    from odc.geo.geobox import GeoBox


def told_of(scene: xr.DataTree) -> dict[str, str]:
    """Tell of a scene what its coordinates and names say.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene; of a tree that is none, the nodes are told.

    Returns
    -------
    dict of str to str
        Short texts by short names.
    """
    if not {COARSE, GUIDE} <= scene.children.keys():
        return {"nodes": ", ".join(scene.children) or "none"}
    coarse, fine = (geobox_of(scene[node].to_dataset()) for node in (COARSE, GUIDE))
    beside = [str(name) for name in scene[COARSE].data_vars if name != LST]
    return {
        "coarse": _grid(coarse),
        "fine": f"{_grid(fine)}, factor {factor_of(scene)}",
        "coordinates": _coordinates(coarse.crs),
        "guides": ", ".join(map(str, scene[GUIDE].data_vars)) or "none",
        "beside the temperature": ", ".join(beside) or "nothing",
        "reference": "yes" if REFERENCE in scene.children else "no",
    }


def _grid(box: GeoBox) -> str:
    rows, columns = box.shape
    unit = "degrees" if box.crs is not None and box.crs.geographic else "m"
    return f"{rows} x {columns} pixels of {abs(box.affine.a):.5g} {unit}"


def _coordinates(crs: CRS | None) -> str:
    if crs is None or crs.epsg:
        return f"EPSG:{crs.epsg}" if crs else "none"
    operation = crs.proj.coordinate_operation
    return str(operation.method_name if operation else crs.proj.name)
