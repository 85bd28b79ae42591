"""Networks in small: tiny scenes on ground of their own, and shapes that are checked."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from lstsr_core import Footprint, build_scene, write_scene
from lstsr_physics.simulate import Landscape, View, simulate_scene

SHAPED = ("chips", "losses", "nets", "training.predicting", "training.scoring")
"""Rooms whose every call has its shapes checked."""

if find_spec("torch"):
    from jaxtyping import install_import_hook

    install_import_hook([f"lstsr_models.{room}" for room in SHAPED], "beartype.beartype")
else:
    collect_ignore_glob = ["*"]

PLACES = 5
EDGE = 20


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    import torch

    torch.set_num_threads(1)


def simulate_apart(seed, **view):
    land = Landscape(shape=(EDGE, EDGE), relief=0.0, water=0.0)
    scene = simulate_scene(seed, settings=land, view=View(**view))
    coarse, guide, reference = (
        scene[node].to_dataset().assign_coords(x=scene[node].to_dataset()["x"] + seed * 30_000)
        for node in ("coarse", "guide", "reference")
    )
    return build_scene(coarse, guide[["ndvi"]], reference[["lst"]])


@pytest.fixture(scope="session")
def moved_scene():
    """Simulate a scene that shares no ground with that of another seed."""
    return simulate_apart


@pytest.fixture(scope="session")
def scenes(tmp_path_factory):
    """Folder of scenes, each of a place of its own, and their split."""
    from lstsr_models.data.split import make_split, write_split

    folder = tmp_path_factory.mktemp("scenes")
    known = {}
    for seed in range(PLACES):
        write_scene(simulate_apart(seed, clouds=0.1 * (seed == 0)), folder / f"s{seed}.nc")
        known[f"s{seed}"] = (f"place-{seed}", "2020-07-01")
    write_split(make_split(known), folder / "split.json")
    return folder


@pytest.fixture
def recipe_of(scenes):
    """Give a small recipe with some parts changed."""
    from lstsr_models.recipe_file import check_recipe

    def make(**parts):
        whole = {
            "data": {
                "scenes": scenes,
                "split": scenes / "split.json",
                "validation": (3,),
                "calibration": (4,),
            },
            "chips": {"size": 12, "batch": 2, "per_epoch": 6},
            "net": {"widths": (4, 4)},
            "run": {"epochs": 2, "device": "cpu"},
        }
        for part, values in parts.items():
            old = whole.get(part)
            whole[part] = {**old, **values} if isinstance(old, dict) else values
        return check_recipe(whole)

    return make


@pytest.fixture
def chips_of():
    """Give random chips, two of 12 coarse pixels; parts can be given."""
    import torch

    from lstsr_models.chips import Chips
    from lstsr_models.data.fields import taps_of

    def make(seed=0, size=12, factor=4, footprint=None, **parts):
        random = np.random.default_rng(seed)

        def draw(channels, edge):
            field = random.standard_normal((2, channels, edge, edge))
            return torch.from_numpy(field.astype(np.float32))

        taps = torch.from_numpy(taps_of(footprint or Footprint(), factor)).expand(2, -1, -1)
        fine = size * factor
        drawn = {"layers": draw(3, fine), "coarse": draw(1, size), "taps": taps.clone()}
        drawn |= {name: draw(1, fine) for name in ("base", "cubic", "truth", "guide", "slope")}
        return Chips(**{**drawn, **parts})

    return make
