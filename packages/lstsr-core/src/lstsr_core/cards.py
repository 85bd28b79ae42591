"""What a notebook shows of a value: its name and a short table, every text escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from lstsr_core.options import describe_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lstsr_core.kinds import Correction, Model, Sensor
    from lstsr_core.sources import FileSource, StacSource

LEFT: Final = ' style="text-align:left"'
"""Cells begin at the left, whatever the notebook's own style says."""


def card(title: str, rows: Mapping[str, object]) -> str:
    """Give a title and a table of two columns as HTML; rows without a text are left out.

    Parameters
    ----------
    title : str
        What the value is, and its name.
    rows : mapping of str to object
        What is told of it, by short names.

    Returns
    -------
    str
        HTML in which nothing of the texts is taken for HTML.
    """
    told = {name: str(value) for name, value in rows.items() if str(value)}
    lines = [
        f"<tr><th{LEFT}>{escape(name)}</th><td{LEFT}>{escape(text)}</td></tr>"
        for name, text in told.items()
    ]
    return f"<div><b>{escape(title)}</b><table>{''.join(lines)}</table></div>"


def of_sensor(sensor: Sensor) -> str:
    """Show a sensor: role, pixel, footprint and where its product is looked for."""
    seen = sensor.footprint
    rows = {
        "what": sensor.summary,
        "role": sensor.role,
        "pixel": f"{sensor.resolution:g} m",
        "footprint": f"{seen.shape}, modulation {seen.mtf:g} at the coarse Nyquist frequency",
        "looked for": "; ".join(map(_place, sensor.sources)),
    }
    return card(f"sensor {sensor.name}", rows)


def of_model(model: Model) -> str:
    """Show a model: what it needs, what can be set of it and where it is described."""
    least = f"at least {model.least_guides} of any kind" if model.least_guides else "none"
    needed = ", ".join(model.guides) or least
    rows = {
        "what": model.summary,
        "guides": f"{needed}; others are used too" if model.extra_guides else needed,
        "factors": ", ".join(map(str, model.factors)) or "any",
        "margin": f"{model.margin} coarse pixels",
        "options": _options(model.options),
        "rank for best": model.rank or "",
        "learnt from": f"{len(model.learnt)} scenes" if model.learnt else "",
        "source": model.source,
    }
    return card(f"model {model.name}", rows)


def of_correction(correction: Correction) -> str:
    """Show a correction: when it runs and what can be set of it."""
    rows = {
        "what": correction.summary,
        "changes": f"the {correction.stage}",
        "options": _options(correction.options),
    }
    return card(f"correction {correction.name}", rows)


def _place(source: StacSource | FileSource) -> str:
    collection = getattr(source, "collection", "")
    return collection or "files " + ", ".join(getattr(source, "patterns", ()))


def _options(kind: type | None) -> str:
    return ", ".join(f"{option.name} = {option.default}" for option in describe_options(kind))
