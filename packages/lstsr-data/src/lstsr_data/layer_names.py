"""Products whose layers are files that share a name but for the layer's."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How the files of a product are named.

    Parameters
    ----------
    pattern : re.Pattern
        Matches a name with the groups ``product``, ``layer``, ``rest`` and ``time``; layers of one
        product share the first and the third.
    clock : str
        Format of ``time``, as `datetime.datetime.strptime` has it. [UTC]
    """

    pattern: re.Pattern[str]
    clock: str


@dataclass(frozen=True, kw_only=True)
class LayerNames:
    """The layers of one product.

    Parameters
    ----------
    product : str
        Name of the product.
    files : mapping of str to str
        Names of files by those of layers.
    start : str
        When it was seen, ISO 8601 in UTC; empty where its name tells no possible time.
    """

    product: str
    files: Mapping[str, str]
    start: str


LANDSAT: Final = Naming(
    pattern=re.compile(
        r"(?P<product>L[COTEM]0[4-9]_L2S[PR]_\d{6}_(?P<time>\d{8})_\d{8}_\d\d_\w\w)"
        r"_(?P<layer>(?:ST|SR|QA)_\w+)(?P<rest>\.TIF)",
        re.IGNORECASE,
    ),
    clock="%Y%m%d",
)
"""Landsat Collection 2 Level 2 (USGS LSDS-1619, product naming); the name tells the day only."""
ECOSTRESS: Final = Naming(
    pattern=re.compile(
        r"(?P<product>ECOv\d{3}_L2T_LSTE_\d+_\d+_\w{5}_(?P<time>\d{8}T\d{6})_\d+_\d+)"
        r"_(?P<layer>LST_err|LST|QC|cloud|water|view_zenith|height|EmisWB)(?P<rest>(?:_\w+)?\.tif)"
    ),
    clock="%Y%m%dT%H%M%S",
)
"""ECO_L2T_LSTE (:doi:`10.5067/ECOSTRESS/ECO_L2T_LSTE.002`); clips keep what was put behind the
layer."""
ASTER: Final = Naming(
    pattern=re.compile(
        r"(?P<product>AST_\w{2,4}_\d{3}(?P<time>\d{14})_\d{14})_(?P<layer>\w+)(?P<rest>\.tif)"
    ),
    clock="%m%d%Y%H%M%S",
)
"""ASTER Level 2 of version 4 (:doi:`10.5067/ASTER/AST_08.004`): month, day, year, time."""


def find_product(names: Iterable[str], naming: Naming, like: str = "") -> LayerNames | None:
    """Find the layers of one product among names of files.

    Parameters
    ----------
    names : iterable of str
        Names without folders.
    naming : Naming
        How they are named.
    like : str
        Name of one of its files, where there may be several products.

    Returns
    -------
    LayerNames or None
        None where nothing is named so.

    Raises
    ------
    SourceError
        ``OPTION_INVALID`` where there are several products and nothing tells which is meant.
    """
    wanted = naming.pattern.fullmatch(like)
    if like and wanted is None:
        return None
    found = [match for name in sorted(names) if (match := naming.pattern.fullmatch(name))]
    if wanted is not None:
        found = [match for match in found if _key(match) == _key(wanted)]
    products = sorted({_key(match) for match in found})
    if not products:
        return None
    if len(products) > 1:
        raise SourceError(
            "OPTION_INVALID",
            found=f"{len(products)} products together: {products[0][0]}, {products[1][0]}, ...",
            expected="one",
            remedy="name one of the files of the product that is meant",
        )
    return LayerNames(
        product=products[0][0],
        files={match["layer"]: match[0] for match in found},
        start=moment_of(found[0]["time"], naming.clock),
    )


def _key(match: re.Match[str]) -> tuple[str, str]:
    return match["product"], match["rest"]


def moment_of(text: str, clock: str) -> str:
    """Give a moment as ISO 8601 in UTC, empty where the text is none."""
    try:
        moment = dt.datetime.strptime(text, clock).replace(tzinfo=dt.UTC)
    except ValueError:
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
