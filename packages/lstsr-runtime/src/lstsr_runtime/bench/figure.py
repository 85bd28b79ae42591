"""The picture of a benchmark: errors scene by scene, energy and truth octave by octave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstsr_runtime.bench.spectrum import SHORTEST
from lstsr_runtime.bench.summary import baseline_of, mean_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lstsr_runtime.bench.accuracy import Row


def draw(rows: Sequence[Row]) -> Figure:
    """Draw the ubRMSE ratio of each scene, and energy and correlation of each octave.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    means = mean_scores(rows)
    figure = Figure(figsize=(13, 4.2), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    scenes, energy, correlation = figure.subplots(1, 3, width_ratios=(2, 1, 1))
    _draw_scenes(scenes, rows)
    _draw_octaves(energy, means, "energy")
    energy.set_yscale("log")
    energy.axhline(1.0, color="0.5", linewidth=0.8)
    energy.set_ylabel("power over the reference's")
    _draw_octaves(correlation, means, "correlation")
    correlation.set_ylabel("correlation with the reference")
    handles: list[Any] = energy.get_lines()[: len(means)]
    scenes.legend(handles, list(means), frameon=False)
    return figure


def _draw_scenes(axes: Axes, rows: Sequence[Row]) -> None:
    """Draw each model's ubRMSE over the baseline's, scenes sorted by the last model's."""
    error: dict[str, dict[str, float]] = {}
    for row in rows:
        error.setdefault(row.model, {})[row.scene] = row.scores["ubrmse"]
    baseline = baseline_of(list(error))
    ratio = {
        model: {scene: value / error[baseline][scene] for scene, value in scores.items()}
        for model, scores in error.items()
    }
    last = ratio[list(ratio)[-1]]
    order = sorted(last, key=lambda scene: (last[scene], scene))
    for scores in ratio.values():
        axes.plot([scores[scene] for scene in order], ".")
    axes.axhline(1.0, color="0.5", linewidth=0.8)
    axes.set_xticks(range(len(order)), order, rotation=90, fontsize=6)
    axes.set_xlabel(f"scene, sorted by {list(ratio)[-1]}")
    axes.set_ylabel(f"ubRMSE / {baseline}")


def _draw_octaves(axes: Axes, means: dict[str, dict[str, float]], kind: str) -> None:
    for scores in means.values():
        axes.plot([scores[f"{kind}_{shortest}px"] for shortest in SHORTEST], "o-")
    axes.set_xticks(range(len(SHORTEST)), [f"{shortest}-{2 * shortest}" for shortest in SHORTEST])
    axes.set_xlabel("wavelength [fine pixel]")
