"""A scaling law: what it says, and how it is kept as readable JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import SourceError
from lstsr_core.cards import card

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

FORMAT: Final = "lstsr scaling law 1"
"""First line of every law; it changes when an old file could not be read."""
SHIPPED: Final = ("general", "modis")
"""Laws that come with the package."""
FADING: Final = 0.5
"""Gain of an octave finer than any in a law, over that of the next coarser one: about what the
finest octaves of real scenes show (223-446 m against 446-892 m). [1]"""


@dataclass(frozen=True, kw_only=True)
class Octave:
    """How temperature follows its guides in one octave.

    Parameters
    ----------
    sigma : float
        Narrower Gaussian of the octave. [coarse pixel]
    gain : float
        Slope in the octave over the slope of the place at the finest coarse octave. [1]
    texture : float
        Amplitude of nature over that of the law's result. [1]
    gain_error : float
        Standard error of the gain, between places. [1]
    """

    sigma: float
    gain: float
    texture: float = 1.0
    gain_error: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Variance of what the law cannot know: a share of each variance that a scene shows.

    Parameters
    ----------
    floor : float
        Share that is there anyway. [K2]
    thermal : float
        Of the temperature's own variance around a place, narrower than 1.2 coarse pixels. [1]
    guide : float
        Of the variance of slope times guide below the coarse pixel, around a place. [1]
    """

    floor: float = 0.0
    thermal: float = 1.0
    guide: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Displacement:
    """Where guides are expected beside the temperature, before a scene is asked.

    Parameters
    ----------
    right, down : float
        How far their content lies beside where it belongs. [m]
    spread : float
        Standard deviation of single scenes around it; 0 where no scene is asked. [m]
    """

    right: float = 0.0
    down: float = 0.0
    spread: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Law:
    """How gain continues below the coarse pixel, and what the footprint took of the temperature.

    Parameters
    ----------
    coarse_pixel : float
        Coarse pixel of the scenes it was fitted on. [m]
    octaves : tuple of Octave
        The finest first.
    restoration : mapping of float to float
        Share of each octave of the coarse temperature, by narrower Gaussian [coarse pixel], that
        is put back because the footprint took it. [1]
    footprint_mtf : float
        Modulation at the coarse Nyquist frequency of the Gaussian through which guides are seen
        where slopes are learnt; gains hold for slopes learnt so. [1]
    spread : Spread
        What stays unknown.
    displacement : mapping of str to Displacement
        By the name of a grid; ``*`` for any other.
    provenance : mapping
        What it was fitted on, when and by which command.
    """

    coarse_pixel: float
    octaves: tuple[Octave, ...]
    restoration: Mapping[float, float]
    footprint_mtf: float = 0.1
    spread: Spread = field(default_factory=Spread)
    displacement: Mapping[str, Displacement] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        gains = [f"{o.gain:.2f} from {o.sigma:g}" for o in self.octaves]
        shares = [f"{share:+.2f} from {sigma:g}" for sigma, share in self.restoration.items()]
        lists = {name: len(told) for name, told in self.provenance.items() if _is_list(told)}
        rows = {
            "coarse pixel": f"{self.coarse_pixel:g} m",
            "gain, by octave [coarse pixel]": ", ".join(gains),
            "put back, by octave [coarse pixel]": ", ".join(shares),
            **self.provenance,
            **lists,
        }
        return card("scaling law", rows)

    def at(self, sigma: float) -> Octave:
        """Give an octave; one finer than any fades from octave to octave by `FADING`."""
        near = min(self.octaves, key=lambda octave: abs(math.log(octave.sigma / sigma)))
        finer = round(math.log2(near.sigma / sigma))
        if finer <= 0:
            return near
        return replace(near, sigma=sigma, gain=near.gain * FADING**finer)


FLAT: Final = Law(coarse_pixel=0.0, octaves=(Octave(sigma=1e-6, gain=1.0),), restoration={})
"""The law of a nature that is alike at every scale: the coarse slope holds below the pixel."""


def _is_list(told: object) -> bool:
    return isinstance(told, list | tuple)


def write_law(law: Law, path: str | os.PathLike[str]) -> Path:
    """Write a law as JSON; the file appears whole or not at all."""
    body = {"format": FORMAT, **asdict(law)}
    body["restoration"] = {f"{sigma:g}": share for sigma, share in law.restoration.items()}
    target = Path(path)
    draft = target.with_name(f".{target.name}.part")
    draft.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    return draft.replace(target)


def read_law(path: str | os.PathLike[str]) -> Law:
    """Read a law.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    """
    source = Path(path)
    if not source.is_file():
        raise SourceError(
            "FILE_MISSING",
            found=f"no file {source}",
            expected="a scaling law in JSON",
            remedy=f"check the path, or name a shipped one: {', '.join(SHIPPED)}",
        )
    return _parse(source.read_text(encoding="utf-8"), str(source))


@cache
def shipped_law(name: str) -> Law:
    """Give a law that comes with the package.

    Parameters
    ----------
    name : {"general", "modis"}
        ``modis`` was fitted on MODIS against ASTER, ``general`` on fine thermal scenes seen
        through a Gaussian footprint.

    Returns
    -------
    Law
    """
    room = resources.files("lstsr_physics.law") / f"{name}.json"
    return _parse(room.read_text(encoding="utf-8"), f"{name}.json")


def _parse(text: str, name: str) -> Law:
    try:
        body = json.loads(text)
        if body.pop("format", None) != FORMAT:
            raise ValueError(f"it does not begin with {FORMAT!r}")
        return Law(
            coarse_pixel=float(body["coarse_pixel"]),
            octaves=tuple(Octave(**octave) for octave in body["octaves"]),
            restoration={float(sigma): float(v) for sigma, v in body["restoration"].items()},
            footprint_mtf=float(body["footprint_mtf"]),
            spread=Spread(**body["spread"]),
            displacement={name: Displacement(**d) for name, d in body["displacement"].items()},
            provenance=body["provenance"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{name}: {error}",
            expected=f"a law of the form {FORMAT!r}",
            remedy="fit one by `lstsr scaling fit`",
        ) from error
