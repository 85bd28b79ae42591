"""Every sensor, model and correction that is installed, with what can be set of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from files import write_if_new

from lstsr_core import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lstsr_core.registry import Offers

HEAD = """# Sensors, models, corrections

What the packages of this repository offer, as `lstsr plugins` lists it.
`lstsr plugins options NAME` shows the options of one.
"""


def write(folder: Path) -> None:
    """Write ``offers.md``."""
    sensors, models, corrections = registry.sensors(), registry.models(), registry.corrections()
    parts = [
        HEAD,
        _table("Sensors", ("role", "pixel [m]"), sensors, lambda s: (s.role, f"{s.resolution:g}")),
        _table("Models", ("needs", "source"), models, lambda m: (_needs(m), _source(m.source))),
        _table("Corrections", ("stage",), corrections, lambda c: (c.stage,)),
        _options(models, corrections),
    ]
    write_if_new(folder / "offers.md", "\n".join(parts))


def _table(
    title: str,
    columns: tuple[str, ...],
    offers: Offers[Any],
    cells: Callable[[Any], tuple[str, ...]],
) -> str:
    head = ("name", "what it does", *columns)
    lines = [f"## {title}", "", _row(head), "|" + "---|" * len(head)]
    for name in offers.names:
        value = offers.get(name)
        lines.append(_row((f"`{name}`", value.summary, *cells(value))))
    return "\n".join([*lines, ""])


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _needs(model: Any) -> str:  # noqa: ANN401  whatever a plugin offers
    named = ", ".join(f"`{name}`" for name in model.guides)
    return named or (f"{model.least_guides} guide" if model.least_guides else "no guide")


def _source(source: str) -> str:
    doi = source.removeprefix("doi:")
    return f"[doi:{doi}](https://doi.org/{doi})" if doi.startswith("10.") else source


def _options(*kinds: Offers[Any]) -> str:
    lines = [
        "## Options",
        "",
        _row(("of", "option", "default", "what it does")),
        "|---|---|---|---|",
    ]
    for offers in kinds:
        for value in map(offers.get, offers.names):
            for field in dataclasses.fields(value.options) if value.options else ():
                told = str(field.metadata.get("help", ""))
                cells = (f"`{value.name}`", f"`{field.name}`", f"`{field.default}`", told)
                lines.append(_row(cells))
    return "\n".join([*lines, ""])
