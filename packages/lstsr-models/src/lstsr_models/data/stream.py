"""Chips by their numbers: the same number gives the same chip, in any process."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from torch.utils.data import Dataset, Sampler

from lstsr_models.chips import Chips
from lstsr_models.data.draw import draw_chip, to_chips
from lstsr_models.data.fields import read_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lstsr_models.data.fields import Fields
    from lstsr_models.data.survey import Source
    from lstsr_models.recipe import Recipe


class ChipStream(Dataset[Chips]):
    """Chips of some scenes; number ``epoch * per_epoch + place`` is a chip of an epoch.

    An epoch goes through its scenes in groups, so that no more of them are held than
    ``scenes_at_once``; within a group, chips come from scenes at random.

    Parameters
    ----------
    recipe : Recipe
        Seed, data and chips.
    sources : sequence of Source
        Files of scenes, the scale at which each is read, and how often.
    """

    def __init__(self, recipe: Recipe, sources: Sequence[Source]) -> None:
        self.recipe = recipe
        self.sources = tuple(sources)
        self.held: OrderedDict[Source, Fields] = OrderedDict()

    def __len__(self) -> int:
        """Give the chips of an epoch. [1]"""
        return self.recipe.chips.per_epoch

    def __getitem__(self, number: int) -> Chips:
        """Give the chip of a number."""
        recipe = self.recipe
        random = np.random.default_rng([recipe.seed, number, 1])
        fields = self._read(self.source_of(number, random))
        return to_chips(draw_chip(fields, recipe.chips, random), recipe.data)

    def source_of(self, number: int, random: np.random.Generator) -> Source:
        """Give the scene that the chip of a number is cut from."""
        chips = self.recipe.chips
        epoch, place = divmod(number, chips.per_epoch)
        order = np.random.default_rng([self.recipe.seed, epoch, 0]).permutation(len(self.sources))
        groups = np.array_split(order, -(-len(order) // chips.scenes_at_once))
        group = groups[place * len(groups) // chips.per_epoch]
        often = np.array([self.sources[number].often for number in group])
        return self.sources[int(random.choice(group, p=often / often.sum()))]

    def _read(self, source: Source) -> Fields:
        if source not in self.held:
            data = self.recipe.data
            self.held[source] = read_fields(source.path, data, source.scale, data.disagreement)
            if len(self.held) > self.recipe.chips.scenes_at_once:
                self.held.popitem(last=False)
        self.held.move_to_end(source)
        return self.held[source]


class Numbers(Sampler[int]):
    """The numbers of the chips that one of several processes takes in an epoch.

    Parameters
    ----------
    per_epoch : int
        Chips of an epoch. [1]
    rank, ranks : int
        Which process, of how many. [1]
    """

    def __init__(self, per_epoch: int, rank: int = 0, ranks: int = 1) -> None:
        self.per_epoch, self.rank, self.ranks = per_epoch, rank, ranks
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Begin an epoch; Lightning calls this."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Give the chips of this process. [1]"""
        return self.per_epoch // self.ranks

    def __iter__(self) -> Iterator[int]:
        """Give numbers in order; no two processes take the same."""
        start = self.epoch * self.per_epoch
        return iter(range(start + self.rank, start + len(self) * self.ranks, self.ranks))


class WholeScenes(Dataset[Chips]):
    """Whole scenes, or the middle of large ones, to validate and calibrate on."""

    def __init__(self, recipe: Recipe, paths: Sequence[Path], edge: int) -> None:
        self.recipe, self.paths, self.edge = recipe, tuple(paths), edge

    def __len__(self) -> int:
        """Give the scenes. [1]"""
        return len(self.paths)

    def __getitem__(self, number: int) -> Chips:
        """Give a scene."""
        fields = read_fields(self.paths[number], self.recipe.data)
        shape = tuple(min(size, self.edge) for size in fields.coarse.shape)
        top, left = (
            (size - part) // 2 for size, part in zip(fields.coarse.shape, shape, strict=True)
        )
        return to_chips(fields.cut(top, left, (shape[0], shape[1])), self.recipe.data)
