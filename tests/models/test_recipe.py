"""Recipes: faults show before data is read, and what is written can be read."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from lstsr_core import ModelError, SourceError
from lstsr_models.commands import train
from lstsr_models.recipe import Recipe
from lstsr_models.recipe_file import check_recipe, read_recipe, write_recipe

ALL = ("lst_cubic", "law", "ndvi", "ndvi_detail", "slope", "law_sigma", "valid")


def test_a_recipe_survives_being_written(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(write_recipe(Recipe()))
    again = read_recipe(path)
    assert again.model_dump(exclude={"data": {"scenes", "split"}}) == Recipe().model_dump(
        exclude={"data": {"scenes", "split"}}
    )
    assert again.data.scenes == tmp_path / "scenes"


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ({"chipz": {}}, "chipz"),
        ({"chips": {"size": 4}}, "size"),
        ({"chips": {"batch": 5, "per_epoch": 4}}, "epoch"),
        ({"data": {"layers": ["lst_cubic", "moon"], "base": "lst_cubic"}}, "moon"),
        ({"data": {"layers": ["lst_cubic", "ndvi"]}}, "law"),
        ({"data": {"layers": [*ALL, "law"]}}, "twice"),
        ({"data": {"validation": [0], "test": [0]}}, "fold"),
        ({"data": {"validation": []}, "run": {"patience": 3}}, "validate"),
        ({"data": {"factor": 3}}, "even"),
        ({"net": {"name": "srcnn"}}, "alone"),
        ({"net": {"name": "sc-unet"}}, "two layers"),
        (
            {
                "net": {"name": "fuse"},
                "data": {"layers": ["ndvi", "lst_cubic"], "base": "lst_cubic"},
            },
            "first layer",
        ),
        ({"losses": []}, "losses"),
        ({"losses": [{"name": "huber"}, {"name": "huber"}]}, "twice"),
        ({"losses": [{"name": "huber", "options": {"dleta": 1}}]}, "dleta"),
        ({"run": {"rate": -1}}, "rate"),
        ({"run": {"device": "cpu", "precision": "16"}}, "precision"),
        ([1, 2], "recipe"),
    ],
)
def test_a_fault_in_a_recipe_is_named(written, word):
    with pytest.raises(ModelError) as raised:
        check_recipe(written)
    assert raised.value.code == "RECIPE_INVALID"
    assert word in raised.value.found


def test_the_nets_of_the_field_have_recipes():
    for name, layers in (
        ("srcnn", ["lst_cubic"]),
        ("vdsr", ["lst_cubic"]),
        ("mrunet", ["lst_cubic"]),
        ("sc-unet", ["lst_cubic", "ndvi"]),
        ("fuse", ["lst_cubic", "ndvi"]),
    ):
        data = {"layers": layers, "base": "lst_cubic"}
        assert check_recipe({"net": {"name": name}, "data": data}).net.name == name


def test_a_recipe_that_is_not_there_or_no_yaml_is_a_coded_error(tmp_path):
    with pytest.raises(SourceError) as raised:
        read_recipe(tmp_path / "none.yaml")
    assert raised.value.code == "FILE_MISSING"
    (tmp_path / "bad.yaml").write_text("a: [1")
    with pytest.raises(SourceError) as raised:
        read_recipe(tmp_path / "bad.yaml")
    assert raised.value.code == "FILE_UNREADABLE"


def test_dump_config_prints_a_recipe_that_can_be_trained_by(tmp_path):
    done = CliRunner().invoke(train, ["--dump-config"])
    assert done.exit_code == 0
    (tmp_path / "recipe.yaml").write_text(done.output)
    assert read_recipe(tmp_path / "recipe.yaml").net == Recipe().net


@pytest.mark.parametrize("words", [[], ["recipe.yaml"], ["r.yaml", "-o", "X", "--max-time", "1h"]])
def test_missing_words_are_told(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipe.yaml").write_text("seed: 1\n")
    assert CliRunner().invoke(train, words).exit_code == 2


def test_the_commands_load_without_torch():
    import subprocess
    import sys

    code = "import sys, lstsr_models.plugin; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
