"""The model and the correction `scaling-law`, on scenes with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from lstsr_core import ModelError, build_scene, write_scene
from lstsr_core.scene import check_model_fits
from lstsr_core.testing import check_correction, check_model, make_scene
from lstsr_physics.law.correction import rescale
from lstsr_physics.law.displacement import MODIS_GRID, expected_shift
from lstsr_physics.law.law import Displacement, Law, read_law, shipped_law
from lstsr_physics.law.options import LawOptions
from lstsr_physics.law.sharpener import choose_law, prepare
from lstsr_physics.plugin import lstsr_corrections, lstsr_models
from lstsr_physics.scaling.command import scaling
from lstsr_physics.shift import Shift, realign_values
from lstsr_physics.simulate import Landscape, simulate_scene

(MODEL,) = lstsr_models()
(CORRECTION,) = (c for c in lstsr_corrections() if c.name == "scaling-law")


def predict(scene, **settings):
    names = sorted(map(str, scene["guide"].data_vars))
    guides = np.stack([scene["guide"][name].to_numpy() for name in names]).astype(np.float32)
    lst = scene["coarse"]["lst"].to_numpy()
    return MODEL.tuned(settings).prepare(scene)(lst, guides, np.isfinite(lst))


def ndvi_alone(scene):
    guide = scene["guide"].to_dataset()[["ndvi"]]
    return build_scene(
        scene["coarse"].to_dataset(), guide, scene["reference"].to_dataset()[["lst"]]
    )


@pytest.fixture(scope="module")
def scene():
    return ndvi_alone(simulate_scene(7, settings=Landscape(water=0.0)))


def off_border(field):
    return np.asarray(field, float)[8:-8, 8:-8]


def error(fine, scene):
    wrong = off_border(fine) - off_border(scene["reference"]["lst"].to_numpy())
    return wrong.std()


@pytest.mark.parametrize("settings", [{}, {"texture": 1.0}, {"law": "general"}])
def test_the_model_keeps_the_contract_of_core(settings):
    check_model(MODEL.tuned(settings))


@pytest.mark.parametrize("factor", [2, 3, 10])
def test_the_model_takes_any_factor(factor):
    check_model(MODEL, make_scene(shape=(36, 38), factor=factor))


def test_the_correction_keeps_the_contract_of_core():
    check_correction(CORRECTION)


def test_detail_comes_nearer_to_the_truth_than_that_of_interpolation(scene):
    from lstsr_core.nested import upsample_cubic

    plain = upsample_cubic(scene["coarse"]["lst"].to_numpy().astype(float), 4)
    assert error(predict(scene)[0], scene) < 0.8 * error(plain, scene)


def test_full_texture_has_more_contrast_and_more_error(scene):
    least, full = predict(scene)[0], predict(scene, texture=1.0)[0]
    assert off_border(full).std() > off_border(least).std()
    assert error(full, scene) > error(least, scene)
    half = predict(scene, texture=0.5)[0]
    assert np.allclose(half, (least + full) / 2, atol=1e-3)


def test_sigma_holds_the_truth_as_often_as_it_says(scene):
    fine, sigma = predict(scene)
    wrong = off_border(fine) - off_border(scene["reference"]["lst"].to_numpy())
    inside = np.abs(wrong - wrong.mean()) < 1.645 * off_border(sigma)
    assert 0.8 < inside.mean() < 0.99


def test_without_a_guide_the_law_has_nothing_to_follow():
    bare = make_scene(shape=(8, 8))
    empty = build_scene(bare["coarse"].to_dataset(), bare["guide"].to_dataset().drop_vars("ndvi"))
    with pytest.raises(ModelError, match="at least 1 of any kind"):
        check_model_fits(MODEL, empty)


def test_the_correction_mends_a_model_that_believes_in_scale_invariance(scene):
    from lstsr_core.nested import block_mean, upsample_cubic

    lst = scene["coarse"]["lst"].to_numpy().astype(float)
    ndvi = scene["guide"]["ndvi"].to_numpy().astype(float)
    slope = np.polyfit(block_mean(ndvi, 4).ravel(), lst.ravel(), 1)[0]
    naive = upsample_cubic(lst, 4) + slope * (ndvi - upsample_cubic(block_mean(ndvi, 4), 4))
    grid = scene["guide"].to_dataset().drop_vars("ndvi")
    result = grid.assign(lst=(("y", "x"), naive.astype(np.float32), {"units": "K"}))
    mended = rescale(result, scene, shipped_law("general"))["lst"].to_numpy()
    assert error(mended, scene) < error(naive, scene)


def test_the_correction_leaves_alone_what_follows_no_guide(scene):
    grid = scene["guide"].to_dataset().drop_vars("ndvi")
    noise = np.random.default_rng(1).normal(300, 1, (256, 256)).astype(np.float32)
    result = grid.assign(lst=(("y", "x"), noise, {"units": "K"}))
    assert rescale(result, scene)["lst"].identical(result["lst"])


def displaced(scene, dx, dy):
    beside = Shift(dx=-dx, dy=-dy, correlation=1.0, at_limit=False)
    moved = np.clip(realign_values(scene["guide"]["ndvi"].to_numpy(), beside), -1, 1)
    guide = scene["guide"].to_dataset().assign(ndvi=(("y", "x"), moved.astype(np.float32)))
    return build_scene(scene["coarse"].to_dataset(), guide)


def law_expecting(spread):
    place = Displacement(spread=spread)
    return Law(coarse_pixel=926.6, octaves=(), restoration={}, displacement={"*": place})


def test_where_anything_is_possible_the_scene_decides_where_its_guides_lie(scene):
    law = law_expecting(1e6)
    still = expected_shift(scene, ("ndvi",), law)
    found = expected_shift(displaced(scene, 0.8, -0.4), ("ndvi",), law)
    assert found.dx - still.dx == pytest.approx(0.8, abs=0.2)
    assert found.dy - still.dy == pytest.approx(-0.4, abs=0.2)


def test_where_the_grid_decides_the_scene_is_not_asked(scene):
    moved = displaced(scene, 0.8, -0.4)
    assert expected_shift(moved, ("ndvi",), law_expecting(0.0)).dx == 0.0
    between = expected_shift(moved, ("ndvi",), law_expecting(60.0)).dx
    assert 0.0 < between < expected_shift(moved, ("ndvi",), law_expecting(1e6)).dx


def test_guides_that_were_laid_already_stay_where_they_are(scene):
    guide = scene["guide"].to_dataset().copy()
    guide["ndvi"].attrs["shift_right"] = 0.4
    laid = build_scene(scene["coarse"].to_dataset(), guide)
    assert expected_shift(laid, ("ndvi",), law_expecting(60.0)) is None


def test_the_sensor_chooses_the_law_and_where_it_names_none_the_grid(scene):
    assert choose_law(scene, "auto") is shipped_law("general")
    unnamed = build_scene(
        scene["coarse"].to_dataset().drop_attrs(deep=False), scene["guide"].to_dataset()
    )
    assert choose_law(unnamed, "auto") is shipped_law("modis")
    assert choose_law(scene, "modis") is shipped_law("modis")
    assert MODIS_GRID in shipped_law("modis").displacement
    assert shipped_law("modis").displacement[MODIS_GRID] != Displacement()


def test_a_texture_that_no_scene_has_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        LawOptions(texture=1.5)


def test_a_law_fitted_by_the_command_sharpens(tmp_path, scene):
    for place, seed in (("north", 1), ("south", 2)):
        (tmp_path / place).mkdir()
        write_scene(ndvi_alone(simulate_scene(seed)), tmp_path / place / f"{seed}.nc")
    files = [str(path) for path in sorted(tmp_path.glob("*/*.nc"))]
    answer = CliRunner().invoke(scaling, ["fit", *files, "-o", str(tmp_path / "law.json")])
    assert answer.exit_code == 0, answer.output
    assert "north: 0." in answer.output
    law = read_law(tmp_path / "law.json")
    assert law.provenance["places"] == ["north", "south"]
    fine, _ = prepare(scene, LawOptions(law=str(tmp_path / "law.json")))(
        scene["coarse"]["lst"].to_numpy(),
        scene["guide"]["ndvi"].to_numpy()[None],
        np.isfinite(scene["coarse"]["lst"].to_numpy()),
    )
    assert error(fine, scene) < error(predict(scene)[0], scene) * 1.3
