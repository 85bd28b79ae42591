"""Data: the same chips for the same seed, physics kept, gaps and missing guides inside."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lstsr_core import ModelError, SceneError, SourceError, build_scene, write_scene
from lstsr_core.footprint import see_values
from lstsr_core.kinds import Footprint
from lstsr_models.data.coarser import coarsen_scene
from lstsr_models.data.draw import draw_chip, to_chips
from lstsr_models.data.fields import fields_of, read_fields, taps_of
from lstsr_models.data.gaps import with_gap, without_guide
from lstsr_models.data.module import SceneData
from lstsr_models.data.orientation import ORIENTATIONS, orient
from lstsr_models.data.split import make_split, write_split
from lstsr_models.data.stream import ChipStream, Numbers
from lstsr_models.data.survey import Source, survey
from lstsr_models.layers import GUIDED


@pytest.fixture
def fields(scenes, recipe_of):
    return read_fields(scenes / "s1.nc", recipe_of().data)


def same(one, other):
    return all(
        torch.equal(a.nan_to_num(-9), b.nan_to_num(-9)) for a, b in zip(one, other, strict=True)
    )


def test_truth_seen_through_the_footprint_is_the_measured_temperature(fields):
    seen = see_values(fields.truth.astype(float), Footprint(), fields.factor)
    inner = (slice(4, -4), slice(4, -4))
    assert np.abs(seen - fields.coarse)[inner].mean() < 0.5
    assert np.nanmean(seen - fields.coarse) == pytest.approx(0.0, abs=1e-3)


def test_temperatures_are_centred_on_their_scene(fields):
    assert np.nanmean(fields.coarse) == pytest.approx(0.0, abs=1e-3)
    assert np.nanstd(fields.coarse) > 0.5


def test_the_same_number_gives_the_same_chip_and_another_one_another(scenes, recipe_of):
    recipe = recipe_of(chips={"drop_guide": 0.3, "gap": 0.5})
    sources = [Source(scenes / f"s{n}.nc") for n in range(3)]
    one, other = (ChipStream(recipe, sources) for _ in range(2))
    backwards = [other[number] for number in reversed(range(12))][::-1]
    assert all(same(one[number], backwards[number]) for number in range(12))
    assert not same(one[0], one[1])
    assert not same(one[0], one[6])  # the same place of the next epoch
    assert not same(one[0], ChipStream(recipe_of(seed=1), sources)[0])


def test_scenes_of_a_crowded_place_are_drawn_less_often(scenes, recipe_of):
    files = {f"s{n}": scenes / f"s{n}.nc" for n in range(5)}
    places = {name: "lonely" if name == "s0" else "crowd" for name in files}
    often = {
        even: [one.often for one in survey(files, recipe_of(chips={"even": even}), places).sources]
        for even in (0.0, 0.5, 1.0)
    }
    assert often == {0.0: [1] * 5, 0.5: [1] + [0.5] * 4, 1.0: [1] + [0.25] * 4}
    stream = ChipStream(recipe_of(), [Source(files["s0"]), Source(files["s1"], often=0.1)])
    random = np.random.default_rng(0)
    drawn = [stream.source_of(0, random).path.stem for _ in range(3000)]
    assert 0.88 < drawn.count("s0") / 3000 < 0.94


def test_no_more_scenes_are_held_than_the_recipe_allows(scenes, recipe_of):
    recipe = recipe_of(chips={"scenes_at_once": 2, "per_epoch": 24})
    stream = ChipStream(recipe, [Source(scenes / f"s{n}.nc") for n in range(5)])
    seen = set()
    for number in range(24):
        random = np.random.default_rng(0)
        seen.add(stream.source_of(number, random))
    for number in range(0, 24, 3):
        stream[number]
        assert len(stream.held) <= 2
    assert len(seen) > 2


def test_processes_share_the_numbers_of_an_epoch():
    shares = [Numbers(13, rank, 3) for rank in range(3)]
    for share in shares:
        share.set_epoch(2)
    numbers = sorted(number for share in shares for number in share)
    assert numbers == list(range(26, 38))
    assert {len(list(share)) for share in shares} == {4}


@pytest.mark.parametrize("number", range(ORIENTATIONS))
def test_turning_a_chip_mixes_nothing(fields, number, recipe_of):
    chip = fields.cut(2, 3, (12, 12))
    turned = orient(chip, number)
    assert np.array_equal(np.sort(turned.truth, axis=None), np.sort(chip.truth, axis=None))
    pairs = [
        set(zip(f.truth.ravel().tolist(), f.layers["ndvi"].ravel().tolist(), strict=True))
        for f in (chip, turned)
    ]
    assert pairs[0] == pairs[1]
    assert (number == 0) == np.array_equal(turned.truth, chip.truth)


def test_a_missing_guide_looks_as_core_shows_one(fields, scenes, recipe_of):
    chips = to_chips(without_guide(fields), recipe_of().data)
    assert torch.equal(chips.base, chips.cubic)
    assert chips.guide.abs().max() == chips.slope.abs().max() == 0
    assert all(np.all(without_guide(fields).layers[name] == 0) for name in GUIDED)


def test_a_gap_takes_the_truth_with_it(fields, recipe_of):
    chip = with_gap(fields, np.random.default_rng(1))
    gone = np.isnan(chip.coarse) & ~np.isnan(fields.coarse)
    assert 0 < gone.sum() <= fields.coarse.size / 4
    fine = gone.repeat(4, 0).repeat(4, 1)
    assert np.isnan(chip.truth[fine]).all()
    assert np.all(chip.layers["valid"][fine] == 0)
    assert np.all(chip.layers["lst_cubic"][fine] == 0)
    assert np.array_equal(chip.layers["ndvi"], fields.layers["ndvi"])
    assert np.array_equal(chip.truth[~fine], fields.truth[~fine], equal_nan=True)


def test_clouds_are_a_layer_and_no_number_is_missing(scenes, recipe_of):
    recipe = recipe_of()
    cloudy = read_fields(scenes / "s0.nc", recipe.data)
    chips = to_chips(draw_chip(cloudy, recipe.chips, np.random.default_rng(0)), recipe.data)
    assert torch.isfinite(chips.layers).all()
    assert torch.isfinite(chips.base).all()
    share = float(np.isnan(cloudy.coarse).mean())
    assert 0.05 < share == pytest.approx(1 - cloudy.layers["valid"].mean(), abs=1e-6)


def test_what_sensors_disagree_about_widely_is_not_taught_and_detail_is(recipe_of, moved_scene):
    scene, tilted = moved_scene(1), moved_scene(1)
    size = tilted["reference"]["lst"].shape[0]
    slope = np.linspace(-2, 2, size)[:, None]
    spot = np.zeros((size, size))
    spot[40, 40] = 3.0
    tilted["reference"]["lst"] = tilted["reference"]["lst"] + slope + spot

    def change(disagreement):
        before, after = (fields_of(s, recipe_of().data, disagreement) for s in (scene, tilted))
        return after.truth - before.truth

    assert change(0.0).std() > 1.0
    gentle = change(4.0)
    assert np.abs(gentle[24:-24, 24:-24]).mean() < 0.15
    assert gentle[40, 40] - np.median(gentle[36:45, 36:45]) > 2.8


def test_a_coarser_scene_has_the_measured_temperature_as_truth(scenes, recipe_of):
    from lstsr_models.data.scene_files import open_for_training

    scene = open_for_training(scenes / "s1.nc", recipe_of().data)
    coarser = coarsen_scene(scene)
    assert coarser["coarse"]["lst"].shape == (5, 5)
    assert np.allclose(
        coarser["reference"]["lst"].to_numpy(), scene["coarse"]["lst"].to_numpy(), atol=1e-3
    )
    layers = fields_of(coarser, recipe_of().data).layers
    assert layers["scale"][0, 0] == pytest.approx(np.log2(0.9266254 * 4), abs=1e-4)


def test_a_footprint_wider_than_its_window_is_refused():
    assert taps_of(Footprint(), 4).sum(axis=1) == pytest.approx([1.0, 1.0])
    with pytest.raises(SceneError) as raised:
        taps_of(Footprint(mtf=1e-4), 4)
    assert raised.value.code == "OPTION_INVALID"


def test_a_folder_without_scenes_is_a_coded_error(tmp_path, recipe_of):
    split = write_split(make_split({"a": ("p", ""), "b": ("q", "")}, folds=2), tmp_path / "s.json")
    data = {"scenes": tmp_path, "split": split, "validation": [0], "calibration": []}
    with pytest.raises(SourceError, match=r"no [ab]\.nc") as raised:
        SceneData(recipe_of(data=data))
    assert raised.value.code == "NO_SCENES"
    with pytest.raises(SourceError, match="to train on") as raised:
        SceneData(recipe_of(data={**data, "validation": [0, 1]}))
    assert raised.value.code == "NO_SCENES"


def test_scenes_too_small_or_without_truth_are_a_coded_error(recipe_of, tmp_path, scenes):
    with pytest.raises(SourceError, match="none of which") as raised:
        SceneData(recipe_of(chips={"size": 40}))
    assert raised.value.code == "NO_SCENES"


def test_a_wrong_guide_is_a_coded_error(recipe_of):
    with pytest.raises(ModelError, match="albedo") as raised:
        SceneData(recipe_of(data={"guides": ["albedo"]}))
    assert raised.value.code == "GUIDE_MISSING"


def test_a_wrong_factor_is_a_coded_error(recipe_of):
    with pytest.raises(ModelError) as raised:
        SceneData(recipe_of(data={"factor": 8}))
    assert raised.value.code == "FACTOR_UNSUPPORTED"


def test_a_truth_on_another_grid_is_a_coded_error(recipe_of, tmp_path, moved_scene):
    from lstsr_models.data.scene_files import open_for_training

    scene = moved_scene(1)
    reference = scene["reference"].to_dataset().isel(y=slice(4, None))
    whole = build_scene(scene["coarse"].to_dataset(), scene["guide"].to_dataset(), reference)
    path = write_scene(whole, tmp_path / "s.nc")
    with pytest.raises(SceneError) as raised:
        open_for_training(path, recipe_of().data)
    assert raised.value.code == "SCENE_INCOMPLETE"


def test_the_domain_holds_what_was_learnt_from(scenes, recipe_of, fields):
    data = SceneData(recipe_of())
    assert data.survey.domain.keys() == set(recipe_of().data.layers)
    low, high = data.survey.domain["ndvi"]
    inside = (fields.layers["ndvi"] >= low) & (fields.layers["ndvi"] <= high)
    assert inside.mean() > 0.99
    assert len(data.survey.sources) == 3
