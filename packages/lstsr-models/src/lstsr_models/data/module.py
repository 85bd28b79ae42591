"""The scenes of a recipe, streamed to a Lightning Trainer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytorch_lightning as pl
from torch.utils.data import DataLoader

from lstsr_models.data.scene_files import extent_of, find_files
from lstsr_models.data.split import check_ground, read_split
from lstsr_models.data.stream import ChipStream, Numbers, WholeScenes
from lstsr_models.data.survey import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lstsr_models.chips import Chips
    from lstsr_models.recipe import Recipe

LARGEST: Final = 128
"""Larger scenes are validated on their middle. [coarse pixel]"""


class SceneData(pl.LightningDataModule):
    """Chips to train on, whole scenes to validate and calibrate on.

    Parameters
    ----------
    recipe : Recipe
        Folder, split, folds and chips.

    Raises
    ------
    LstsrError
        From `prepare`: a split that leaks, a folder without scenes, a scene without a guide.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        data = recipe.data
        split = read_split(data.split)
        apart = (*data.validation, *data.calibration, *data.test)
        folder = data.scenes
        self.training = find_files(folder, split.but(apart), "to train on")
        self.validation = (
            find_files(folder, split.of(data.validation), "to validate on")
            if data.validation
            else {}
        )
        self.calibration = (
            find_files(folder, split.of(data.calibration), "to calibrate on")
            if data.calibration
            else self.validation
        )
        every = find_files(folder, [one.scene for one in split.scenes], "at all")
        check_ground(split, {name: extent_of(path) for name, path in every.items()})
        self.split = split
        places = {one.scene: one.place for one in split.scenes}
        self.survey: Survey = survey(self.training, recipe, places)

    def train_dataloader(self) -> DataLoader[Chips]:
        """Give the chips of the current epoch."""
        chips, trainer = self.recipe.chips, self.trainer
        rank = (trainer.global_rank, trainer.world_size) if trainer else (0, 1)
        return DataLoader(
            ChipStream(self.recipe, self.survey.sources),
            batch_size=chips.batch,
            sampler=Numbers(chips.per_epoch, *rank),
            num_workers=chips.workers,
            persistent_workers=chips.workers > 0,
            drop_last=True,
        )

    def val_dataloader(self) -> DataLoader[Chips]:
        """Give the validation scenes, one at a time."""
        return self._whole(tuple(self.validation))

    def calibration_dataloader(self) -> DataLoader[Chips]:
        """Give the scenes on which the uncertainty is calibrated, one at a time."""
        return self._whole(tuple(self.calibration))

    def _whole(self, names: Sequence[str]) -> DataLoader[Chips]:
        files = {**self.validation, **self.calibration}
        return DataLoader(WholeScenes(self.recipe, [files[n] for n in names], LARGEST))
