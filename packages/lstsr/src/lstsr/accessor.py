"""The accessor ``.lst``: a scene sharpens itself and shows what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from lstsr_core.cards import card
from lstsr_core.scene import LST
from lstsr_core.scene_card import told_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from lstsr.plots import ScenePlots
    from lstsr_core import Correction, Model


def of_node(node: xr.DataTree) -> SceneAccessor | xr.DataArray:
    """Give the accessor of a scene; for a node with a temperature, the temperature.

    Parameters
    ----------
    node : xarray.DataTree
        A scene, or one of its nodes.

    Returns
    -------
    SceneAccessor or xarray.DataArray
        ``scene.lst`` and ``scene.coarse.lst``.
    """
    return node.dataset[LST] if LST in node.data_vars else SceneAccessor(node)


xr.register_datatree_accessor(LST)(of_node)  # type: ignore[no-untyped-call]


class SceneAccessor:
    """What ``scene.lst`` offers.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene, see `lstsr_core.build_scene`.

    Examples
    --------
    >>> import lstsr
    >>> from lstsr_core.testing import make_scene
    >>> scene = make_scene(shape=(16, 16))
    >>> result = scene.lst.sharpen(model="tsharp")
    >>> dict(result.sizes)
    {'y': 64, 'x': 64}
    """

    def __init__(self, scene: xr.DataTree) -> None:
        self._scene = scene

    def _repr_html_(self) -> str:
        return card("scene", told_of(self._scene))

    def __repr__(self) -> str:
        """Say in a line what the scene holds; nothing of it is computed."""
        told = told_of(self._scene)
        return "scene: " + "; ".join(f"{name} {text}" for name, text in told.items())

    def sharpen(
        self,
        model: str | Model = "best",
        *,
        corrections: Sequence[str | Correction] = (),
        **settings: object,
    ) -> xr.Dataset:
        """Sharpen the scene; `settings` are options of the model. See `lstsr_runtime.sharpen`."""
        from lstsr_runtime import sharpen

        return sharpen(self._scene, model, corrections=corrections, settings=settings)

    @property
    def plot(self) -> ScenePlots:
        """Pictures: ``compare``, ``spectrum`` and ``uncertainty`` of a result."""
        from lstsr.plots import ScenePlots

        return ScenePlots(self._scene)

    def compare(self, result: xr.Dataset) -> Figure:
        """Draw coarse, guide, sharpened and difference; see `lstsr.plots.ScenePlots.compare`."""
        return self.plot.compare(result)
