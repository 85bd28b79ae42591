"""What a validation found is written down: a table, statistics and a picture."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from lstsr_core import __version__
from lstsr_runtime.validation.figure import draw_validation
from lstsr_runtime.validation.scores import score_groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lstsr_runtime.validation.matching import Match, Rules


def write_validation(folder: Path, matches: Sequence[Match], rules: Rules) -> None:
    """Write ``matchups.csv``, ``statistics.json`` and ``validation.png``.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files go.
    matches : sequence of Match
        What `match` found.
    rules : Rules
        By which.
    """
    rows = [_row(one) for one in matches]
    with (folder / "matchups.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    document = {
        "lstsr": __version__,
        "emissivity": rules.ground.emissivity,
        "emissivity_uncertainty": rules.ground.emissivity_uncertainty,
        "radiometer [W m-2]": rules.ground.radiometer,
        "minutes": rules.minutes,
        "largest view zenith [degree]": rules.zenith,
        "groups": {name: _without_nan(own) for name, own in score_groups(matches).items()},
    }
    text = json.dumps(document, indent=2, allow_nan=False)
    (folder / "statistics.json").write_text(text + "\n", encoding="utf-8")
    draw_validation(matches).savefig(folder / "validation.png")


def _row(one: Match) -> dict[str, str | int]:
    view = one.view
    return {
        "station": one.station,
        "run": view.run,
        "model": view.model,
        "time": f"{view.time}Z",
        "lst [K]": f"{view.lst:.3f}",
        "lst_uncertainty [K]": f"{view.sigma:.3f}",
        "coarse [K]": f"{view.coarse:.3f}",
        "ground [K]": f"{one.ground:.3f}",
        "ground_uncertainty [K]": f"{one.ground_sigma:.3f}",
        "difference [K]": f"{one.difference:.3f}",
        "view_zenith [degree]": f"{view.zenith:.1f}",
        "sun_elevation [degree]": f"{one.sun:.1f}",
        "quality": view.quality,
    }


def _without_nan(own: dict[str, float]) -> dict[str, float | None]:
    # `x == x` is false for NaN alone, which JSON does not know.
    return {name: round(value, 4) if value == value else None for name, value in own.items()}  # noqa: PLR0124
