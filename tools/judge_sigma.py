"""Show whether a network's uncertainty rises where its error does, at places it never saw.

python tools/judge_sigma.py WORK --data DIR --scenes SCENES -o docs/science/network-sigma.csv

WORK is the folder of a recipe that `cross_train.py` wrote: every fold has its own bundle there.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from cross_train import SOURCE
from scipy.stats import spearmanr

from lstsr_data.modis_aster import open_database
from lstsr_models.data.split import read_split
from lstsr_runtime import sharpen
from lstsr_runtime.bench.protocol import lay_truth
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import open_bundle

BINS = 20
"""Bins of about equally many pixels. [1]"""


def main() -> None:
    """Write a row a bin and print the rank correlation."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scenes", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    sigma, error = (np.concatenate(part) for part in zip(*pairs(options), strict=True))
    edges = np.quantile(sigma, np.linspace(0, 1, BINS + 1))
    place = np.clip(np.searchsorted(edges, sigma, side="right") - 1, 0, BINS - 1)
    rows = []
    for index in range(BINS):
        here = place == index
        stated, found = (np.sqrt(np.mean(part[here] ** 2)) for part in (sigma, error))
        holds = np.mean(np.abs(error[here]) <= 1.6449 * sigma[here])
        numbers = {"sigma": f"{stated:.4f}", "error": f"{found:.4f}", "holds_90": f"{holds:.4f}"}
        rows.append({"bin": index, "pixels": int(here.sum()), **numbers})
    with options.output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    found = spearmanr([float(r["sigma"]) for r in rows], [float(r["error"]) for r in rows])
    print(f"rank correlation of {BINS} bins: {found.statistic:.3f}; of all pixels: ", end="")
    print(f"{spearmanr(sigma, np.abs(error)).statistic:.3f}")


def pairs(options: argparse.Namespace):  # noqa: ANN201  a tool's inner generator
    """Give sigma and error of the pixels of every scene, its mean difference removed. [K]"""
    database = open_database(options.data)
    for one in read_split(options.scenes / "split.json").scenes:
        if not one.scene.startswith(SOURCE):
            continue
        folder = options.work / "bundle" / f"fold-{one.fold}"
        model = make_model(folder, open_bundle(folder).contract)
        scene = database[one.scene.removeprefix(SOURCE)]().load()
        result = sharpen(scene, model).compute()
        cut = (slice(8, -8), slice(8, -8))
        sigma = result["lst_uncertainty"].to_numpy()[cut]
        error = (result["lst"].to_numpy() - lay_truth(scene).lst)[cut]
        known = np.isfinite(error) & np.isfinite(sigma)
        yield sigma[known], error[known] - error[known].mean()


if __name__ == "__main__":
    main()
