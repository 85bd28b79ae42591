"""The worked example of a training runs, made smaller, where networks can be trained."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("lstsr_models", reason="training needs lstsr-models")

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "examples" / "training"
SMALLER = {"per_epoch: 3600": "per_epoch: 24", "epochs: 4": "epochs: 1"}
"""What is changed in the recipe."""


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_example_trains_exports_and_scores_where_the_network_never_was(tmp_path):
    text = (FOLDER / "recipe.yaml").read_text(encoding="utf-8")
    for old, new in SMALLER.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "recipe.yaml").write_text(text, encoding="utf-8")
    words = (str(tmp_path), "-o", str(tmp_path / "work"), "--scenes", "5", "--max-time", "00:02:00")
    tool = [sys.executable, str(ROOT / "tools" / "train_example.py"), *words]
    subprocess.run(tool, check=True, timeout=600)
    found = rows(tmp_path / "scores.csv")
    assert {row["model"] for row in found} == {"bicubic", "scaling-law", "ten-minutes"}
    assert found[0].keys() == rows(FOLDER / "scores.csv")[0].keys()
    assert all(0 < float(row["ubrmse"]) < 10 for row in found)
