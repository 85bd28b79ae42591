"""A training recipe: everything that decides what a network becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lstsr_core import ModelError, SourceError
from lstsr_models.layers import SCALINGS

if TYPE_CHECKING:
    import os

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")
"""Recipes do not change, and a misspelt key is an error."""
ALONE: Final = ("srcnn", "vdsr", "mrunet")
"""Networks that see the temperature alone."""
LEAST_SIZE: Final = 12
"""Chips smaller than this leave too little inside the reach of a footprint. [coarse pixel]"""

Share = Field(default=0.0, ge=0.0, le=1.0)


class DataRecipe(BaseModel):
    """Which scenes, which of their layers, and which folds are kept apart."""

    model_config = FROZEN

    scenes: Path = Path("scenes")
    split: Path = Path("scenes/split.json")
    validation: tuple[int, ...] = (0,)
    calibration: tuple[int, ...] = ()
    test: tuple[int, ...] = ()
    factor: int = Field(default=4, ge=2)
    guides: tuple[str, ...] = ("ndvi",)
    layers: tuple[str, ...] = (
        "lst_cubic",
        "law",
        "ndvi",
        "ndvi_detail",
        "slope",
        "law_sigma",
        "valid",
    )
    base: Literal["law", "lst_cubic"] = "law"
    law: str = "auto"
    scales: tuple[Literal["native", "coarser"], ...] = ("native",)

    @model_validator(mode="after")
    def _fit_together(self) -> DataRecipe:
        unknown = [name for name in self.layers if name not in SCALINGS]
        if unknown:
            raise ValueError(f"no layer {unknown[0]!r}; there are: {', '.join(SCALINGS)}")
        if len(set(self.layers)) < len(self.layers):
            raise ValueError("a layer is named twice")
        missing = {"lst_cubic", self.base} - set(self.layers)
        if missing:
            raise ValueError(f"the base {self.base!r} needs the layer {min(missing)!r}")
        kept = (*self.validation, *self.calibration, *self.test)
        if len(set(kept)) < len(kept):
            raise ValueError("a fold is kept apart for two purposes")
        if not self.validation:
            raise ValueError("no fold to validate on")
        if not self.scales or not self.guides:
            raise ValueError("scales and guides must name at least one")
        return self


class ChipRecipe(BaseModel):
    """How chips are drawn from scenes."""

    model_config = FROZEN

    size: int = Field(default=16, ge=LEAST_SIZE, description="[coarse pixel]")
    batch: int = Field(default=12, ge=1)
    per_epoch: int = Field(default=3000, ge=1)
    scenes_at_once: int = Field(default=64, ge=1)
    workers: int = Field(default=0, ge=0)
    orient: bool = True
    drop_guide: float = Share
    gap: float = Share

    @model_validator(mode="after")
    def _fit_together(self) -> ChipRecipe:
        if self.per_epoch < self.batch:
            raise ValueError("an epoch has fewer chips than a batch")
        return self


class NetRecipe(BaseModel):
    """Which network."""

    model_config = FROZEN

    name: Literal["residual-unet", "srcnn", "vdsr", "mrunet", "sc-unet", "fuse"] = "residual-unet"
    widths: tuple[int, ...] = Field(default=(32, 48, 64), min_length=1)
    blocks: int = Field(default=1, ge=1)


class LossRecipe(BaseModel):
    """A loss, its weight and its options."""

    model_config = FROZEN

    name: Literal["huber", "fidelity", "sobel", "highpass", "law-texture", "likelihood"]
    weight: float = Field(default=1.0, gt=0.0)
    options: dict[str, float | str] = {}


class AdversarialRecipe(BaseModel):
    """A critic beside the losses."""

    model_config = FROZEN

    weight: float = Field(default=0.01, gt=0.0)
    rate: float = Field(default=1e-4, gt=0.0)


class RunRecipe(BaseModel):
    """How long, how fast and on what."""

    model_config = FROZEN

    epochs: int = Field(default=40, ge=1)
    patience: int = Field(default=0, ge=0, description="0 never stops early")
    rate: float = Field(default=1e-3, gt=0.0)
    schedule: Literal["cosine", "constant"] = "cosine"
    decay: float = Field(default=1e-4, ge=0.0)
    clip: float = Field(default=1.0, ge=0.0)
    average: float = Field(default=0.0, ge=0.0, lt=1.0, description="0 averages no weights")
    precision: Literal["32", "bf16", "16"] = "32"
    device: Literal["auto", "cpu", "gpu"] = "auto"
    devices: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _fit_together(self) -> RunRecipe:
        if self.device == "cpu" and self.precision == "16":
            raise ValueError("a CPU trains in precision 32 or bf16")
        return self


class Recipe(BaseModel):
    """Data, chips, network, losses and run."""

    model_config = FROZEN

    name: str = Field(default="residual-unet", pattern="^[a-z][a-z0-9-]*$")
    seed: int = Field(default=0, ge=0)
    data: DataRecipe = DataRecipe()
    chips: ChipRecipe = ChipRecipe()
    net: NetRecipe = NetRecipe()
    losses: tuple[LossRecipe, ...] = Field(
        default=(LossRecipe(name="likelihood"), LossRecipe(name="fidelity", weight=0.1)),
        min_length=1,
    )
    adversarial: AdversarialRecipe | None = None
    run: RunRecipe = RunRecipe()

    @model_validator(mode="after")
    def _fit_together(self) -> Recipe:
        layers, net = self.data.layers, self.net.name
        if net in ALONE and layers != ("lst_cubic",):
            raise ValueError(f"{net} sees the temperature alone: layers = [lst_cubic]")
        if net == "sc-unet" and layers != ("lst_cubic", "ndvi"):
            raise ValueError("sc-unet sees two layers: [lst_cubic, ndvi]")
        if net == "fuse" and layers[0] != "lst_cubic":
            raise ValueError("the first layer of fuse is lst_cubic")
        if len({loss.name for loss in self.losses}) < len(self.losses):
            raise ValueError("a loss is named twice")
        if self.data.factor % 2:
            raise ValueError("networks sharpen by even factors")
        from lstsr_models.losses.named import name_losses

        name_losses(self.losses)
        return self


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Read a recipe from YAML; paths in it count from its folder.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    ModelError
        ``RECIPE_INVALID``.
    """
    source = Path(path)
    try:
        written = yaml.safe_load(source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _unreadable("FILE_MISSING", f"no file {source}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _unreadable("FILE_UNREADABLE", f"{source}: {error}") from error
    recipe = check_recipe(written if written is not None else {}, str(source))
    here = source.absolute().parent
    data = recipe.data
    placed = data.model_copy(update={"scenes": here / data.scenes, "split": here / data.split})
    return recipe.model_copy(update={"data": placed})


def check_recipe(written: object, name: str = "the recipe") -> Recipe:
    """Turn what was written into a recipe, or say what is wrong with it.

    Raises
    ------
    ModelError
        ``RECIPE_INVALID``, with every fault.
    """
    try:
        return Recipe.model_validate(written)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'recipe'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise ModelError(
            "RECIPE_INVALID",
            found=f"{name}: {'; '.join(faults)}",
            expected="keys and values as `lstsr train --dump-config` shows them",
            remedy="correct these",
        ) from error


def write_recipe(recipe: Recipe) -> str:
    """Give a recipe as YAML, with every default."""
    plain: dict[str, Any] = recipe.model_dump(mode="json")
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


def _unreadable(code: str, found: str) -> SourceError:
    return SourceError(
        code,
        found=found,
        expected="a training recipe in YAML",
        remedy="write one by `lstsr train --dump-config > recipe.yaml`",
    )
