"""The benchmark ranks models by what they get right, and keeps what it found."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from click.testing import CliRunner

from lstsr_core import Model, SceneError, SourceError, build_scene
from lstsr_core.nested import repeat, upsample_cubic
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE
from lstsr_core.testing import make_scene
from lstsr_runtime.bench.accuracy import choose_scenes, score_scenes, split_scenes
from lstsr_runtime.bench.command import bench
from lstsr_runtime.bench.registered import registered
from lstsr_runtime.bench.report import write_report
from lstsr_runtime.bench.rows import Row
from lstsr_runtime.bench.scorecard import SCORES
from lstsr_runtime.bench.summary import mean_scores

THREE = "000,001,104"
SIGMA = 1.0


def model(name: str, sharpen) -> Model:
    def prepare(scene):
        def predict(lst, guides, valid):
            fine = sharpen(lst, scene).astype(np.float32)
            return fine, np.full_like(fine, SIGMA)

        return predict

    return Model(name=name, prepare=prepare, margin=0)


BLOCKS = model("blocks", lambda lst, _: repeat(lst, 4))
CUBIC = model("cubic", lambda lst, _: upsample_cubic(lst, 4))
ORACLE = model("oracle", lambda _, scene: scene[REFERENCE][LST].to_numpy() + 2.0)
MODELS = (BLOCKS, CUBIC, ORACLE)
SIMULATED = {
    name: partial(make_scene, shape=(32, 32), seed=seed) for seed, name in enumerate("abc")
}


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return tuple(score_scenes(SIMULATED, MODELS))


def test_every_scene_is_scored_by_every_model_with_every_score(rows):
    assert [(row.scene, row.model) for row in rows] == [
        (scene, name) for scene in "abc" for name in ("blocks", "cubic", "oracle")
    ]
    for row in rows:
        assert set(row.scores) == set(SCORES)


def test_truth_wins_and_its_bias_is_reported_apart(rows):
    means = mean_scores(rows)
    assert means["oracle"]["ubrmse"] < 0.5 * means["cubic"]["ubrmse"]
    assert means["cubic"]["ubrmse"] < means["blocks"]["ubrmse"]
    assert means["oracle"]["bias"] == pytest.approx(2.0, abs=0.01)
    assert means["oracle"]["detail_skill"] > 0.8
    assert means["oracle"]["valid_share"] == 1
    assert means["blocks"]["ratio"] == 1


def test_share_of_valid_pixels_counts_what_a_model_leaves_out():
    def with_hole(lst, _):
        fine = repeat(lst, 4)
        fine[32:48, 32:80] = np.nan
        return fine

    (row,) = score_scenes({"a": SIMULATED["a"]}, [model("hole", with_hole)])
    assert row.scores["valid_share"] == pytest.approx(1 - 16 * 48 / 112**2)


def test_a_model_is_not_scored_on_a_scene_it_was_trained_on(caplog):
    trained = replace(CUBIC, learnt=frozenset({"somewhere-a", "b", "xc"}))
    found = [(row.scene, row.model) for row in score_scenes(SIMULATED, (BLOCKS, trained))]
    assert found == [("a", "blocks"), ("b", "blocks"), ("c", "blocks"), ("c", "cubic")]
    assert caplog.text.count("passed over by cubic, which was trained on it") == 2


def test_energy_is_averaged_as_a_ratio():
    half, twice = (
        Row(
            scene=str(energy),
            model="m",
            scores={**dict.fromkeys(SCORES, 1.0), "energy_2px": energy},
        )
        for energy in (0.5, 2.0)
    )
    assert mean_scores([half, twice])["m"]["energy_2px"] == pytest.approx(1.0)


def test_scene_that_cannot_be_scored_is_named():
    scene = make_scene(shape=(16, 16))
    bare = build_scene(scene[COARSE].to_dataset(), scene[GUIDE].to_dataset())
    with pytest.raises(SceneError, match="scene bare"):
        list(score_scenes({"bare": lambda: bare}, MODELS))


def test_model_without_its_guide_passes_a_scene_over():
    needs = Model(name="needs", prepare=BLOCKS.prepare, margin=0, guides=("albedo",))
    rows = list(score_scenes({"a": SIMULATED["a"]}, [needs, BLOCKS]))
    assert [row.model for row in rows] == ["blocks"]


def test_models_are_compared_on_the_scenes_that_both_have():
    def row(scene, name, error):
        return Row(scene=scene, model=name, scores={"ubrmse": error})

    hard_and_easy = [row("a", "bicubic", 1.0), row("b", "bicubic", 9.0), row("a", "m", 0.5)]
    assert mean_scores(hard_and_easy)["m"]["ratio"] == pytest.approx(0.5)


def test_report_holds_each_row_the_means_and_the_split(rows, tmp_path):
    table = split_scenes(SIMULATED)
    write_report(tmp_path, rows, registered(), table)
    with (tmp_path / "scores.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(rows)
    assert float(lines[0]["ubrmse"]) == pytest.approx(rows[0].scores["ubrmse"], rel=1e-5)
    assert {line["place"] for line in lines} == {"a"}
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    means = mean_scores(rows)
    assert summary["means"]["cubic"]["ubrmse"] == pytest.approx(means["cubic"]["ubrmse"])
    assert summary["scenes"] == 3
    assert "lstsr-core" in summary["versions"]
    assert (tmp_path / "accuracy.png").read_bytes().startswith(b"\x89PNG")


def test_score_that_is_not_known_is_null_in_the_summary(tmp_path):
    unknown = Row(
        scene="a",
        model="m",
        scores={**dict.fromkeys(SCORES, 1.0), "ssim": math.nan},
    )
    write_report(tmp_path, [unknown], registered())
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["means"]["m"]["ssim"] is None


def test_scene_that_the_folder_does_not_hold_is_refused(shared_data):
    with pytest.raises(SourceError) as caught:
        choose_scenes(shared_data, ("000", "999"), registered())
    assert caught.value.code == "NO_SCENES"
    assert "999" in caught.value.found


def test_command_prints_the_table_and_writes_the_folder(monkeypatch, tmp_path):
    from lstsr_runtime.bench import accuracy

    monkeypatch.setattr(accuracy, "choose_scenes", lambda *_: SIMULATED)
    monkeypatch.setattr(accuracy, "choose_models", lambda _, quirks: MODELS)
    out = tmp_path / "out"
    words = ["accuracy", "--data", str(tmp_path), "--folds", "places", "-o", str(out)]
    result = CliRunner().invoke(bench, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "ubrmse / blocks" in result.output
    assert "paired by scene" in result.output
    assert "ubrmse [K] by fold" in result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "accuracy.png",
        "errors.png",
        "ranking.png",
        "scores.csv",
        "spectra.png",
        "summary.json",
    ]


def test_aster_lies_beside_modis_by_the_constant_of_the_database(shared_data):
    scenes = dict(list(choose_scenes(shared_data, (), registered()).items())[::3])
    rows = list(score_scenes(scenes, [CUBIC], registered("scene")))
    constant = next(iter(scenes.values()))()["reference"].attrs["displacement"]
    found = np.median([(row.notes["shift_dx"], row.notes["shift_dy"]) for row in rows], axis=0)
    assert found == pytest.approx(constant, abs=0.15)
    for row in rows:
        assert not row.notes["shift_at_limit"]
        assert row.notes["shift_correlation"] > 0.8


def test_cubic_interpolation_scores_on_real_scenes_as_it_always_did(shared_data):
    """Measured once by an independent script: reprojection, shift and scores."""
    scenes = choose_scenes(shared_data, THREE.split(","), registered())
    rows = list(score_scenes(scenes, [CUBIC], registered("scene")))
    errors = [row.scores["ubrmse"] for row in rows]
    assert errors == pytest.approx([1.360, 1.666, 1.871], abs=0.005)


def test_cubic_interpolation_scores_1_47_kelvin_over_the_development_scenes(shared_data):
    scenes = choose_scenes(shared_data, (), registered())
    if len(scenes) != 59:
        pytest.skip(f"{len(scenes)} scenes in {shared_data}, not the 59 development scenes")
    means = mean_scores(score_scenes(scenes, [CUBIC]))
    assert means["cubic"]["ubrmse"] == pytest.approx(1.468, abs=0.005)
    assert means["cubic"]["valid_share"] == 1
