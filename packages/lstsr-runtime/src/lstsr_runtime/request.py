"""What a run was asked to do, as it stands in `run.yaml`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lstsr_core import SourceError, __version__

if TYPE_CHECKING:
    import os

FORMAT = 1
"""Number of the layout of `run.yaml`; it changes when an old file could not be read. [1]"""


class Request(BaseModel):
    """Everything that decides the bytes of a result.

    Attributes
    ----------
    lst : path of the temperature, or of a scene
    guides : paths of the guides, by name
    model : name of a model, or ``best``
    model_used : the model that ``best`` stood for, once it is known
    settings : options of the model, by name
    corrections : names, in the order of use
    factor : fine pixels along one edge of a coarse pixel [1]
    units, scale, offset, nodata, guide_scales, sensor : see `lstsr_data.ReadOptions`
    tile : edge of a tile; left out it is chosen [coarse pixel]
    device : where networks run: auto, cpu, cuda:0 or tensorrt:0
    datetime : acquisition time, UTC
    datetime_from : where that time was found, once it is known
    sha256 : digests of the input files, once they are known
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    lst: Path
    guides: dict[str, Path] = Field(default_factory=dict)
    model: str = "best"
    model_used: str | None = None
    settings: dict[str, bool | int | float | str] = Field(default_factory=dict)
    corrections: tuple[str, ...] = ()
    factor: int | None = Field(default=None, ge=2, le=1000)
    units: str | None = None
    scale: float | None = Field(default=None, gt=0)
    offset: float | None = None
    nodata: float | None = None
    guide_scales: dict[str, float] = Field(default_factory=dict)
    sensor: str | None = None
    tile: int | None = Field(default=None, ge=1)
    device: str = Field(default="auto", pattern=r"^(auto|cpu|(cuda|tensorrt)(:\d+)?)$")
    datetime: dt.datetime | None = None
    datetime_from: str | None = None
    sha256: dict[str, str] = Field(default_factory=dict)

    def absolute(self) -> Request:
        """Give the same request with absolute paths and a time in UTC."""
        moment = self.datetime
        if moment is not None:
            moment = moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
        guides = {name: path.expanduser().absolute() for name, path in self.guides.items()}
        lst = self.lst.expanduser().absolute()
        return self.model_copy(update={"lst": lst, "guides": guides, "datetime": moment})

    def to_yaml(self) -> str:
        """Give the text of `run.yaml`."""
        body = self.model_dump(mode="json", exclude_defaults=True)
        document = {"format": FORMAT, "lstsr": __version__, "request": body}
        text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
        return f"# Repeat this run: lstsr sharpen --config run.yaml -o OTHER_FOLDER\n{text}"


def read_request(path: str | os.PathLike[str]) -> Request:
    """Read a `run.yaml`.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    """
    source = Path(path) / "run.yaml" if Path(path).is_dir() else Path(path)
    if not source.is_file():
        raise SourceError(
            "FILE_MISSING",
            found=f"no file {source}",
            expected="the run.yaml of a run folder",
            remedy="check the path",
        )
    try:
        document = yaml.safe_load(source.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f"not a run.yaml of format {FORMAT}")
        if document.keys() - {"format", "lstsr", "request"}:
            raise ValueError(f"unknown keys: {', '.join(map(str, document))}")
        return make_request(**document["request"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, ValueError, TypeError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{source}: {error}",
            expected=f"a run.yaml of format {FORMAT}",
            remedy="take it from a run folder as it is",
        ) from error


def make_request(**fields: object) -> Request:
    """Check the fields of a request.

    Raises
    ------
    SourceError
        ``OPTION_INVALID``, with the field that is wrong.
    """
    try:
        return Request.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SourceError(
            "OPTION_INVALID",
            found=f"{where} = {first.get('input')!r}",
            expected=first["msg"],
            remedy="`lstsr sharpen --help` shows the options",
        ) from error
