"""The scene: a coarse temperature and the fine guides that nest in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_core.errors import ModelError, SceneError
from lstsr_core.grid import check_axes, factor_between, geobox_of, with_plain_dims
from lstsr_core.needs import demand_guides
from lstsr_core.plausible import check_lst, check_ranges
from lstsr_core.vocabulary import GUIDES

if TYPE_CHECKING:
    from lstsr_core.kinds import Model

COARSE = "coarse"
"""Node of the coarse grid: ``lst`` [K] and what is known about it."""
GUIDE = "guide"
"""Node of the fine grid: one variable a guide."""
REFERENCE = "reference"
"""Optional node, on any grid: ``lst`` [K] of a finer sensor or of a simulation, to score with."""
LST = "lst"
"""Name of the temperature in every node and result."""
LST_ATTRIBUTES = {
    "standard_name": "surface_temperature",
    "long_name": "land surface temperature",
    "units": "K",
}
"""CF attributes of a temperature."""


def build_scene(
    coarse: xr.Dataset, guide: xr.Dataset, reference: xr.Dataset | None = None
) -> xr.DataTree:
    """Join a coarse temperature and fine guides to a checked scene.

    Parameters
    ----------
    coarse : xarray.Dataset, dims (y, x)
        ``lst`` [K], NaN where nothing was measured; optionally ``quality``, ``lst_uncertainty``
        [K], ``view_time``, ``view_zenith`` [degree].
    guide : xarray.Dataset, dims (y, x) of the fine grid
        One variable a guide; it may have none, the grid still says how fine the result is.
    reference : xarray.Dataset, optional
        ``lst`` [K] to score results with, on any grid.

    Returns
    -------
    xarray.DataTree
        Nodes ``/coarse``, ``/guide`` and, where given, ``/reference``.

    Raises
    ------
    SceneError
        Where `check_scene` refuses it.
    """
    nodes = {COARSE: _with_attributes(coarse), GUIDE: _with_guide_attributes(guide)}
    if reference is not None:
        nodes[REFERENCE] = _with_attributes(reference)
    plain = {f"/{name}": with_plain_dims(node) for name, node in nodes.items()}
    tree = xr.DataTree.from_dict(plain, name="scene")
    tree.attrs["Conventions"] = "CF-1.12"
    check_scene(tree)
    return tree


def _with_attributes(node: xr.Dataset) -> xr.Dataset:
    if LST not in node:
        raise _incomplete(f"variables: {', '.join(map(str, node.data_vars)) or 'none'}", LST)
    attributes = {**LST_ATTRIBUTES, **node[LST].attrs}
    return node.assign({LST: node[LST].astype(np.float32).assign_attrs(attributes)})


def _with_guide_attributes(guide: xr.Dataset) -> xr.Dataset:
    changed = {}
    for name, values in guide.data_vars.items():
        known = GUIDES.get(str(name))
        default = {"units": known.units, "long_name": known.long_name} if known else {}
        changed[str(name)] = values.assign_attrs({**default, **values.attrs})
    return guide.assign(changed)


def check_scene(tree: xr.DataTree) -> None:
    """Refuse a scene that would give a wrong picture.

    Checked are the nodes, units, plausible values, coordinate systems and nesting.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``, ``NO_CRS``, ``CRS_MISMATCH``, ``GRID_UNSUPPORTED``,
        ``GRID_NOT_NESTED``, ``UNITS_UNKNOWN``, ``SCALE_SUSPECT`` or ``NO_VALID_PIXELS``.
    """
    for name in (COARSE, GUIDE):
        if name not in tree.children:
            raise _incomplete(f"nodes: {', '.join(tree.children) or 'none'}", f"/{name}")
    coarse = tree[COARSE].to_dataset()
    if LST not in coarse:
        raise _incomplete(f"/coarse holds: {', '.join(map(str, coarse.data_vars))}", LST)
    guide = tree[GUIDE].to_dataset()
    factor_between(geobox_of(coarse), geobox_of(guide))
    check_axes(coarse)
    check_axes(guide)
    check_lst(coarse[LST])
    check_ranges(guide)


def factor_of(tree: xr.DataTree) -> int:
    """Give the fine pixels along one edge of a coarse pixel of a scene. [1]"""
    return factor_between(geobox_of(tree[COARSE].to_dataset()), geobox_of(tree[GUIDE].to_dataset()))


def guide_names(model: Model, tree: xr.DataTree) -> tuple[str, ...]:
    """Give the guides of a scene in the order in which a model's Predictor gets them."""
    others = sorted({str(name) for name in tree[GUIDE].data_vars} - set(model.guides))
    return model.guides + (tuple(others) if model.extra_guides else ())


def check_model_fits(model: Model, tree: xr.DataTree) -> None:
    """Refuse a scene that a model cannot sharpen.

    Raises
    ------
    ModelError
        ``GUIDE_MISSING`` or ``FACTOR_UNSUPPORTED``.
    """
    demand_guides(model, tuple(map(str, tree[GUIDE].data_vars)))
    factor = factor_of(tree)
    if model.factors and factor not in model.factors:
        raise ModelError(
            "FACTOR_UNSUPPORTED",
            found=f"factor {factor}",
            expected=f"{model.name!r} sharpens by: {', '.join(map(str, model.factors))}",
            remedy="choose --factor or another model (tsharp takes any)",
        )


def _incomplete(found: str, missing: str) -> SceneError:
    return SceneError(
        "SCENE_INCOMPLETE",
        found=found,
        expected=f"{missing} as well",
        remedy="build scenes by lstsr_core.build_scene, lstsr.open_scene or `lstsr fetch`",
    )
