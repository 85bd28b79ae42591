"""Scaling laws: kept as JSON, fitted, and true to what they say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from lstsr_core import SourceError
from lstsr_core.nested import block_mean
from lstsr_physics.degrade import View, degrade
from lstsr_physics.law.bands import fine_octaves, mean_around, split_fine
from lstsr_physics.law.evidence import gather
from lstsr_physics.law.fit import fit_law, judge
from lstsr_physics.law.forms import FORMS, judge_form
from lstsr_physics.law.law import (
    SHIPPED,
    Displacement,
    Law,
    Octave,
    read_law,
    shipped_law,
    write_law,
)
from lstsr_physics.law.slopes import CoarseView, slopes_of
from lstsr_physics.simulate import simulate_scene

STILL = Law(
    coarse_pixel=926.6, octaves=(), restoration={}, displacement={"*": Displacement(spread=0.0)}
)


def test_octaves_halve_until_pixels_are_not_told_apart():
    assert fine_octaves(2) == (0.15, 0.3)
    assert fine_octaves(4) == (0.075, 0.15, 0.3)
    assert fine_octaves(10) == (0.0375, 0.075, 0.15, 0.3)


def test_octaves_add_up_to_what_is_narrower_than_the_coarsest():
    field = np.random.default_rng(1).standard_normal((64, 72)).astype(np.float32)
    assert np.allclose(sum(split_fine(field, 4)), field - mean_around(field, 2.4), atol=1e-5)


def test_a_gap_adds_nothing_and_its_neighbours_stay_themselves():
    field = np.full((40, 40), 7.0, np.float32)
    field[10:20, 10:20] = np.nan
    assert np.abs(split_fine(field, 4)).max() < 1e-5
    assert np.isnan(mean_around(field, 3.0)[15, 15])


def test_a_temperature_that_follows_a_guide_gives_back_the_slope_everywhere():
    random = np.random.default_rng(2)
    guides = random.standard_normal((2, 40, 44))
    lst = 300.0 - 12.0 * guides[0] + 3.0 * guides[1]
    lst[5:9, 5:9] = np.nan
    slopes = slopes_of(CoarseView(lst=lst, seen=guides, means=guides))
    assert slopes.scene == pytest.approx([-12.0, 3.0], rel=0.02)
    assert np.abs(slopes.places[0] + 12.0).max() < 0.5


def test_a_uniform_guide_teaches_nothing():
    lst = 300.0 + np.random.default_rng(3).standard_normal((20, 20))
    flat = np.full((1, 20, 20), 0.4)
    slopes = slopes_of(CoarseView(lst=lst, seen=flat, means=flat))
    assert np.abs(slopes.places).max() < 1e-6


def test_a_law_is_read_as_it_was_written(tmp_path):
    law = Law(
        coarse_pixel=926.6,
        octaves=(Octave(sigma=0.15, gain=0.5, texture=1.2, gain_error=0.1),),
        restoration={0.6: 0.3},
        displacement={"*": Displacement(right=-78.0)},
        provenance={"data": "none"},
    )
    assert read_law(write_law(law, tmp_path / "law.json")) == law


@pytest.mark.parametrize("text", ["", "{}", '{"format": "other"}', '{"format": 1', "[1]"])
def test_what_is_no_law_is_refused(tmp_path, text):
    path = tmp_path / "law.json"
    path.write_text(text)
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        read_law(path)
    with pytest.raises(SourceError, match="FILE_MISSING"):
        read_law(tmp_path / "none.json")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_laws_say_where_they_come_from(name):
    law = shipped_law(name)
    assert {"data", "scenes", "places", "fitted", "command"} <= set(law.provenance)
    assert all(octave.gain >= 0 for octave in law.octaves)
    # Nature is not scale-invariant: the finest octave follows far less than the coarse slope.
    assert law.octaves[0].gain < 0.5


def test_an_octave_finer_than_any_fades():
    law = Law(coarse_pixel=1.0, octaves=(Octave(sigma=0.1, gain=0.8),), restoration={})
    assert [law.at(s).gain for s in (0.1, 0.05, 0.025)] == pytest.approx([0.8, 0.4, 0.2])
    assert law.at(0.3).gain == 0.8


def evidence_of(seeds):
    for seed in seeds:
        scene = simulate_scene(seed)
        scene.name = f"scene-{seed}"
        truth = scene["reference"]["lst"].to_numpy().astype(float)
        yield gather(scene, truth, place=f"place-{seed}", prior=STILL)


@pytest.fixture(scope="module")
def evidence():
    return list(evidence_of(range(4)))


def test_a_law_halves_the_error_of_places_that_it_never_saw(evidence):
    ratios = [one.error / one.interpolated for one in judge(evidence, STILL)]
    assert max(ratios) < 0.75


def test_the_law_of_simulated_nature_falls_with_the_wavelength(evidence):
    law = fit_law(evidence, STILL)
    assert law.at(0.075).gain < law.at(0.15).gain
    assert all(octave.gain_error < 0.3 for octave in law.octaves)


def test_the_spread_of_a_law_holds_what_it_misses(evidence):
    law = fit_law(evidence, STILL)
    assert law.spread.floor + law.spread.thermal > 0


def test_scale_invariance_is_the_worst_form_and_left_out_places_decide(evidence):
    errors = {form.name: np.mean(list(judge_form(form, evidence).values())) for form in FORMS}
    assert set(errors) == {"invariant", "constant", "power", "slopes", "wiener"}
    assert errors["constant"] < errors["invariant"]


def test_a_degraded_field_is_seen_coarse_and_averaged_fine():
    fine = simulate_scene(5)
    native = fine["guide"].to_dataset()[["ndvi"]].assign(lst=fine["reference"].to_dataset()["lst"])
    scene = degrade(native, View(coarse=16, fine=4))
    assert scene["coarse"]["lst"].shape == (16, 16)
    assert scene["guide"]["ndvi"].shape == (64, 64)
    emitted = block_mean(native["lst"].to_numpy().astype(float) ** 4, 4) ** 0.25
    assert np.allclose(scene["reference"]["lst"], emitted, atol=1e-3)
    noisy = degrade(native, View(coarse=16, fine=4, noise=0.5, seed=1))
    added = (noisy["coarse"]["lst"] - scene["coarse"]["lst"]).to_numpy()
    assert added.std() == pytest.approx(0.5, rel=0.2)


def test_a_law_is_readable_json(tmp_path):
    body = json.loads(write_law(shipped_law("modis"), tmp_path / "law.json").read_text())
    assert body["format"] == "lstsr scaling law 1"
    assert body["octaves"][0]["sigma"] == 0.075


def test_a_notebook_shows_a_law_by_a_short_table_in_which_its_provenance_is_text():
    law = replace(shipped_law("modis"), provenance={"data": "<i>", "scenes": ["a"] * 99})
    shown = law._repr_html_()
    assert all(told in shown for told in ("926.625 m", "&lt;i&gt;", ">99<", "gain, by octave"))
    assert len(shown) < 2000
