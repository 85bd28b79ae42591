"""The package of trained networks names their folders and brings nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from lstsr_core import registry
from lstsr_weights.plugin import BUNDLES, bundles_in, lstsr_bundles

PARTS = {"SHA256SUMS", "model.json", "model.onnx", "selftest.npz"}
LAW = "law.json"
"""Part of a network that learnt with a law of its own."""


def test_a_folder_with_digests_is_a_bundle(tmp_path):
    for name in ("b", "a", "no-bundle"):
        (tmp_path / name).mkdir()
    for name in ("b", "a"):
        (tmp_path / name / "SHA256SUMS").touch()
    assert bundles_in(tmp_path) == (tmp_path / "a", tmp_path / "b")


def test_the_front_door_finds_what_the_package_holds():
    ours = [offer.value for offer in registry.bundles().items if offer.plugin == "weights"]
    assert ours == list(lstsr_bundles())
    assert registry.bundles().problems == ()


def test_every_folder_holds_the_parts_of_a_bundle_with_their_digests():
    assert BUNDLES.is_dir()
    for folder in (path for path in BUNDLES.iterdir() if path.is_dir()):
        assert {path.name for path in folder.iterdir()} - {LAW} == PARTS
        for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines():
            digest, name = line.split()
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_the_network_of_ours_says_what_it_was_trained_on_and_its_card_stands_in_the_readme():
    (folder,) = (path for path in lstsr_bundles() if path.name == "residual-unet")
    contract = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert contract["name"] == folder.name
    assert contract["rank"] > 0
    assert len(contract["training"]["scenes"]) == 59
    assert 0.5 < contract["sigma_factor"] < 2
    card = (Path(__file__).parents[2] / "plugins" / "lstsr-weights" / "README.md").read_text()
    assert f"### `{folder.name}`" in card
