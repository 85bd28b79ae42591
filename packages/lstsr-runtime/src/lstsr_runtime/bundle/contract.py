"""What a bundle says of itself: the words of `model.json`."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lstsr_core import ModelError
from lstsr_core.kinds import NAME

FORMAT: Final = "lstsr bundle 1"
"""First word of every contract; it changes when an old bundle could not be read."""
STRICT: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
"""Contracts do not change, and a word that nobody knows is an error."""


class GuideUse(BaseModel):
    """A guide, and whether the network can do without it."""

    model_config = STRICT

    name: str = Field(min_length=1)
    required: bool = True


class Layer(BaseModel):
    """A channel of the network: ``(layer - mean) / scale``, both in the units of the layer."""

    model_config = STRICT

    name: str = Field(min_length=1)
    units: str = ""
    mean: float
    scale: float = Field(gt=0)


class SelfTest(BaseModel):
    """How near the network has to come to its own results on another machine. [K]"""

    model_config = STRICT

    tolerance_k: float = Field(gt=0)
    parity_k: float | None = None


class Contract(BaseModel):
    """The words of `model.json`.

    Attributes
    ----------
    name, version, summary, source, licence : what it is and whose
    rank : place in the choice of ``best``; 0 is never chosen [1]
    factor : fine pixels along one edge of a coarse pixel [1]
    margin : coarse pixels around a tile that its result depends on, layers included [coarse pixel]
    reach : fine pixels around one that the network depends on; 0 where nobody knows, so that it has
        to see a tile as a whole [fine pixel]
    guides : the guides that its layers are made of
    layers : the channels of the input, in order
    base : what the residual is added to
    sigma_factor : what the standard deviation is multiplied by, to hold on places apart [1]
    domain : range of each layer that it has learnt from, in the layer's units
    facts : range of each fact of the scenes that it has learnt from, see `lstsr_physics.law.facts`
    selftest : how near it has to come to its own results
    texture : amplitude of nature over that of the result, by the narrower Gaussian of each octave
        [coarse pixel]; empty where it was not measured
    footprint, training, mlm : what the coarse pixel saw, what it was learnt from, and the same in
        the words of the STAC extension MLM; for readers
    """

    model_config = STRICT

    format: Literal["lstsr bundle 1"]
    name: str = Field(pattern=f"^{NAME.pattern}$", max_length=64)
    version: str
    summary: str = ""
    source: str = ""
    licence: str
    rank: int = Field(default=0, ge=0)
    factor: int = Field(ge=2, le=1000)
    margin: int = Field(ge=0, le=1000)
    reach: int = Field(default=0, ge=0, le=4000)
    guides: tuple[GuideUse, ...]
    layers: tuple[Layer, ...] = Field(min_length=1)
    base: Literal["law", "lst_cubic"]
    sigma_factor: float = Field(default=1.0, gt=0)
    domain: dict[str, tuple[float, float]]
    facts: dict[str, tuple[float, float]] = Field(default_factory=dict)
    selftest: SelfTest
    texture: dict[float, float] = Field(default_factory=dict)
    footprint: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    mlm: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Contract:
        names = [layer.name for layer in self.layers]
        if len(set(names)) < len(names):
            raise ValueError("a layer is named twice")
        if strange := set(self.domain) - set(names):
            raise ValueError(f"the domain of {min(strange)!r}, which is no layer")
        ranges = (*self.domain.items(), *self.facts.items())
        if turned := [name for name, (low, high) in ranges if low > high]:
            raise ValueError(f"the domain of {turned[0]!r} ends before it begins")
        if any(sigma <= 0 or factor < 0 for sigma, factor in self.texture.items()):
            raise ValueError("a texture of a scale or factor below 0")
        return self

    @property
    def required(self) -> tuple[str, ...]:
        """Guides that the network cannot do without."""
        return tuple(guide.name for guide in self.guides if guide.required)

    @property
    def demanded(self) -> tuple[str, ...]:
        """Guides that a scene must have: those required, or the only one, gaps in it or not."""
        names = tuple(guide.name for guide in self.guides)
        return names if len(names) == 1 else self.required


def parse_contract(text: bytes, where: str) -> Contract:
    """Read a `model.json`.

    Parameters
    ----------
    text : bytes
        JSON in UTF-8.
    where : str
        Its name, for messages.

    Raises
    ------
    ModelError
        ``BUNDLE_REFUSED``, with every fault.
    """
    try:
        return Contract.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        raise refused(f"{where}: {_faults(error)}", f"the words of {FORMAT!r}") from error


def refused(found: str, expected: str) -> ModelError:
    """Make the error for a bundle that is not used."""
    return ModelError(
        "BUNDLE_REFUSED",
        found=found,
        expected=expected,
        remedy="export it again by `lstsr export`, or get it again by `lstsr models pull`",
    )


def _faults(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg']}" for fault in error.errors()
    )
