"""`check_correction` accepts what keeps the contract and refuses each way of breaking it."""

from __future__ import annotations

import pytest

from lstsr_core import Correction, SceneError
from lstsr_core.testing import check_correction, make_scene


def correction(apply, stage):
    return Correction(name="mine", stage=stage, apply=apply)


def warm(scene):
    coarse = scene["coarse"].to_dataset()
    lst = (coarse["lst"] + 0.5).assign_attrs(coarse["lst"].attrs)
    changed = scene.copy()
    changed["coarse"] = coarse.assign(lst=lst)
    return changed


def warm_in_place(scene):
    scene["coarse"]["lst"].values[:] += 0.5
    return scene


def in_celsius(scene):
    changed = scene.copy()
    changed["coarse"] = scene["coarse"].to_dataset() - 273.15
    return changed


def widen(result, scene):
    return result.assign(lst_uncertainty=result["lst_uncertainty"] + 0.1)


def widen_in_place(result, scene):
    result["lst_uncertainty"].values[:] += 0.1
    return result


def touch_the_scene(result, scene):
    scene["coarse"]["lst"].values[:] += 0.1
    return result


BROKEN_CORRECTIONS = {
    "gives a Dataset for a scene": ("scene", lambda s: s["coarse"].to_dataset(), "Dataset"),
    "changes the scene it got": ("scene", warm_in_place, "changed its input"),
    "gives an array for a result": ("result", lambda r, s: r["lst"], "DataArray"),
    "changes the result it got": ("result", widen_in_place, "changed its input"),
    "changes the scene beside the result": ("result", touch_the_scene, "changed its input"),
    "drops the quality": ("result", lambda r, s: r.drop_vars("quality"), "variables"),
    "moves the grid": ("result", lambda r, s: r.assign_coords(x=r["x"] + 50.0), "another grid"),
    "crops the grid": ("result", lambda r, s: r.isel(x=slice(4, None)), "another grid"),
    "fills the gaps": (
        "result",
        lambda r, s: r.assign(lst=r["lst"].fillna(300.0)),
        "temperature where none was measured",
    ),
}


@pytest.mark.parametrize(("apply", "stage"), [(warm, "scene"), (widen, "result")])
def test_a_correction_that_keeps_the_contract_is_accepted(apply, stage):
    check_correction(correction(apply, stage))
    check_correction(correction(apply, stage), make_scene(factor=2, crs="EPSG:4326", pixel=0.01))


@pytest.mark.parametrize("case", BROKEN_CORRECTIONS)
def test_a_correction_is_refused_that(case, broken):
    stage, apply, found = BROKEN_CORRECTIONS[case]
    assert found in broken(check_correction, correction(apply, stage))


def test_a_correction_that_leaves_kelvin_is_refused_by_the_code_of_the_scene():
    with pytest.raises(SceneError, match="SCALE_SUSPECT"):
        check_correction(correction(in_celsius, "scene"))
