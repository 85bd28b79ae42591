"""Training: it learns, dies and resumes, and every way to fail has its code."""

from __future__ import annotations

import csv
import datetime as dt
import math

import pytest
import torch
import yaml
from click.testing import CliRunner

from lstsr_core import ModelError, ResourceError, SourceError
from lstsr_models.commands import train as train_command
from lstsr_models.losses.catalogue import add_up
from lstsr_models.recipe import DataRecipe
from lstsr_models.recipe_file import write_recipe
from lstsr_models.training import device
from lstsr_models.training.checkpoint import load_checkpoint
from lstsr_models.training.fit import train
from lstsr_models.training.learner import Learner
from lstsr_models.training.predicting import predict
from lstsr_models.training.room import Room

LAYERS = len(DataRecipe.model_fields["layers"].default)
"""Layers that a network of ours gets. [1]"""


def weights(path):
    return load_checkpoint(path).net.state_dict()


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


@pytest.fixture(scope="module")
def finished(tmp_path_factory, scenes):
    """A training of three epochs that nothing disturbed."""
    folder = tmp_path_factory.mktemp("finished")
    written = {
        "data": {
            "scenes": str(scenes),
            "split": str(scenes / "split.json"),
            "validation": [3],
            "calibration": [4],
        },
        "chips": {"size": 12, "batch": 2, "per_epoch": 6},
        "net": {"widths": [4, 4]},
        "run": {"epochs": 3, "device": "cpu"},
    }
    (folder / "recipe.yaml").write_text(yaml.safe_dump(written))
    done = CliRunner().invoke(
        train_command, [str(folder / "recipe.yaml"), "-o", str(folder / "out")]
    )
    assert done.exit_code == 0, done.output
    return Room(folder=folder / "out"), done.output


def test_training_leaves_recipe_checkpoints_logs_and_the_network(finished):
    room, output = finished
    assert all(path.is_file() for path in (room.recipe, room.last, room.best, room.trained))
    assert list((room.logs / "run-0").glob("events.out.tfevents*"))
    with (room.logs / "run-0" / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    errors = [float(row["val_error"]) for row in rows if row["val_error"]]
    assert len(errors) == 3
    assert {"loss", "loss_likelihood", "loss_fidelity", "val_ratio"} <= rows[0].keys()
    assert f"{load_checkpoint(room.trained).about['validation']['ratio']:.3f}" in output
    assert min(errors) == pytest.approx(
        load_checkpoint(room.trained).about["validation"]["error"], abs=1e-4
    )


def test_a_training_that_dies_and_resumes_ends_the_same(finished, recipe_of, tmp_path, monkeypatch):
    step = Learner.training_step

    def die(self, chips, batch_idx):
        if self.current_epoch == 2 and batch_idx == 1:
            raise ConnectionError("pulled the plug")
        return step(self, chips, batch_idx)

    room, recipe = Room(folder=tmp_path / "out"), recipe_of(run={"epochs": 3})
    monkeypatch.setattr(Learner, "training_step", die)
    with pytest.raises(ConnectionError):
        train(recipe, room)
    monkeypatch.setattr(Learner, "training_step", step)
    assert torch.load(room.last, weights_only=True)["epoch"] == 1
    begun = weights(room.last)
    train(recipe, room, resume=True)
    assert equal(weights(room.last), weights(finished[0].last))
    assert not equal(weights(room.last), begun)
    assert all((room.logs / run / "metrics.csv").is_file() for run in ("run-0", "run-1"))


def test_averages_and_a_critic_resume_too(recipe_of, tmp_path, monkeypatch):
    step = Learner.training_step

    def die(self, chips, batch_idx):
        if self.current_epoch == 1:
            raise ConnectionError("pulled the plug")
        return step(self, chips, batch_idx)

    recipe = recipe_of(run={"average": 0.5}, adversarial={"weight": 0.1})
    whole, broken = (Room(folder=tmp_path / name) for name in ("whole", "broken"))
    train(recipe, whole)
    monkeypatch.setattr(Learner, "training_step", die)
    with pytest.raises(ConnectionError):
        train(recipe, broken)
    monkeypatch.setattr(Learner, "training_step", step)
    train(recipe, broken, resume=True)
    one, other = (torch.load(r.last, weights_only=True)["state_dict"] for r in (whole, broken))
    assert any(name.startswith("critic") for name in one)
    assert equal(one, other)


def test_another_recipe_does_not_resume_a_training(finished, recipe_of):
    with pytest.raises(SourceError, match="seed") as raised:
        train(recipe_of(seed=5), finished[0], resume=True)
    assert raised.value.code == "INPUT_CHANGED"


def test_a_folder_that_holds_something_is_left_alone(finished, recipe_of):
    with pytest.raises(ResourceError) as raised:
        train(recipe_of(), finished[0])
    assert raised.value.code == "OUTPUT_NOT_EMPTY"


def test_it_learns_what_the_guide_tells(recipe_of, tmp_path):
    parts = {
        "data": {"base": "lst_cubic"},
        "chips": {"per_epoch": 48, "batch": 4},
        "net": {"widths": (12, 12)},
        "run": {"epochs": 2, "rate": 5e-3},
    }
    trained = train(recipe_of(**parts), Room(folder=tmp_path / "out"))
    scores = trained.about["validation"]
    assert scores["ratio"] < 0.97
    # a mean is smoother than nature
    assert scores["texture"]["0.3"] > 1.0
    # a few steps hardly move the uncertainty that an untrained network states
    assert 0.5 < trained.about["calibration"]["sigma_factor"] < 3


def test_the_clock_stops_it(recipe_of, tmp_path):
    room = Room(folder=tmp_path / "out")
    train(recipe_of(run={"epochs": 500}), room, max_time=dt.timedelta(milliseconds=1))
    assert torch.load(room.last, weights_only=True)["epoch"] < 3
    assert room.trained.is_file()


def test_it_stops_where_nothing_gets_better(recipe_of, tmp_path):
    room = Room(folder=tmp_path / "out")
    train(recipe_of(run={"epochs": 60, "patience": 1, "rate": 1e-12}), room)
    assert torch.load(room.last, weights_only=True)["epoch"] < 10


def test_weights_are_averaged_where_asked(recipe_of, tmp_path):
    room = Room(folder=tmp_path / "out")
    train(recipe_of(run={"average": 0.9}), room)
    held = torch.load(room.last, weights_only=True)
    averaged, current = held["state_dict"], held["current_model_state"]
    assert any(not torch.equal(averaged[k], current[k]) for k in averaged)
    assert equal(weights(room.last), {k.removeprefix("net."): v for k, v in averaged.items()})


def test_half_precision_keeps_hundredths_of_a_kelvin(recipe_of, tmp_path):
    trained = train(recipe_of(run={"precision": "bf16"}), Room(folder=tmp_path / "out"))
    layers = torch.randn(1, LAYERS, 48, 48)
    with torch.inference_mode():
        whole = trained.net(layers)
        with torch.autocast("cpu", torch.bfloat16):
            half = trained.net(layers).float()
    assert (whole - half).abs().max() < 0.05


def test_a_critic_trains_beside_the_network(recipe_of, tmp_path, monkeypatch):
    seen = []
    end = Learner.on_validation_epoch_end
    monkeypatch.setattr(
        Learner,
        "on_validation_epoch_end",
        lambda self: (
            seen.append([p.detach().clone() for p in self.critic.parameters()]),
            end(self),
        ),
    )
    room = Room(folder=tmp_path / "out")
    train(recipe_of(adversarial={"weight": 0.1}), room)
    assert any(not torch.equal(one, other) for one, other in zip(seen[0], seen[-1], strict=True))
    assert "loss_critic" in (room.logs / "run-0" / "metrics.csv").read_text().splitlines()[0]
    assert load_checkpoint(room.last).recipe.adversarial is not None


def test_several_scales_and_published_losses_train(recipe_of, tmp_path):
    texture = [{"name": "fidelity", "weight": 0.5}, {"name": "highpass", "weight": 0.5}]
    layers = ("lst_cubic", "law", "ndvi", "scale")
    data = {"layers": layers, "scales": ("native", "coarser")}
    recipe = recipe_of(data=data, losses=texture)
    trained = train(recipe, Room(folder=tmp_path / "out"))
    # a scene of 20 coarse pixels has five one factor coarser: too few for a chip
    assert len(trained.about["training"]["scenes"]) == 3


@pytest.mark.filterwarnings("ignore:.*overflow")
def test_a_loss_that_is_no_number_is_a_coded_error(recipe_of, tmp_path):
    with pytest.raises(ModelError) as raised:
        train(recipe_of(run={"rate": 1e30, "clip": 0.0}), Room(folder=tmp_path / "out"))
    assert raised.value.code == "TRAINING_DIVERGED"


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
        MemoryError(),
    ],
)
def test_memory_that_runs_out_is_a_coded_error(recipe_of, tmp_path, monkeypatch, error):
    def run_out(*_):
        raise error

    monkeypatch.setattr(Learner, "training_step", run_out)
    with pytest.raises(ResourceError) as raised:
        train(recipe_of(), Room(folder=tmp_path / "out"))
    assert raised.value.code == "MEMORY_EXHAUSTED"
    assert raised.value.exit_status == 5


def test_a_gpu_that_is_not_there_is_never_silently_the_cpu(recipe_of, tmp_path, monkeypatch):
    monkeypatch.setattr(device.torch.cuda, "is_available", lambda: False)
    with pytest.raises(ResourceError) as raised:
        train(recipe_of(run={"device": "gpu"}), Room(folder=tmp_path / "out"))
    assert raised.value.code == "DEVICE_MISSING"
    assert not (tmp_path / "out").exists()


def test_a_faulty_recipe_fails_before_data_is_read(tmp_path):
    (tmp_path / "recipe.yaml").write_text("data: {scenes: nowhere, base: moon}\n")
    words = [str(tmp_path / "recipe.yaml"), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(train_command, words)
    assert done.exception.code == "RECIPE_INVALID"
    assert not (tmp_path / "out").exists()


def test_what_came_of_a_recipe_says_which(finished):
    trained = load_checkpoint(finished[0].trained)
    assert write_recipe(trained.recipe) == finished[0].recipe.read_text()
    assert trained.about["training"]["scenes"] == ["s0", "s1", "s2"]
    assert trained.about["training"]["calibration"] == ["s4"]
    assert math.isfinite(trained.about["calibration"]["sigma_factor"])


@pytest.mark.parametrize(
    ("net", "layers"),
    [
        ("srcnn", ("lst_cubic",)),
        ("fuse", ("lst_cubic", "ndvi")),
        ("sc-unet", ("lst_cubic", "ndvi")),
        ("residual-unet", ("lst_cubic", "law")),
    ],
)
def test_every_weight_of_a_network_learns(recipe_of, chips_of, net, layers):
    torch.manual_seed(0)
    data = {"layers": layers, "base": "lst_cubic"}
    losses = [{"name": "likelihood"}, {"name": "fidelity"}]
    learner = Learner(recipe_of(data=data, net={"name": net}, losses=losses), {})
    chips = chips_of()
    chips = chips._replace(layers=chips.layers[:, : len(layers)])
    # what begins as zero lets no gradient through in the first step
    optimiser = torch.optim.AdamW(learner.net.parameters(), lr=1e-2)
    for _ in range(4):
        optimiser.zero_grad()
        total, _ = add_up(learner.losses, predict(learner.net, chips), chips)
        total.backward()
        optimiser.step()
    assert all(weight.grad.abs().sum() > 0 for weight in learner.net.parameters())
