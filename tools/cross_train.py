"""Train a network with places left out, score it there, and export the one that saw every place.

python tools/cross_train.py RECIPE --data DIR --scenes SCENES -o WORK [--final] [--seeds 3]
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from fit_laws import study_modis

from lstsr_data.modis_aster import open_database
from lstsr_models.bundle.contract import Label
from lstsr_models.bundle.export import export_bundle
from lstsr_models.data.module import SceneData
from lstsr_models.data.split import read_split
from lstsr_models.recipe_file import read_recipe
from lstsr_models.training.calibration import score_all, summarise
from lstsr_models.training.checkpoint import Trained, load_checkpoint
from lstsr_models.training.fit import train
from lstsr_models.training.room import Room
from lstsr_physics.law.fit import fit_law
from lstsr_physics.law.law import write_law
from lstsr_runtime import sharpen
from lstsr_runtime.bench.protocol import lay_truth
from lstsr_runtime.bench.scorecard import score_result
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import open_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lstsr_models.recipe import Recipe
    from lstsr_models.training.scoring import SceneScore

SCORES = ("ubrmse", "detail_skill", "spectral_error", "coverage_90", "correlation", "crps")
"""What is written of every result."""
SOURCE = "modis-aster-"
"""Beginning of the names of scenes with an independent truth; the others only teach."""


def main() -> None:
    """Train every fold that is not trained yet, then score all, then the final network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder of the database")
    parser.add_argument("--scenes", type=Path, required=True, help="of make_training_scenes.py")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--folds", type=int, nargs="*")
    parser.add_argument("--train-only", action="store_true")
    parser.add_argument("--final", action="store_true", help="train one on all scenes and export")
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    split = read_split(options.scenes / "split.json")
    every = sorted({one.fold for one in split.scenes if one.scene.startswith(SOURCE)})
    work = options.output / recipe.name
    folds = options.folds if options.folds is not None else every
    laws = partial(law_without, options.data, options.scenes, options.output / "laws")
    nets = {fold: trained_without(fold, recipe, options.scenes, work, laws(fold)) for fold in folds}
    if options.train_only:
        return
    scores = {fold: held_out_scores(net, fold) for fold, net in nets.items()}
    rows = []
    for fold, net in nets.items():
        others = [s for other, found in scores.items() if other != fold for s in found]
        rows += list(judge(calibrated(net, others), fold, work, options.data))
    write_rows(rows, work / "scores.csv")
    if options.final:
        whole = trained_without(None, recipe, options.scenes, work, laws(None))
        found = [s for of_fold in scores.values() for s in of_fold]
        summary = "residual U-Net on the scaling law, learnt from ASTER"
        label = Label(summary=summary, rank=60)
        print(export_bundle(calibrated(whole, found), work / "bundle" / recipe.name, label))


def law_without(data: Path, scenes: Path, folder: Path, fold: int | None) -> Path:
    """Fit the scaling law without the scenes of a fold."""
    path = folder / f"law-{'all' if fold is None else fold}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        evidence, prior = evidence_of(data)
        split = read_split(scenes / "split.json")
        left_out = {} if fold is None else {*split.of((fold,))}
        kept = [one for one in evidence if f"{SOURCE}{one.scene}" not in left_out]
        write_law(fit_law(kept, prior), path)
    return path


evidence_of = cache(study_modis)


def trained_without(
    fold: int | None, recipe: Recipe, scenes: Path, work: Path, law: Path
) -> Trained:
    """Train without a fold, or load the network where that was done."""
    room = Room(folder=work / f"fold-{'none' if fold is None else fold}")
    if room.trained.exists():
        return load_checkpoint(room.trained)
    held = () if fold is None else (fold,)
    place = {"scenes": scenes, "split": scenes / "split.json", "law": str(law.absolute())}
    kept = {"validation": (), "calibration": (), "test": held}
    data = recipe.data.model_copy(update=place | kept)
    return train(recipe.model_copy(update={"data": data}), room, resume=room.last.exists())


def held_out_scores(net: Trained, fold: int) -> list[SceneScore]:
    """Score the scenes of the fold that a network never saw."""
    kept = {"validation": (fold,), "test": ()}
    recipe = net.recipe.model_copy(update={"data": net.recipe.data.model_copy(update=kept)})
    data = SceneData(recipe)
    known = [name for name in data.validation if name.startswith(SOURCE)]
    data.validation = {name: data.validation[name] for name in known}
    return score_all(net.net, data.val_dataloader())


def calibrated(net: Trained, scores: list[SceneScore]) -> Trained:
    """Let a network state the uncertainty that held on scenes that others of its kind never saw."""
    if not scores:
        return net
    about: dict[str, Any] = net.about | {"calibration": summarise(scores)}
    return Trained(net=net.net, recipe=net.recipe, about=about)


def judge(net: Trained, fold: int, work: Path, data: Path) -> Iterator[Mapping[str, object]]:
    """Sharpen the scenes of a fold as a user would, and score them as the benchmark does."""
    folder = work / "bundle" / f"fold-{fold}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        export_bundle(net, folder)
    model = make_model(folder, open_bundle(folder).contract)
    database = open_database(data)
    split = read_split(net.recipe.data.split)
    places = Counter(one.place for one in split.scenes)
    for one in (one for one in split.scenes if one.fold == fold and one.scene.startswith(SOURCE)):
        name = one.scene.removeprefix(SOURCE)
        scene = database[name]().load()
        truth = lay_truth(scene)
        results = {"bicubic": sharpen(scene, "bicubic").compute()}
        for texture in (0.0, 1.0) if net.about["calibration"].get("texture") else (0.0,):
            tuned = model.tuned({"texture": texture})
            results[f"{net.recipe.name} texture {texture:g}"] = sharpen(scene, tuned).compute()
        for method, result in results.items():
            found = score_result(result, scene, truth)
            yield {
                "scene": name,
                "place": one.place.removeprefix(SOURCE),
                "scenes_of_place": places[one.place],
                "fold": fold,
                "method": method,
                **{score: f"{found[score]:.4f}" for score in SCORES},
            }


def write_rows(rows: list[Mapping[str, object]], path: Path) -> None:
    """Write a row a scene and method, and print means."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(json.dumps(means(rows), indent=1))


def means(rows: list[Mapping[str, object]]) -> dict[str, dict[str, float]]:
    """Give the mean of every score by method, and the ratio to bicubic, in all and by place."""
    table: dict[str, dict[str, float]] = {}
    for method in sorted({str(row["method"]) for row in rows}):
        own = [row for row in rows if row["method"] == method]
        table[method] = {s: float(np.mean([float(str(r[s])) for r in own])) for s in SCORES}
        for place in ("all", *sorted({str(row["place"]) for row in rows})):
            made, plain = (
                np.mean(
                    [
                        float(str(r["ubrmse"]))
                        for r in rows
                        if r["method"] == which and place in ("all", r["place"])
                    ]
                )
                for which in (method, "bicubic")
            )
            table[method][f"ratio {place}"] = float(made / plain)
    return table


if __name__ == "__main__":
    main()
