"""A recipe becomes a trained network."""

from __future__ import annotations

import logging
import math
import sys
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytorch_lightning as pl
from pytorch_lightning.callbacks import (
    EarlyStopping,
    EMAWeightAveraging,
    ModelCheckpoint,
    RichProgressBar,
)
from pytorch_lightning.loggers import CSVLogger, Logger, TensorBoardLogger

from lstsr_models.data.module import SceneData
from lstsr_models.training.calibration import score_all, summarise
from lstsr_models.training.checkpoint import FORMAT, Trained, load_checkpoint, save_trained
from lstsr_models.training.device import demand_device, exhausted, is_exhausted
from lstsr_models.training.learner import Learner
from lstsr_models.training.room import Room, enter

if TYPE_CHECKING:
    import datetime as dt

    from lstsr_models.recipe import Recipe

PRECISIONS: Final = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}
"""Precisions as Lightning calls them."""
LOGGED: Final = 50
"""Steps between two rows of the logs. [1]"""
logger = logging.getLogger(__name__)


def train(
    recipe: Recipe, room: Room, *, resume: bool = False, max_time: dt.timedelta | None = None
) -> Trained:
    """Train the network of a recipe.

    Checkpoints are taken after whole epochs, and the chips of an epoch depend on nothing but the
    recipe: a training that was killed and resumed ends with the same weights, on the same kind of
    machine.

    Parameters
    ----------
    recipe : Recipe
        What to train.
    room : Room
        Where everything is written.
    resume : bool
        Go on after the last whole epoch in that folder.
    max_time : datetime.timedelta, optional
        Stop after this time of all runs together.

    Returns
    -------
    Trained
        The best network, its uncertainty calibrated; also in ``trained.ckpt``.

    Raises
    ------
    ResourceError
        ``DEVICE_MISSING``, ``MEMORY_EXHAUSTED``, ``OUTPUT_NOT_EMPTY``.
    ModelError
        ``TRAINING_DIVERGED``, ``SPLIT_LEAKS``, ``GUIDE_MISSING``.
    SourceError
        ``NO_SCENES``, ``INPUT_CHANGED``.
    """
    demand_device(recipe.run)
    enter(room, recipe, resume=resume)
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    pl.seed_everything(recipe.seed, verbose=False)
    with warnings.catch_warnings():
        _silence_advice()
        try:
            data = SceneData(recipe)
            learner = Learner(recipe, describe(recipe, data))
            start = str(room.last) if resume and room.last.exists() else None
            _trainer(recipe, room, max_time).fit(
                learner, datamodule=data, ckpt_path=start, weights_only=True
            )
            return _finish(room, data)
        except (MemoryError, RuntimeError) as error:
            if is_exhausted(error):
                raise exhausted(error) from error
            raise


def describe(recipe: Recipe, data: SceneData) -> dict[str, Any]:
    """Give what every checkpoint says of itself, in plain words and numbers."""
    scenes = {one.scene: one for one in data.split.scenes}
    kept = {"validation": tuple(data.validation), "calibration": tuple(data.calibration)}
    return {
        "format": FORMAT,
        "recipe": recipe.model_dump(mode="json"),
        "domain": {name: list(ends) for name, ends in data.survey.domain.items()},
        "facts": {name: list(ends) for name, ends in data.survey.facts.items()},
        "training": {
            "scenes": list(data.training),
            "places": sorted({scenes[name].place for name in data.training}),
            **{purpose: list(names) for purpose, names in kept.items()},
        },
    }


def _trainer(recipe: Recipe, room: Room, max_time: dt.timedelta | None) -> pl.Trainer:
    run, chips = recipe.run, recipe.chips
    batches = max(chips.per_epoch // run.devices // chips.batch, 1)
    return pl.Trainer(
        accelerator=run.device,
        devices=run.devices,
        strategy="ddp" if run.devices > 1 else "auto",
        precision=PRECISIONS[run.precision],  # type: ignore[arg-type]
        max_epochs=run.epochs,
        max_time=max_time,
        gradient_clip_val=run.clip if run.clip and recipe.adversarial is None else None,
        callbacks=_callbacks(recipe, room),
        logger=_loggers(room),
        log_every_n_steps=min(LOGGED, batches),
        num_sanity_val_steps=0,
        limit_val_batches=1.0 if recipe.data.validation else 0,
        use_distributed_sampler=False,
        enable_model_summary=False,
        enable_progress_bar=sys.stderr.isatty(),
        default_root_dir=room.folder,
    )


def _loggers(room: Room) -> list[Logger]:
    """Give logs of their own to every run, so that one that is resumed keeps what was logged."""
    run = f"run-{len(list(room.logs.glob('run-*')))}"
    where = {"save_dir": room.logs, "name": "", "version": run}
    return [CSVLogger(**where), TensorBoardLogger(**where)]  # type: ignore[arg-type]


def _callbacks(recipe: Recipe, room: Room) -> list[pl.Callback]:
    run = recipe.run
    keep = partial(
        ModelCheckpoint,
        room.checkpoints,
        enable_version_counter=False,
        save_on_train_epoch_end=True,
    )
    # Lightning's own `save_last` leaves out the epochs that are not the best so far.
    found: list[pl.Callback] = [keep(room.last.stem)]
    if recipe.data.validation:
        found.insert(0, keep(room.best.stem, monitor="val_error"))
    if run.patience:
        found.append(EarlyStopping("val_error", patience=run.patience))
    if run.average:
        found.append(EMAWeightAveraging(decay=run.average))
    if sys.stderr.isatty():
        found.append(RichProgressBar())
    return found


def _finish(room: Room, data: SceneData) -> Trained:
    """Calibrate the best network on scenes kept apart, and write it."""
    best = load_checkpoint(room.best if room.best.exists() else room.last)
    about = dict(best.about)
    for purpose, scenes in (
        ("validation", data.val_dataloader()),
        ("calibration", data.calibration_dataloader()),
    ):
        scores = score_all(best.net, scenes)
        about[purpose] = summarise(scores) if scores else {"sigma_factor": 1.0}
    trained = Trained(net=best.net, recipe=best.recipe, about=about)
    save_trained(trained, room.trained)
    logger.info("error %.3f of cubic convolution", about["validation"].get("ratio", math.nan))
    return trained


def _silence_advice() -> None:
    """Leave out what Lightning advises about workers and folders."""
    for advice in ("does not have many workers", "Checkpoint directory .* exists", "LeafSpec"):
        warnings.filterwarnings("ignore", message=f".*{advice}")
