"""Bits that tell clouds of another day are no quality: the layers of an item share its date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lstsr_data.acquisition.stated_grid import unusable

if TYPE_CHECKING:
    from collections.abc import Iterable

DATE: Final = re.compile(r"(?<!\d)(?:A\d{7}|\d{8}T\d{6}|\d{8}|\d{14})(?!\d)")
"""A date in the name of a file: year and day of MODIS and VIIRS, ISO 8601 without its dashes."""


def check_one_date(item: str, hrefs: Iterable[str]) -> None:
    """Refuse an item whose layers are files of several dates, as far as their names tell.

    Parameters
    ----------
    item : str
        Its name.
    hrefs : iterable of str
        Addresses of its layers.

    Raises
    ------
    SourceError
        ``ITEM_UNUSABLE``.
    """
    names = [href.partition("?")[0].rpartition("/")[2] for href in hrefs]
    dates = {tuple(found): name for name in names if (found := DATE.findall(name))}
    if len(dates) > 1:
        first, second, *_ = sorted(dates.values())
        raise unusable("layers of one date", f"the item {item!r} with {first} and {second}")
