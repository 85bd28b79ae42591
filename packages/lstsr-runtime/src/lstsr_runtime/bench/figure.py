"""Pictures of a ranking: errors scene by scene, and means with their intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lstsr_runtime.bench.summary import baseline_of, mean_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lstsr_runtime.bench.rows import Row
    from lstsr_runtime.bench.significance import Comparison

DOTS: float = 110
"""Resolution of the pictures. [dots per inch]"""


def blank(width: float, height: float) -> Figure:
    """Make an empty figure of a size in inches that no window system takes part in."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def draw_scenes(rows: Sequence[Row], leading: str) -> Figure:
    """Draw each model's leading score over the baseline's, scene by scene.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.
    leading : str
        Name of the score. [K]

    Returns
    -------
    matplotlib.figure.Figure
        Scenes are sorted by the last model.
    """
    figure = blank(10, 4.2)
    _draw_scenes(figure.subplots(), rows, leading)
    return figure


def _draw_scenes(axes: Axes, rows: Sequence[Row], leading: str) -> None:
    error: dict[str, dict[str, float]] = {}
    for row in rows:
        error.setdefault(row.model, {})[row.scene] = row.scores[leading]
    baseline = baseline_of(list(error))
    ratio = {
        model: {s: value / error[baseline][s] for s, value in own.items() if s in error[baseline]}
        for model, own in error.items()
    }
    last = list(ratio)[-1]
    first = {scene: ratio[last].get(scene, 1.0) for scene in error[baseline]}
    order = sorted(first, key=lambda scene: (first[scene], scene))
    for model, own in ratio.items():
        axes.plot([own.get(scene, math.nan) for scene in order], ".", label=model)
    axes.axhline(1.0, color="0.5", linewidth=0.8)
    axes.set_xticks(range(len(order)), order, rotation=90, fontsize=6)
    axes.set_xlabel(f"scene, sorted by {last}")
    axes.set_ylabel(f"{leading} / {baseline}")
    axes.legend(frameon=False, fontsize=7)


def draw_ranking(rows: Sequence[Row], found: Sequence[Comparison], leading: str) -> Figure:
    """Draw the mean leading score of each model, the best on top.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.
    found : sequence of Comparison
        Their differences; those from the baseline give each bar its interval.
    leading : str
        Name of the score. [K]

    Returns
    -------
    matplotlib.figure.Figure
        Bars show the mean difference from the baseline on the scenes of both [K].
    """
    means = mean_scores(rows, leading)
    baseline = baseline_of(list(means))
    against = [one for one in found if one.against == baseline]
    order = sorted(against, key=lambda one: -one.difference)
    figure = blank(7, 1.4 + 0.32 * len(order))
    axes = figure.subplots()
    for place, one in enumerate(order):
        axes.plot((one.low, one.high), (place, place), color="0.3")
        axes.plot(one.difference, place, "o", color="C0" if one.high < 0 else "C3")
    axes.axvline(0.0, color="0.5", linewidth=0.8)
    words = [f"{one.model} ({means[one.model]['ratio']:.3f})" for one in order]
    axes.set_yticks(range(len(order)), words)
    axes.set_xlabel(f"{leading} less that of {baseline} [K], 95 % over places; ratio in brackets")
    return figure
