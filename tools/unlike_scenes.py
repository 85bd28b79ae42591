"""Show what a bundle does on scenes unlike those that it was trained on.

python tools/unlike_scenes.py BUNDLE --data DIR -o docs/science/unlike-scenes.csv

Fine fields are degraded as by `lstsr bench accuracy --protocol wald`; the night is simulated; the
pair of Phoenix has no truth, so there only the share and the distance from the law are told.
"""

from __future__ import annotations

import argparse
import csv
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import Quality
from lstsr_core.needs import has_guides
from lstsr_core.registry import models
from lstsr_core.scene import GUIDE, REFERENCE
from lstsr_data.scenes import ReadOptions, open_scene
from lstsr_physics.simulate import NIGHT, simulate_scene
from lstsr_runtime import sharpen
from lstsr_runtime.bench.wald import ASTER, wald
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import open_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import xarray as xr

    from lstsr_core import Model
    from lstsr_runtime.bench.referee import Scenes

PHOENIX = "modis/phoenix_modis_pair"
"""Folder of a pair of rasters in a desert."""
ERRORS = ("bicubic", "scaling-law", "network")
"""Models whose error is told; none of a network that lacks its guide. [K]"""
SEEDS = range(3)
"""Nights that are simulated."""


def main() -> None:
    """Write a row a scene and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    network = make_model(options.bundle, open_bundle(options.bundle).contract)
    rows = [row_of(name, opened(), network) for name, opened in unlike(options.data).items()]
    with options.output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def unlike(data: Path) -> Scenes:
    """Give scenes with guides of other sensors, landscapes and times."""
    fine = {n: o for n, o in wald().open_scenes(data).items() if not n.startswith(ASTER)}
    nights = {f"night-{seed}": partial(night, seed) for seed in SEEDS}
    guided = {name: opened for name, opened in fine.items() if opened()[GUIDE].data_vars}
    return {"phoenix": partial(desert, data / PHOENIX), **guided, **nights}


def desert(folder: Path) -> xr.DataTree:
    """Read the pair of Phoenix."""
    guides = {"ndvi": folder / "Sample_NDVI.tif"}
    counts = ReadOptions(scale=0.02, units="K")
    scene = open_scene(folder / "Sample_LST.tif", guides, options=counts)
    scene.attrs["landscape"] = "desert"
    return scene


def night(seed: int) -> xr.DataTree:
    """Simulate a night."""
    scene = simulate_scene(seed=seed, sky=NIGHT)
    scene.attrs["landscape"] = "simulated night"
    return scene


def row_of(name: str, scene: xr.DataTree, network: Model) -> Mapping[str, object]:
    """Sharpen by bicubic, the law and the network, and compare."""
    scene = scene.load()
    plain, law = models().get("bicubic"), models().get("scaling-law")
    chosen = {"bicubic": plain, "scaling-law": law}
    if has_guides(network, [str(guide) for guide in scene[GUIDE].data_vars]):
        chosen["network"] = network
    results = {kind: sharpen(scene, model).compute() for kind, model in chosen.items()}
    row = {"scene": name, "landscape": scene.attrs["landscape"], "outside": "", "from_law": ""}
    if "network" in results:
        row |= trust(results["network"], results["scaling-law"])
    row |= dict.fromkeys(ERRORS, "") | dict(errors(scene, results))
    print(*row.values())
    return row


def trust(network: xr.Dataset, law: xr.Dataset) -> dict[str, str]:
    """Give the share that is flagged [1], and the rms distance of the network from the law [K]."""
    flags = network["quality"].to_numpy()
    known = (flags & Quality.MEASURED) > 0
    apart = (network["lst"] - law["lst"]).to_numpy()[known]
    outside = ((flags & Quality.OUTSIDE_DOMAIN) > 0)[known].mean()
    return {"outside": f"{outside:.3f}", "from_law": f"{np.sqrt(np.nanmean(apart**2)):.4f}"}


def errors(scene: xr.DataTree, results: Mapping[str, xr.Dataset]) -> Iterator[tuple[str, str]]:
    """Give ubRMSE of every result, or nothing where there is no truth. [K]"""
    referee = wald().referee_of(scene) if REFERENCE.strip("/") in scene.children else None
    for kind, result in results.items():
        yield kind, f"{referee.judge(result).scores['ubrmse']:.4f}" if referee else ""


if __name__ == "__main__":
    main()
