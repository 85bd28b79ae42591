"""The three kinds that a plugin can offer: sensor, model, correction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from lstsr_core import cards
from lstsr_core.errors import PluginError
from lstsr_core.options import read_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import xarray as xr

    from lstsr_core.predictor import Predictor
    from lstsr_core.sources import FileSource, StacSource

    Decode: TypeAlias = Callable[[xr.Dataset], xr.Dataset]
    SceneChange: TypeAlias = Callable[[xr.DataTree], xr.DataTree]
    ResultChange: TypeAlias = Callable[[xr.Dataset, xr.DataTree], xr.Dataset]

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Names are lower-case words joined by hyphens, so that they read well on a command line."""


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """The area that one coarse pixel sees, as a point-spread function.

    Parameters
    ----------
    shape : {"gaussian", "box"}
        Form of the point-spread function.
    mtf : float
        Modulation left at the coarse Nyquist frequency; a box fixes its own (2 / pi). [1]
    """

    shape: Literal["gaussian", "box"] = "gaussian"
    mtf: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """How to get one product and how to turn its counts into physics.

    Parameters
    ----------
    name : str
        Name users choose it by.
    role : {"thermal", "guide"}
        Whether it gives the temperature or the fine image that guides it.
    resolution : float
        Native pixel. [m]
    decode : callable
        Raw counts, dims (y, x), to physics: a thermal sensor returns ``lst`` [K] and may return
        ``quality``, ``lst_uncertainty`` [K], ``view_time``, ``view_zenith`` [degree]; a guide
        sensor returns guides by their names. NaN stands where nothing was measured.
    summary : str
        One line for lists.
    footprint : Footprint
        What one pixel sees.
    sources : tuple of StacSource or FileSource
        Where to look, in this order.
    """

    name: str
    role: Literal["thermal", "guide"]
    resolution: float
    decode: Decode
    summary: str = ""
    footprint: Footprint = field(default_factory=Footprint)
    sources: tuple[StacSource | FileSource, ...] = ()

    _repr_html_ = cards.of_sensor

    def __post_init__(self) -> None:
        """Refuse a name that cannot be typed."""
        _check_name(self.name)


@dataclass(frozen=True, kw_only=True)
class Model:
    """How to sharpen.

    Parameters
    ----------
    name : str
        Name users choose it by.
    prepare : callable
        Sees the whole scene once and returns the Predictor of its tiles. Where the model has
        options, it takes an instance of them by the keyword ``options``, which has a default.
    margin : int
        Coarse pixels around a tile that its result depends on. [coarse pixel]
    summary : str
        One line for lists.
    guides : tuple of str
        Guides it cannot do without, in the order the Predictor gets them.
    extra_guides : bool
        Whether the Predictor also gets every other guide of the scene, in alphabetical order.
    least_guides : int
        How many guides it needs, of whatever kind. [1]
    factors : tuple of int
        Factors it can sharpen by; empty for any. [1]
    rank : int
        Place in the choice of ``best``: the highest that the guides allow; 0 is never chosen. [1]
    source : str
        DOI or address of the method's description.
    options : type, optional
        A frozen dataclass whose fields, numbers, truths or words with defaults, can be set.
    learnt : frozenset of str
        Names of the scenes it was trained on; a benchmark does not score it there.
    """

    name: str
    prepare: Callable[..., Predictor]
    margin: int
    summary: str = ""
    guides: tuple[str, ...] = ()
    extra_guides: bool = False
    least_guides: int = 0
    factors: tuple[int, ...] = ()
    rank: int = 0
    source: str = ""
    options: type[Any] | None = None
    learnt: frozenset[str] = frozenset()

    _repr_html_ = cards.of_model

    def __post_init__(self) -> None:
        """Refuse a name that cannot be typed."""
        _check_name(self.name)

    def tuned(self, settings: Mapping[str, object]) -> Model:
        """Give the same model with some of its options set.

        Parameters
        ----------
        settings : mapping of str to object
            Values by the names of the options; texts are read as the option's type.

        Raises
        ------
        ModelError
            ``OPTION_UNKNOWN`` or ``OPTION_INVALID``.
        """
        if not settings:
            return self
        chosen = read_options(self.options, settings, owner=f"the model {self.name!r}")
        return replace(self, prepare=partial(self.prepare, options=chosen))


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What to do to a scene before sharpening, or to a result after it.

    Parameters
    ----------
    name : str
        Name users choose it by.
    stage : {"scene", "result"}
        When it runs.
    apply : callable
        ``apply(scene) -> scene`` at stage "scene", ``apply(result, scene) -> result`` at stage
        "result". The input is left as it is. Options come as those of `Model.prepare` do.
    summary : str
        One line for lists.
    options : type, optional
        As those of a `Model`.
    """

    name: str
    stage: Literal["scene", "result"]
    apply: SceneChange | ResultChange
    summary: str = ""
    options: type[Any] | None = None

    _repr_html_ = cards.of_correction

    def __post_init__(self) -> None:
        """Refuse a name that cannot be typed."""
        _check_name(self.name)

    def tuned(self, settings: Mapping[str, object]) -> Correction:
        """Give the same correction with some of its options set; else as `Model.tuned`."""
        if not settings:
            return self
        chosen = read_options(self.options, settings, owner=f"the correction {self.name!r}")
        change: Callable[..., Any] = self.apply
        return replace(self, apply=partial(change, options=chosen))


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise PluginError(
            "CONTRACT_BROKEN",
            found=f"the name {name!r}",
            expected="lower-case words joined by hyphens, such as 'modis-ndvi'",
            remedy="rename it in the plugin that offers it",
        )
