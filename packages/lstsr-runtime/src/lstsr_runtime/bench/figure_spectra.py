"""The picture of detail: energy and truth, octave by octave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_runtime.bench.figure import blank
from lstsr_runtime.bench.spectrum import SHORTEST
from lstsr_runtime.bench.summary import mean_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lstsr_runtime.bench.rows import Row


def draw_spectra(rows: Sequence[Row]) -> Figure | None:
    """Draw each model's power over the reference's and its correlation, by octave.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.

    Returns
    -------
    matplotlib.figure.Figure or None
        None where the protocol does not score octaves.
    """
    if f"energy_{SHORTEST[0]}px" not in rows[0].scores:
        return None
    means = mean_scores(rows)
    figure = blank(9, 4)
    energy, correlation = figure.subplots(1, 2)
    _draw(energy, means, "energy")
    energy.set_yscale("log")
    energy.axhline(1.0, color="0.5", linewidth=0.8)
    energy.set_ylabel("power over the reference's")
    _draw(correlation, means, "correlation")
    correlation.set_ylabel("correlation with the reference")
    correlation.legend(frameon=False, fontsize=7)
    return figure


def _draw(axes: Axes, means: Mapping[str, Mapping[str, float]], kind: str) -> None:
    for model, scores in means.items():
        axes.plot([scores[f"{kind}_{shortest}px"] for shortest in SHORTEST], "o-", label=model)
    axes.set_xticks(range(len(SHORTEST)), [f"{shortest}-{2 * shortest}" for shortest in SHORTEST])
    axes.set_xlabel("wavelength [fine pixel]")
