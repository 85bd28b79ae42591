"""QGIS opens each layer of a run with colours that suit it: a style file beside the COG."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from lstsr_core.quality import Quality

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

STYLED: Final = ("lst.qml", "lst_uncertainty.qml", "quality.qml")
"""Style files of a run folder; QGIS reads the one that is named as the layer is."""
QGIS: Final = "3.22"
"""Version of QGIS whose form of styles this is; later ones read it."""
RAMPS: Final = {
    "lst": ("#000004", "#420a68", "#932667", "#dd513a", "#fca50a", "#fcffa4"),
    "lst_uncertainty": ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"),
}
"""Colours from low to high: inferno and viridis of matplotlib."""
REACH: Final = 2.0
"""How far from the mean the colours reach; most pixels lie within. [standard deviation]"""
GRADES: Final = {
    Quality.NO_GUIDE: "#fdae61",
    Quality.OUTSIDE_DOMAIN: "#f46d43",
    Quality.UNPHYSICAL: "#d7191c",
    Quality.RESAMPLED_GUIDE: "#abd9e9",
}
"""Colours of flags; of several, the last in this order of gravity decides."""
GRAVITY: Final = (
    Quality.RESAMPLED_GUIDE,
    Quality.NO_GUIDE,
    Quality.OUTSIDE_DOMAIN,
    Quality.UNPHYSICAL,
)
"""Flags of a measured pixel, from the lightest to the gravest."""
GOOD, NOTHING = "#1a9641", "#bdbdbd"
"""Colours of a pixel without a remark, and of one without a temperature."""


def write_styles(layers: Mapping[str, Path]) -> None:
    """Write a style beside each layer.

    Parameters
    ----------
    layers : mapping of str to pathlib.Path
        COGs by the names ``lst``, ``lst_uncertainty`` and ``quality``; colours run over what the
        statistics in the first two say.
    """
    for name, path in layers.items():
        root = Element("qgis", version=QGIS, styleCategories="Symbology")
        pipe = SubElement(root, "pipe")
        if name in RAMPS:
            _add_ramp(pipe, RAMPS[name], _limits(path))
        else:
            _add_classes(pipe, _classes())
        SubElement(root, "blendMode").text = "0"
        indent(root)
        ElementTree(root).write(path.with_suffix(".qml"), encoding="utf-8")


def _limits(path: Path) -> tuple[float, float]:
    """Give where the colours of a layer begin and end. [K]"""
    import rasterio

    with rasterio.open(path) as file:
        tags = file.tags(1)
    if "STATISTICS_MEAN" not in tags:
        return 0.0, 1.0
    names = ("MEAN", "STDDEV", "MINIMUM", "MAXIMUM")
    mean, spread, least, most = (float(tags[f"STATISTICS_{name}"]) for name in names)
    return max(least, mean - REACH * spread), min(most, mean + REACH * spread)


def _add_ramp(pipe: Element, colours: tuple[str, ...], limits: tuple[float, float]) -> None:
    low, high = (f"{limit:.6g}" for limit in limits)
    ends = {"classificationMin": low, "classificationMax": high}
    renderer = _renderer(pipe, "singlebandpseudocolor", **ends)
    shader = SubElement(
        SubElement(renderer, "rastershader"),
        "colorrampshader",
        colorRampType="INTERPOLATED",
        classificationMode="2",
        clip="0",
        minimumValue=low,
        maximumValue=high,
    )
    step = (limits[1] - limits[0]) / (len(colours) - 1)
    for place, colour in enumerate(colours):
        value = limits[0] + place * step
        words = {"value": f"{value:.6g}", "label": f"{value:.1f}", "color": colour}
        SubElement(shader, "item", words, alpha="255")


def _add_classes(pipe: Element, classes: Iterable[tuple[int, str, str]]) -> None:
    palette = SubElement(_renderer(pipe, "paletted"), "colorPalette")
    for value, label, colour in classes:
        words = {"value": str(value), "label": label, "color": colour}
        SubElement(palette, "paletteEntry", words, alpha="255")


def _renderer(pipe: Element, kind: str, **words: str) -> Element:
    fixed = {"type": kind, "band": "1", "opacity": "1", "alphaBand": "-1"}
    return SubElement(pipe, "rasterrenderer", {**fixed, **words})


def _classes() -> list[tuple[int, str, str]]:
    """Give every value that a pixel can have, what it means, and its colour."""
    subsets = chain.from_iterable(combinations(GRAVITY, count) for count in range(5))
    found = [(int(Quality.MISSING), "missing", NOTHING)]
    for flags in subsets:
        value = int(Quality.MEASURED) | sum(map(int, flags))
        words = ", ".join(str(flag.name).lower().replace("_", " ") for flag in flags)
        colour = GRADES[flags[-1]] if flags else GOOD
        found.append((value, words or "measured", colour))
    return sorted(found)
