"""Preparing in strips gives what preparing at once gives, and never holds a whole guide."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import xarray as xr

from lstsr_core import registry, strips
from lstsr_core.predictor import place
from lstsr_core.scene import COARSE, GUIDE, LST
from lstsr_core.testing import make_scene

MODELS = ("bicubic", "tsharp", "distrad", "geometry", "scaling-law")
SHAPE = (150, 120)


def sharpened(scene, name):
    """Sharpen a part of a scene that a whole was prepared for."""
    model = registry.models().get(name)
    names = [n for n in (model.guides or sorted(scene[GUIDE].data_vars)) if n in scene[GUIDE]]
    names += sorted(set(scene[GUIDE].data_vars) - set(names)) if model.extra_guides else []
    lst = scene[COARSE][LST].to_numpy()[60:100, 10:50]
    guides = [scene[GUIDE][n].to_numpy()[240:400, 40:200] for n in names]
    stack = np.stack(guides).astype(np.float32) if guides else np.empty((0, 160, 160), np.float32)
    return place(model.prepare(scene), 60, 10)(lst.astype(np.float32), stack, np.isfinite(lst))


@pytest.fixture(scope="module")
def scene():
    made = make_scene(shape=SHAPE)
    lst = made[COARSE][LST].to_numpy().copy()
    lst[70:75, 20:40] = np.nan
    made[COARSE][LST] = made[COARSE][LST].copy(data=lst)
    return made


@pytest.mark.parametrize("name", MODELS)
def test_strips_change_nothing(name, scene, monkeypatch):
    whole = sharpened(scene, name)
    monkeypatch.setattr(strips, "PIXELS", 30 * SHAPE[1])
    for one, other in zip(sharpened(scene, name), whole, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_no_more_than_some_rows_of_a_guide_are_held_while_preparing(name, scene, monkeypatch):
    guide, asked, plain = scene[GUIDE]["ndvi"], [], xr.DataArray.to_numpy
    chunked = da.from_array(guide.to_numpy(), chunks=(50, -1))
    lazy = scene.copy()
    lazy[GUIDE]["ndvi"] = guide.copy(data=chunked)

    def asking(field):
        if field.dtype == chunked.dtype and field.sizes.get("x") == guide.sizes["x"]:
            asked.append(field.sizes["y"])
        return plain(field)

    monkeypatch.setattr(xr.DataArray, "to_numpy", asking)
    registry.models().get(name).prepare(lazy)
    assert max(asked, default=0) <= 50
