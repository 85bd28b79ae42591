"""Intervals widen where scenes are alike, and a difference is told from chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_runtime.bench.rows import Row, read_rows, write_rows
from lstsr_runtime.bench.significance import DRAWS, best_of, bootstrap_means, compare

RANDOM = np.random.default_rng(7)


def rows(**errors):
    return [
        Row(scene=f"{scene:03d}", model=model, scores={"ubrmse": float(value)})
        for model, values in errors.items()
        for scene, value in enumerate(values)
    ]


def test_difference_is_paired_by_scene():
    hard = RANDOM.uniform(1, 9, 40)
    (found,) = compare(rows(bicubic=hard, better=hard - 0.1), {}, "ubrmse", "bicubic")
    assert found.difference == pytest.approx(-0.1)
    assert (found.low, found.high) == pytest.approx((-0.1, -0.1))
    assert found.scenes_better == found.places_better == 1
    assert (found.scenes, found.places) == (40, 40)


def test_interval_of_a_difference_that_is_chance_holds_zero():
    chance = RANDOM.normal(0, 1, 60)
    scores = rows(bicubic=chance * 0, other=chance - chance.mean())
    (found,) = compare(scores, {}, "ubrmse", "bicubic")
    assert found.low < 0 < found.high
    assert found.high - found.low == pytest.approx(4 * chance.std() / np.sqrt(60), rel=0.35)


def test_scenes_of_one_place_count_for_less_than_as_many_places():
    level = np.repeat(RANDOM.normal(0, 1, 6), 10)
    values = level + RANDOM.normal(0, 0.1, 60)
    scores = rows(bicubic=values * 0, other=values)
    one_place = {f"{scene:03d}": str(scene // 10) for scene in range(60)}
    (alone,) = compare(scores, {}, "ubrmse", "bicubic")
    (placed,) = compare(scores, one_place, "ubrmse", "bicubic")
    assert placed.places == 6
    assert placed.high - placed.low > 2 * (alone.high - alone.low)


def test_scenes_that_one_model_lacks_take_no_part():
    scores = [*rows(bicubic=[1.0, 1.0, 9.0]), *rows(m=[0.5, 0.5])]
    (found,) = compare(scores, {}, "ubrmse", "bicubic")
    assert (found.scenes, found.difference) == (2, -0.5)
    apart = [*rows(bicubic=[1.0]), Row(scene="x", model="m", scores={"ubrmse": 1.0})]
    assert compare(apart, {}, "ubrmse", "bicubic") == ()


def test_best_is_found_on_the_scenes_that_all_share():
    scores = [*rows(bicubic=[2.0, 2.0, 0.1]), *rows(m=[1.0, 1.0])]
    assert best_of(scores, "ubrmse") == "m"


@given(st.lists(st.lists(st.floats(-5, 5), min_size=1, max_size=4), min_size=1, max_size=6))
def test_means_of_samples_lie_within_the_values(groups):
    means = bootstrap_means([np.array(group) for group in groups])
    every = np.concatenate(groups)
    assert means.shape == (DRAWS,)
    assert every.min() - 1e-9 <= means.min() <= means.max() <= every.max() + 1e-9
    assert np.array_equal(means, bootstrap_means([np.array(group) for group in groups]))


def test_table_reads_back_as_it_was_written(tmp_path):
    written = [
        Row(scene="a", model="m", scores={"ubrmse": 1.25, "bias": -0.5}, notes={"rows": 211})
    ]
    write_rows(tmp_path / "t.csv", written)
    (read,) = read_rows(tmp_path / "t.csv")
    assert (read.scene, read.model, read.scores) == ("a", "m", {"ubrmse": 1.25, "bias": -0.5})
    assert read.notes == {"rows": "211"}
