"""No seams: neither tiles nor windows nor coarse pixels show in a sharpened temperature."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core.nested import repeat
from lstsr_core.scene import build_scene
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen
from lstsr_runtime.bench.seams import seam_ratio
from lstsr_statistical.plugin import lstsr_models

FACTOR = 4
TILE = 16
"""Edge of a tile in these tests. [coarse pixel]"""
SCENES = ("000", "027", "062", "119")
"""Real scenes of different places."""
NOT_ABOVE = 1.05
"""Mean jump across borders over that where no border lies, beyond which a seam shows. [1]"""
GUIDED = {model.name: model for model in lstsr_models() if model.guides or model.extra_guides}


def with_albedo(scene):
    """Add a second guide, brighter where it is less green and otherwise on its own."""
    ndvi = scene["guide/ndvi"].to_numpy()
    shape = tuple(size // FACTOR for size in ndvi.shape)
    other = make_scene(shape=shape, seed=5)["guide/ndvi"].to_numpy()
    albedo = np.clip(0.25 - 0.15 * ndvi + 0.05 * other, 0.0, 1.0)
    grid = scene["guide"].to_dataset()
    return build_scene(
        scene["coarse"].to_dataset(), grid.assign(albedo=(("y", "x"), albedo.astype(np.float32)))
    )


@pytest.fixture(scope="module")
def real(shared_data):
    open_scene = pytest.importorskip("lstsr_data").open_scene
    folders = [shared_data / "modis-aster" / number for number in SCENES]
    found = [folder for folder in folders if folder.is_dir()]
    return [
        with_albedo(open_scene(folder / "lst_1km.tif", {"ndvi": folder / "ndvi_250m.tif"}).load())
        for folder in found
    ]


def above_other_places(field, step):
    """Compare borders with the other edges of coarse pixels.

    Interpolation is steepest midway between coarse centres, so their edges are no seams by
    themselves, but what is added at every step-th of them is.
    """
    elsewhere = [seam_ratio(field, step, first=place) for place in range(FACTOR, step, FACTOR)]
    return seam_ratio(field, step) / np.mean(elsewhere)


@pytest.mark.parametrize("name", GUIDED)
def test_tiles_do_not_show_on_real_scenes(name, real):
    fields = [sharpen(scene, GUIDED[name], tile=TILE)["lst"].to_numpy() for scene in real]
    assert np.mean([above_other_places(field, TILE * FACTOR) for field in fields]) <= NOT_ABOVE


@pytest.mark.parametrize("name", GUIDED)
def test_one_tile_and_many_give_the_same_on_a_real_scene(name, real):
    whole, cut = (
        sharpen(real[0], GUIDED[name], tile=tile)["lst"].to_numpy() for tile in (64, TILE)
    )
    assert np.nanmax(np.abs(whole - cut)) < 1e-3


@pytest.mark.parametrize("name", [n for n, m in GUIDED.items() if hasattr(m.options, "window")])
def test_windows_do_not_show_on_real_scenes(name, real):
    window = 5
    fields = [sharpen(s, GUIDED[name], settings={"window": window})["lst"].to_numpy() for s in real]
    ratios = [above_other_places(field, window * FACTOR) for field in fields]
    assert np.mean(ratios) <= NOT_ABOVE


@pytest.mark.parametrize("name", GUIDED)
def test_coarse_pixels_show_no_more_than_through_interpolation(name, real):
    sharp, plain = (
        np.mean([seam_ratio(sharpen(s, model)["lst"].to_numpy(), FACTOR) for s in real])
        for model in (GUIDED[name], "bicubic")
    )
    assert sharp <= NOT_ABOVE * plain


def test_the_measure_sees_tiles_that_were_sharpened_without_a_margin():
    lst = make_scene(shape=(64, 64))["reference/lst"].to_numpy().astype(float)
    offset = np.random.default_rng(1).normal(0, 0.5, (4, 4))
    assert above_other_places(lst, TILE * FACTOR) == pytest.approx(1.0, abs=0.05)
    assert above_other_places(lst + repeat(offset, TILE * FACTOR), TILE * FACTOR) > NOT_ABOVE


def test_the_measure_sees_a_residual_that_was_pasted_as_blocks(real):
    settings = {"reference_quirks": True}
    pasted, smooth = (
        np.mean(
            [seam_ratio(sharpen(s, "distrad", settings=x)["lst"].to_numpy(), FACTOR) for s in real]
        )
        for x in (settings, {})
    )
    assert pasted > 1.2 * smooth
