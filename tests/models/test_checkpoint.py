"""Checkpoints hold weights and words; nothing in them is run."""

from __future__ import annotations

import pickle

import pytest
import torch

from lstsr_core import SourceError
from lstsr_models.recipe import DataRecipe
from lstsr_models.training.calibration import summarise
from lstsr_models.training.checkpoint import FORMAT, Trained, load_checkpoint, save_trained
from lstsr_models.training.predicting import net_of
from lstsr_models.training.scoring import SceneScore, Texture

LAYERS = len(DataRecipe.model_fields["layers"].default)
"""Layers that a network of ours gets. [1]"""


class Trap:
    def __reduce__(self):
        return (print, ("sprung",))


@pytest.fixture
def trained(recipe_of):
    recipe = recipe_of()
    about = {"format": FORMAT, "recipe": recipe.model_dump(mode="json"), "domain": {}}
    return Trained(net=net_of(recipe), recipe=recipe, about=about)


def test_a_network_survives_being_written(trained, tmp_path):
    again = load_checkpoint(save_trained(trained, tmp_path / "trained.ckpt"))
    x = torch.randn(1, LAYERS, 16, 16)
    assert torch.equal(again.net(x), trained.net(x))
    assert again.recipe == trained.recipe
    assert [path.name for path in tmp_path.iterdir()] == ["trained.ckpt"]


def test_a_pickle_that_would_run_code_is_refused(tmp_path, capsys):
    torch.save({"lstsr": {"format": FORMAT}, "state_dict": Trap()}, tmp_path / "trap.ckpt")
    (tmp_path / "plain.ckpt").write_bytes(pickle.dumps(Trap()))
    for name in ("trap.ckpt", "plain.ckpt"):
        with pytest.raises(SourceError) as raised:
            load_checkpoint(tmp_path / name)
        assert raised.value.code == "UNSAFE_PICKLE"
    assert "sprung" not in capsys.readouterr().out


def test_what_is_damaged_foreign_or_missing_is_a_coded_error(trained, tmp_path):
    whole = save_trained(trained, tmp_path / "whole.ckpt").read_bytes()
    (tmp_path / "short.ckpt").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.ckpt").write_bytes(b"")
    torch.save({"state_dict": {}}, tmp_path / "foreign.ckpt")
    about = {**trained.about, "recipe": {**trained.about["recipe"], "net": {"widths": [5]}}}
    torch.save({"lstsr": about, "state_dict": {}}, tmp_path / "other.ckpt")
    for name in ("short", "empty", "foreign", "other"):
        with pytest.raises(SourceError) as raised:
            load_checkpoint(tmp_path / f"{name}.ckpt")
        assert raised.value.code == "FILE_UNREADABLE", name
    with pytest.raises(SourceError) as raised:
        load_checkpoint(tmp_path / "none.ckpt")
    assert raised.value.code == "FILE_MISSING"


@pytest.mark.parametrize("stretch", [0.5, 1.0, 2.0])
def test_calibration_finds_how_far_sigma_is_off(stretch):
    torch.manual_seed(0)
    scores = [
        SceneScore(error=1.0, cubic=2.0, sizes=stretch * torch.randn(size).abs())
        for size in (4000, 40_000)
    ]
    found = summarise(scores)
    assert found["sigma_factor"] == pytest.approx(stretch, rel=0.03)
    assert found["ratio"] == 0.5
    if stretch == 1.0:
        assert found["holds"] == pytest.approx(0.9, abs=0.01)


def test_every_scene_counts_the_same_in_calibration():
    small = SceneScore(error=1.0, cubic=1.0, sizes=torch.full((10,), 3.0))
    large = SceneScore(error=1.0, cubic=1.0, sizes=torch.full((1000,), 1.0))
    assert summarise([small, large])["sigma_factor"] == pytest.approx(3.0 / 1.645, rel=1e-3)


def textured(*pairs):
    """Give scores of one octave, which the octave of the result holds whole."""
    return [
        SceneScore(
            error=1.0,
            cubic=1.0,
            sizes=torch.ones(3),
            texture={0.3: Texture(truth, made * torch.ones(2, 2).double())},
        )
        for truth, made in pairs
    ]


def test_texture_is_how_much_the_truth_has_more():
    found = summarise(textured((4.0, 1.0), (5.0, 3.0)))["texture"]
    assert found == {"0.3": pytest.approx(1.5, rel=1e-4)}


def test_an_octave_that_the_result_lacks_has_no_texture_to_raise():
    assert summarise(textured((1.0, 0.0)))["texture"] == {}
