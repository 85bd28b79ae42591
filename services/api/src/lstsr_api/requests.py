"""What can be asked: the inputs of each process, checked where they enter."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from lstsr_api.store import ID

Id = Annotated[str, Field(pattern=ID)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{0,64}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=-(10**12), le=10**12)]
Settings = dict[Name, bool | Whole | Finite | Word]
Step = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}(:[a-z0-9_=.,+-]{1,200})?$")]
MOST: Final = 16
"""Guides, corrections and options of one request. [1]"""


class Strict(BaseModel):
    """A request says nothing that is not understood, and is never quoted in an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", protected_namespaces=(), hide_input_in_errors=True
    )


class Upload(Strict):
    """A raster that was uploaded before.

    Attributes
    ----------
    upload : its id
    """

    upload: Id = Field(description="Id that the upload was answered with.")


class Catalogued(Strict):
    """A raster of the catalogue.

    Attributes
    ----------
    item : id of the Item
    asset : name of its asset
    """

    item: Id = Field(description="Id of an Item of the collection of results.")
    asset: Literal["lst", "coarse"] = Field(default="lst", description="Asset of that Item.")


Raster = Upload | Catalogued


class Sharpening(Strict):
    """What every request for a sharpened map can say.

    Attributes
    ----------
    model : name of a model, or ``best``
    settings : options of the model
    corrections : names with options, in the order of use
    """

    model: Name = Field(default="best", description="A model, or the best that the guides allow.")
    settings: Settings = Field(
        default_factory=dict, max_length=MOST, description="Options of the model."
    )
    corrections: tuple[Step, ...] = Field(
        default=(), max_length=MOST, description="Corrections, in the order of use."
    )


class Sharpen(Sharpening):
    """Inputs of the process ``sharpen``.

    Attributes
    ----------
    lst : the temperature
    guides : fine guides by their names
    factor : fine pixels along one edge of a coarse pixel [1]
    units, scale, offset, nodata : how the temperature is stored
    datetime : acquisition time, UTC
    """

    lst: Raster = Field(description="Coarse land surface temperature.")
    guides: dict[Name, Raster] = Field(
        default_factory=dict, max_length=MOST, description="Fine guides by their names, as ndvi."
    )
    factor: int | None = Field(
        default=None, ge=2, le=64, description="Fine pixels along one edge of a coarse one."
    )
    units: Literal["kelvin", "celsius", "fahrenheit"] | None = Field(
        default=None, description="Units of the temperature, where the file does not say."
    )
    scale: Finite | None = Field(default=None, gt=0, description="Units per stored count.")
    offset: Finite | None = Field(default=None, description="Temperature at a count of 0.")
    nodata: Finite | None = Field(default=None, description="Stored value that means nothing here.")
    datetime: dt.datetime | None = Field(default=None, description="Acquisition time, UTC.")


class FetchAndSharpen(Sharpening):
    """Inputs of the process ``fetch-and-sharpen``.

    Attributes
    ----------
    sensor, guides : names of sensors
    bbox : west, south, east, north [degree]
    date : day, UTC
    guide_days : days on both sides of which guides are composed [day]
    factor : fine pixels along one edge of a coarse pixel [1]
    """

    sensor: Name = Field(description="Sensor of the temperature.")
    guides: tuple[Name, ...] = Field(
        default=(), max_length=MOST, description="Sensors of the guides."
    )
    bbox: tuple[
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
    ] = Field(description="West, south, east and north in degrees.")
    date: dt.date = Field(description="Day, UTC.")
    guide_days: int = Field(default=0, ge=0, le=60, description="Compose guides of so many days.")
    factor: int | None = Field(
        default=None, ge=2, le=64, description="Fine pixels along one edge of a coarse one."
    )


class Scaling(Strict):
    """Inputs of the process ``scaling``.

    Attributes
    ----------
    lst : the temperature
    guides : guides by their names
    footprints : sensors by the names of fields
    """

    lst: Raster = Field(description="Temperature.")
    guides: dict[Name, Raster] = Field(
        default_factory=dict, max_length=MOST, description="Guides by their names."
    )
    footprints: dict[Name, Word] = Field(
        default_factory=dict, max_length=MOST, description="What a field was seen by, as a sensor."
    )


def canonical(inputs: BaseModel) -> dict[str, Any]:
    """Give what a request says, without what it leaves at its default."""
    return inputs.model_dump(mode="json", exclude_defaults=True)
