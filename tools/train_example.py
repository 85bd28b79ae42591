"""Train a network on simulated scenes, as the worked example does, and score it where it never was.

python tools/train_example.py docs/examples/training -o WORK [--scenes 30] [--max-time 00:10:00]

The folder holds the recipe; ``losses.csv`` and ``scores.csv``, which the page shows, are written
beside it. Every step is a command that users have.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import read_scene
from lstsr_core.registry import models
from lstsr_core.scene import GUIDE, LST, REFERENCE
from lstsr_models.data.split import read_split
from lstsr_models.recipe_file import read_recipe
from lstsr_runtime import sharpen
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import open_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import xarray as xr

INTERVAL = 1.645
"""Standard deviations of a normal distribution that hold 90 %. [1]"""
LSTSR = Path(sys.executable).with_name("lstsr")
"""The command, beside the Python that runs this."""
SCENES = Path(__file__).with_name("make_training_scenes.py")
"""Tool that writes scenes and their split."""


def main() -> None:
    """Make scenes, train, export, score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="holds recipe.yaml")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--scenes", default="30", help="how many are simulated")
    parser.add_argument("--max-time", default="00:10:00", help="of the training")
    words = parser.parse_args()
    work: Path = words.output
    made = ("--only", "simulated", "--simulated", words.scenes, "-o", str(work / "scenes"))
    run([sys.executable, str(SCENES), "--data", str(work), *made])
    recipe = Path(shutil.copy(words.folder / "recipe.yaml", work))
    run([str(LSTSR), "train", str(recipe), "--max-time", words.max_time, "-o", f"{work}/trained"])
    run([str(LSTSR), "export", f"{work}/trained/trained.ckpt", f"{work}/ten-minutes"])
    write(words.folder / "losses.csv", list(losses(work / "trained")))
    write(words.folder / "scores.csv", list(scores(work)))


def run(words: Sequence[str]) -> None:
    """Run a command and say how long it took."""
    begun = time.monotonic()
    subprocess.run(words, check=True)
    print(f"{time.monotonic() - begun:.0f} s: {' '.join(words)}")


def losses(trained: Path) -> Iterator[Mapping[str, str]]:
    """Give the loss of every step that was logged."""
    for table in sorted(trained.glob("log/**/*.csv")):
        with table.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if loss := row.get("loss"):
                    yield {"step": row["step"], "loss": f"{float(loss):.4f}"}


def scores(work: Path) -> Iterator[Mapping[str, str]]:
    """Sharpen the scenes of the folds that test, by every model, and compare with the truth."""
    recipe = read_recipe(work / "recipe.yaml")
    held = read_split(work / "scenes" / "split.json").of(recipe.data.test)
    bundle = work / "ten-minutes"
    network = make_model(bundle, open_bundle(bundle).contract)
    for name in held:
        scene = read_scene(work / "scenes" / f"{name}.nc").load()
        for model in (models().get("bicubic"), models().get("scaling-law"), network):
            yield {"scene": name, "model": model.name, **score(scene, sharpen(scene, model))}


def score(scene: xr.DataTree, result: xr.Dataset) -> dict[str, str]:
    """Give errors [K], the mean difference removed, and the share inside of the 90 % interval."""
    known = result.compute()
    error = known[LST].to_numpy() - scene[REFERENCE][LST].to_numpy()
    inside = np.abs(error) < INTERVAL * known["lst_uncertainty"].to_numpy()
    share = inside[np.isfinite(error)].mean()
    error -= np.nanmean(error)
    water = error[(scene[GUIDE]["ndvi"].to_numpy() < 0) & np.isfinite(error)]
    return {
        "ubrmse": f"{np.nanstd(error):.4f}",
        "rmse_water": f"{np.sqrt(np.mean(water**2)):.4f}",
        "coverage_90": f"{share:.4f}",
    }


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows as a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} rows: {path}")


if __name__ == "__main__":
    main()
