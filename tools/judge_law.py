"""Score the scaling law, as a model and as a correction, on places that it was not fitted on.

python tools/judge_law.py --data DIR -o docs/benchmarks/scaling-law.csv
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from fit_laws import study_modis

from lstsr_core import registry
from lstsr_data.modis_aster import open_database
from lstsr_physics.law.correction import rescale
from lstsr_physics.law.fit import fit_law
from lstsr_physics.law.law import write_law
from lstsr_runtime import sharpen
from lstsr_runtime.bench.protocol import lay_truth
from lstsr_runtime.bench.scorecard import score_result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import xarray as xr

    from lstsr_physics.law.law import Law

CORRECTED = ("tsharp", "distrad", "atprk", "aatprk", "dms", "geometry")
"""Models that take the coarse scale for the fine one."""
SCORES = ("ubrmse", "detail_skill", "spectral_error", "coverage_90", "correlation", "crps")
"""What is written of every result."""


def main() -> None:
    """Write a row a scene and method, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    evidence, prior = study_modis(options.data)
    database = open_database(options.data)
    rows: list[dict[str, object]] = []
    for place in sorted({one.place for one in evidence}):
        law = fit_law([one for one in evidence if one.place != place], prior)
        for name in (one.scene for one in evidence if one.place == place):
            scene = database[name]().load()
            truth = lay_truth(scene)
            for method, result in results(scene, law):
                scores = score_result(result, scene, truth)
                row = {score: f"{scores[score]:.4f}" for score in SCORES}
                rows.append({"scene": name, "place": place, "method": method, **row})
    with options.output.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    show(rows)


def results(scene: xr.DataTree, law: Law) -> Iterator[tuple[str, xr.Dataset]]:
    """Sharpen by the law, by others, and by others with the law's correction."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_law(law, Path(folder) / "law.json")
        for texture in (0.0, 1.0):
            settings = {"law": str(path), "texture": texture}
            sharp = sharpen(scene, "scaling-law", settings=settings).compute()
            yield f"scaling-law texture {texture:g}", sharp
    yield "bicubic", sharpen(scene, "bicubic").compute()
    for model in (name for name in CORRECTED if name in registry.models().names):
        plain = sharpen(scene, model).compute()
        yield model, plain
        yield f"{model} + scaling-law", rescale(plain, scene, law).compute()


def show(rows: Iterable[dict[str, object]]) -> None:
    """Print the means, and the share of places where the correction helps."""
    table: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        place = table.setdefault(str(row["method"]), {}).setdefault(str(row["place"]), [])
        place.append([float(str(row[score])) for score in SCORES])  # type: ignore[arg-type]
    means = {method: np.concatenate(list(p.values())).mean(axis=0) for method, p in table.items()}
    print(f"{'method':<26}", *(f"{score:>14}" for score in ("ratio", *SCORES)))
    for method, mean in means.items():
        ratio = mean[0] / means["bicubic"][0]
        print(f"{method:<26}", *(f"{value:14.3f}" for value in (ratio, *mean)))
    for method in (m for m in table if m.endswith("+ scaling-law")):
        before = table[method.split(" +", maxsplit=1)[0]]
        for place, name in ((0, "ubrmse"), (2, "spectral_error")):
            better = [
                np.mean(after, axis=0)[place] < np.mean(before[p], axis=0)[place]
                for p, after in table[method].items()
            ]
            print(f"{method}: {name} better in {np.mean(better):.0%} of places")


if __name__ == "__main__":
    main()
