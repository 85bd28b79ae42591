"""When a granule was seen, as its metadata or its name say."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED_DAY: Final = re.compile(r"\.A(?P<year>\d{4})(?P<day>\d{3})\.(?:(?P<clock>\d{4})\.)?")
"""Year, day of the year and, of swaths, the UTC time in a name like
``MOD11_L2.A2020048.1915.006.2020050045344.hdf`` (MODIS naming convention)."""
CLOCK: Final = 8
"""Characters of hours, minutes and seconds, ``19:15:00``. [1]"""


def period_of(texts: Mapping[str, str], name: str) -> dict[str, str]:
    """Give ``start_datetime`` and ``end_datetime``, ISO 8601 in UTC, as far as they are known.

    Parameters
    ----------
    texts : mapping of str to str
        Global attributes of the file: ``CoreMetadata.0`` among them where it is HDF4,
        ``RangeBeginningDate`` and its like where it is HDF5.
    name : str
        Name of the file, which says the day on which it starts.
    """
    core = "".join(text for key, text in sorted(texts.items()) if "CoreMetadata" in key)
    found = {
        "start_datetime": _moment(core, "RANGEBEGINNING") or _stated(texts, "RangeBeginning"),
        "end_datetime": _moment(core, "RANGEENDING") or _stated(texts, "RangeEnding"),
    }
    known = {key: moment for key, moment in found.items() if moment}
    return known or _named(name)


def _moment(core: str, begin: str) -> str:
    day, clock = _value(core, f"{begin}DATE"), _value(core, f"{begin}TIME")
    return f"{day}T{clock[:CLOCK]}Z" if day and clock else ""


def _stated(texts: Mapping[str, str], begin: str) -> str:
    day, clock = texts.get(f"{begin}Date", ""), texts.get(f"{begin}Time", "")
    return f"{day}T{clock[:CLOCK]}Z" if day and clock else ""


def _value(core: str, name: str) -> str:
    found = re.search(
        rf'OBJECT\s*=\s*{name}\s.*?VALUE\s*=\s*"([^"]*)".*?END_OBJECT\s*=\s*{name}\s',
        core,
        re.DOTALL,
    )
    return found[1] if found else ""


def _named(name: str) -> dict[str, str]:
    found = NAMED_DAY.search(name)
    if found is None:
        return {}
    try:
        written = found["year"] + found["day"] + (found["clock"] or "0000")
        day = dt.datetime.strptime(written, "%Y%j%H%M").replace(tzinfo=dt.UTC)
    except ValueError:
        return {}
    return {"start_datetime": f"{day:%Y-%m-%dT%H:%M:%SZ}"}
