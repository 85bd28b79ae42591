"""A training recipe: everything that decides what a network becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lstsr_models.layers import SCALINGS

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")
"""Recipes do not change, and a misspelt key is an error."""
ALONE: Final = ("srcnn", "vdsr", "mrunet")
"""Networks that see the temperature alone."""
SHIPPED_LAWS: Final = ("auto", "modis", "general")
"""Words of `data.law`; anything else is a law in JSON."""
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
        "lst_detail",
        "law",
        "ndvi",
        "ndvi_detail",
        "slope",
        "slope_detail",
        "law_sigma",
        "valid",
    )
    base: Literal["law", "lst_cubic"] = "law"
    law: str = "auto"
    scales: tuple[Literal["native", "coarser"], ...] = ("native",)
    disagreement: float = Field(
        default=4.0,
        ge=0.0,
        description="what two sensors disagree about more widely than this is not taught; "
        "0 teaches all [coarse pixel]",
    )

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
    even: float = Field(
        default=0.5, ge=0.0, le=1.0, description="0 all scenes alike, 1 all places alike"
    )

    @model_validator(mode="after")
    def _fit_together(self) -> ChipRecipe:
        if self.per_epoch < self.batch:
            raise ValueError("an epoch has fewer chips than a batch")
        return self


class NetRecipe(BaseModel):
    """Which network."""

    model_config = FROZEN

    name: Literal["residual-unet", "srcnn", "vdsr", "mrunet", "sc-unet", "fuse"] = "residual-unet"
    widths: tuple[int, ...] = Field(default=(48, 64), min_length=1)
    patch: Literal[1, 2, 4] = 2


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
        if self.run.patience and not self.data.validation:
            raise ValueError("patience needs a fold to validate on")
        if self.data.factor % 2:
            raise ValueError("networks sharpen by even factors")
        from lstsr_models.losses.named import name_losses

        name_losses(self.losses)
        return self
