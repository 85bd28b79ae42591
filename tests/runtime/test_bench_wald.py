"""A fine field is degraded as a sensor would, and what was degraded is the truth."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import Model, SourceError
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.nested import block_mean, repeat
from lstsr_core.scene import factor_of
from lstsr_core.testing import make_scene
from lstsr_runtime.bench.accuracy import choose_scenes, score_scenes
from lstsr_runtime.bench.simulated import simulate_scene
from lstsr_runtime.bench.wald import aster_field, open_degraded, wald

NATIVE = geobox_of(make_scene(shape=(40, 36), factor=8)["guide"].to_dataset())
LST = np.random.default_rng(2).normal(300, 3, NATIVE.shape)


def field(lst, **guides):
    return xr.Dataset(
        {
            name: on_grid(values.astype(np.float32), NATIVE)
            for name, values in {"lst": lst, **guides}.items()
        },
        attrs={"landscape": "made", "pixel": 30.0},
    )


def test_constant_field_stays_constant_at_every_scale():
    scene = simulate_scene(field(np.full(NATIVE.shape, 300.0)), step=2, factor=4)
    assert scene["reference"]["lst"].to_numpy() == pytest.approx(300.0, abs=1e-3)
    # The outermost coarse pixels would look past the field.
    inner = scene["coarse"]["lst"].to_numpy()[1:-1, 1:-1]
    assert inner == pytest.approx(300.0, abs=1e-3)


def test_truth_is_the_temperature_of_the_mean_power_of_each_fine_pixel():
    scene = simulate_scene(field(LST), step=2, factor=4)
    power = block_mean(LST.astype(np.float32).astype(float) ** 4, 2)
    assert scene["reference"]["lst"].to_numpy() == pytest.approx(power**0.25, abs=1e-3)
    assert scene["coarse"]["lst"].shape == (40, 36)
    assert factor_of(scene) == 4


def test_guides_are_means_and_incomplete_blocks_at_the_end_are_left_out():
    ndvi = np.linspace(0, 1, NATIVE.shape[1])[None, :] * np.ones((NATIVE.shape[0], 1))
    whole = field(LST, ndvi=ndvi)
    scene = simulate_scene(whole.isel(y=slice(0, -3), x=slice(0, -1)), step=2, factor=4)
    assert scene["coarse"]["lst"].shape == (39, 35)
    means = block_mean(ndvi[: 39 * 8, : 35 * 8], 2)
    assert scene["guide"]["ndvi"].to_numpy() == pytest.approx(means, abs=1e-6)


def test_footprint_reaches_beyond_the_coarse_pixel():
    step = np.where(np.arange(NATIVE.shape[1]) < 144, 290.0, 310.0) * np.ones((NATIVE.shape[0], 1))
    coarse = simulate_scene(field(step), step=2, factor=4)["coarse"]["lst"].to_numpy()[20]
    # The border lies between two coarse pixels: a box would see either side alone.
    assert 290.5 < coarse[17] < 300 < coarse[18] < 309.5


def test_coarse_pixel_that_looks_past_an_edge_is_left_out():
    lst = LST.copy()
    lst[:, :80] = np.nan
    coarse = simulate_scene(field(lst), step=2, factor=4)["coarse"]["lst"].to_numpy()
    assert np.isnan(coarse[20, :11]).all()
    assert np.isfinite(coarse[20, 12:-1]).all()


def test_degraded_scene_is_scored_against_itself():
    smooth = 300 + 5 * np.sin(np.indices(NATIVE.shape)[0] / 30.0)
    scene = simulate_scene(field(smooth), step=2, factor=4)
    scene.attrs["landscape"] = "made"

    def oracle(lst, guides, valid):
        truth = scene["reference"]["lst"].to_numpy()
        return truth, np.ones_like(truth)

    def blocks(lst, guides, valid):
        return repeat(lst, 4), np.ones((lst.shape[0] * 4, lst.shape[1] * 4), np.float32)

    models = [
        Model(name=name, prepare=lambda _, how=how: how, margin=0)
        for name, how in (("oracle", oracle), ("blocks", blocks))
    ]
    right, rough = score_scenes({"a": lambda: scene}, models, wald())
    assert right.scores["ubrmse"] == pytest.approx(0, abs=1e-4)
    assert rough.scores["ubrmse"] > 0.1
    assert right.notes == {"landscape": "made"}


def test_folder_without_fine_scenes_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        open_degraded(tmp_path)
    assert caught.value.code == "NO_SCENES"


def test_real_scenes_of_every_landscape_are_degraded(shared_data):
    if not (shared_data / "thermal-fine").is_dir():
        pytest.skip(f"no fine thermal scenes in {shared_data}")
    names = ("heihe", "landsat-liverpool", "ecostress-dangermond-20230401", "aster-000")
    for name, opened in choose_scenes(shared_data, names, wald()).items():
        scene = opened()
        assert factor_of(scene) == 4
        assert min(scene["coarse"]["lst"].shape) >= 8, name
        box = geobox_of(scene["reference"].to_dataset())
        assert box == geobox_of(scene["guide"].to_dataset())


def test_guide_of_degraded_aster_fits_it_best_where_it_is_laid(shared_data):
    """One pixel beside, the NDVI explains less of ASTER's temperature."""
    from lstsr_data.modis_aster import open_database

    laid = aster_field(open_database(shared_data)["001"]().load())
    lst, ndvi = (laid[name].to_numpy()[8:-8, 8:-8] for name in ("lst", "ndvi"))

    def shared_detail(columns, rows):
        moved = np.roll(ndvi, (rows, columns), (0, 1))
        pairs = [np.diff(values, axis=1)[8:-8, 8:-8].ravel() for values in (lst, moved)]
        known = np.isfinite(pairs[0] + pairs[1])
        return np.corrcoef(pairs[0][known], pairs[1][known])[0, 1]

    here = shared_detail(0, 0)
    assert here < -0.3
    for columns, rows in ((2, 0), (-2, 0), (0, 2), (0, -2)):
        assert shared_detail(columns, rows) > here + 0.05
