"""Maps of error: three scenes of each model, and the mean over all scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_runtime.bench.figure import blank
from lstsr_runtime.bench.summary import baseline_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lstsr_runtime.bench.rows import Row

    Errors = Mapping[str, Mapping[str, NDArray[np.float32]]]

EXAMPLES: Final = (0.1, 0.5, 0.9)
"""Scenes shown, as quantiles of the baseline's error. [1]"""
SPAN: Final = 4.0
"""Error at which the colours end. [K]"""
EDGE: Final = 1.9
"""Size of one map. [inch]"""


def draw_errors(rows: Sequence[Row], leading: str) -> Figure | None:
    """Draw maps of error, a row a model.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models, with errors at pixels.
    leading : str
        Score by which easy, middling and hard scenes are told apart. [K]

    Returns
    -------
    matplotlib.figure.Figure or None
        Result minus reference of three scenes; then the mean absolute error of each place in the
        scene, where all scenes are of one size. None without errors at pixels.
    """
    errors: dict[str, dict[str, NDArray[np.float32]]] = {}
    for row in rows:
        if row.error is not None:
            errors.setdefault(row.model, {})[row.scene] = row.error
    if not errors:
        return None
    shown = _examples(rows, leading, errors)
    shapes = {error.shape for own in errors.values() for error in own.values()}
    panels = len(shown) + (len(shapes) == 1)
    figure = blank(EDGE * panels + 1, EDGE * len(errors) + 0.3)
    grid = figure.subplots(len(errors), panels, squeeze=False)
    for axes, (model, own) in zip(grid, errors.items(), strict=True):
        _draw_row(axes, own, shown)
        axes[0].set_ylabel(model, fontsize=7)
    _name(figure, grid, shown)
    return figure


def _examples(rows: Sequence[Row], leading: str, errors: Errors) -> tuple[str, ...]:
    """Choose scenes that every model has, by the baseline's error."""
    shared = set.intersection(*(set(own) for own in errors.values()))
    baseline = baseline_of(list(errors))
    known = shared or set(errors[baseline])
    own = [row for row in rows if row.model == baseline and row.scene in known]
    order = [row.scene for row in sorted(own, key=lambda row: row.scores[leading])]
    places = [round(quantile * (len(order) - 1)) for quantile in EXAMPLES]
    return tuple(dict.fromkeys(order[place] for place in places))


def _draw_row(
    axes: NDArray[Any], own: Mapping[str, NDArray[np.float32]], shown: Sequence[str]
) -> None:
    for panel, scene in zip(axes, shown, strict=False):
        if scene in own:
            panel.imshow(own[scene], vmin=-SPAN, vmax=SPAN, cmap="RdBu_r")
    if len(axes) > len(shown):
        stack = np.stack(list(own.values()))
        known = np.isfinite(stack)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.abs(np.where(known, stack, 0.0)).sum(axis=0) / count
        axes[-1].imshow(mean, vmin=0, vmax=SPAN / 2, cmap="magma")


def _name(figure: Figure, grid: NDArray[Any], shown: Sequence[str]) -> None:
    for panel in grid.flat:
        panel.set_xticks([])
        panel.set_yticks([])
    for panel, scene in zip(grid[0], shown, strict=False):
        panel.set_title(scene, fontsize=7)
    if grid.shape[1] > len(shown):
        grid[0, -1].set_title("mean |error|", fontsize=7)
        _bar(figure, grid[0, -1], "mean |error| [K]")
    _bar(figure, grid[-1, 0], "result - reference [K]")


def _bar(figure: Figure, panel: Axes, words: str) -> None:
    if panel.images:
        figure.colorbar(panel.images[0], ax=panel, shrink=0.7).set_label(words, fontsize=6)
