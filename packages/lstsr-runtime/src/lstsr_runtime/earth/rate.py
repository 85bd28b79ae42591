"""The rate of a model, from what `lstsr bench speed` has measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lstsr_core import SourceError

if TYPE_CHECKING:
    from pathlib import Path


def rate_of(path: Path, model: str) -> float:
    """Give the pixels that one core sharpens in a second.

    Parameters
    ----------
    path : pathlib.Path
        A ``speed.json``.
    model : str
        One of its models.

    Returns
    -------
    float
        By processor time, so that the work of others does not count. [Mpx / s]

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``, also where it does not tell of the model.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["timings"]
        rates = {one["model"]: one["pixels"] / 1e6 / one["cpu"] for one in told}
        return float(rates[model])
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: no rate of the model {model!r} ({error})",
            expected="timings with the processor time and the pixels of that model",
            remedy="make it by `lstsr bench speed --size tile -o DIR`, or give --rate",
        ) from error
