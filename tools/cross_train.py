"""Train a network with places left out, score it there, and export the one that saw every place.

python tools/cross_train.py RECIPE --data DIR --scenes SCENES -o WORK [--final]
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import cache, partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fit_laws import study_modis

from lstsr_core.registry import models
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
from lstsr_runtime.bench.accuracy import score_scenes
from lstsr_runtime.bench.folds import Placed
from lstsr_runtime.bench.rows import Row, write_rows
from lstsr_runtime.bench.summary import RATIO, mean_scores
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import open_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lstsr_core import Model
    from lstsr_models.data.split import Split
    from lstsr_models.recipe import Recipe
    from lstsr_models.training.scoring import SceneScore

SHOWN = (RATIO, "ubrmse", "detail_skill", "spectral_error", "coverage_90", "correlation")
"""Scores whose means are printed."""
SUMMARY = "residual U-Net on the scaling law, learnt from ASTER"
"""What the final bundle says of itself."""
SOURCE = "modis-aster-"
"""Beginning of the names of scenes with an independent truth; the others only teach."""


def main() -> None:
    """Train every fold that is not trained yet, then score all, then the final network."""
    options = read_words()
    recipe = read_recipe(options.recipe)
    split = read_split(options.scenes / "split.json")
    every = sorted({one.fold for one in split.scenes if one.scene.startswith(SOURCE)})
    work = options.output / recipe.name
    folds = options.folds if options.folds is not None else every
    law_of = partial(law_without, options.data, options.scenes, options.output / "laws")
    learn = Study(recipe, options.scenes, work).trained_without
    nets = {fold: learn(fold, law_of(fold)) for fold in folds}
    if options.train_only:
        return
    scores = {fold: held_out_scores(net, fold) for fold, net in nets.items()}
    rows: list[Row] = []
    for fold, net in nets.items():
        others = [s for other, found in scores.items() if other != fold for s in found]
        rows += judge(calibrated(net, others), fold, work, options.data)
    write_rows(work / "scores.csv", rows, placed(split))
    print_means(rows)
    if options.final:
        whole = learn(None, law_of(None))
        found = [s for of_fold in scores.values() for s in of_fold]
        label = Label(summary=SUMMARY, rank=60)
        print(export_bundle(calibrated(whole, found), work / "bundle" / recipe.name, label))


def read_words() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder of the database")
    parser.add_argument("--scenes", type=Path, required=True, help="of make_training_scenes.py")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--folds", type=int, nargs="*")
    parser.add_argument("--train-only", action="store_true")
    parser.add_argument("--final", action="store_true", help="train one on all scenes and export")
    return parser.parse_args()


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


class Study(NamedTuple):
    """What is trained on which scenes, and where it is kept."""

    recipe: Recipe
    scenes: Path
    work: Path

    def trained_without(self, fold: int | None, law: Path) -> Trained:
        """Train without a fold, or load the network where that was done."""
        room = Room(folder=self.work / f"fold-{'none' if fold is None else fold}")
        if room.trained.exists():
            return load_checkpoint(room.trained)
        held = () if fold is None else (fold,)
        split = self.scenes / "split.json"
        place = {"scenes": self.scenes, "split": split, "law": str(law.absolute())}
        kept = {"validation": (), "calibration": (), "test": held}
        data = self.recipe.data.model_copy(update=place | kept)
        return train(self.recipe.model_copy(update={"data": data}), room, resume=room.last.exists())


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


def judge(net: Trained, fold: int, work: Path, data: Path) -> Iterator[Row]:
    """Score the scenes of a fold as the benchmark does, beside bicubic and the law of the fold."""
    folder = work / "bundle" / f"fold-{fold}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        export_bundle(net, folder)
    model = make_model(folder, open_bundle(folder).contract)
    held = {one.scene for one in read_split(net.recipe.data.split).scenes if one.fold == fold}
    scenes = {name: opened for name, opened in open_database(data).items() if SOURCE + name in held}
    law = models().get("scaling-law").tuned({"law": net.recipe.data.law})
    chosen = [models().get("bicubic"), law, model]
    yield from score_scenes(scenes, chosen)
    if net.about["calibration"].get("texture"):
        yield from score_scenes(scenes, [with_texture(model)])


def with_texture(model: Model) -> Model:
    """Let a model put back the energy of nature."""
    return replace(model.tuned({"texture": 1.0}), name=f"{model.name}-texture")


def placed(split: Split) -> list[Placed]:
    """Give places and folds by the names of the database."""
    known = [one for one in split.scenes if one.scene.startswith(SOURCE)]
    name = itemgetter(slice(len(SOURCE), None))
    return [Placed(scene=name(s.scene), place=name(s.place), fold=s.fold) for s in known]


def print_means(rows: Sequence[Row]) -> None:
    """Print the ratio to bicubic of every model."""
    for model, found in mean_scores(rows, "ubrmse").items():
        print(f"{model:28}", *(f"{name} {found[name]:.4f}" for name in SHOWN))


if __name__ == "__main__":
    main()
