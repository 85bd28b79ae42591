"""A network sharpens a tile: layers, residual, domain, texture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import ModelError
from lstsr_core.grid import geobox_of
from lstsr_core.nested import repeat
from lstsr_core.scene import COARSE, GUIDE
from lstsr_physics.law.bands import fine_octaves, split_fine
from lstsr_physics.law.facts import facts_of
from lstsr_physics.law.layers import LAYERS, Layers, prepare_layers
from lstsr_physics.law.options import AS_SHIPPED as SHIPPED
from lstsr_physics.law.options import LawOptions
from lstsr_runtime.bundle.blending import Estimate, blend, trust_in, trust_in_scene
from lstsr_runtime.bundle.contract import refused
from lstsr_runtime.bundle.options import AS_SHIPPED, BundleOptions
from lstsr_runtime.bundle.reading import LAW, read_bundle
from lstsr_runtime.bundle.selftest import network_of, verify_once
from lstsr_runtime.bundle.session import FIELDS
from lstsr_runtime.bundle.windows import side_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_runtime.bundle.contract import Contract
    from lstsr_runtime.bundle.reading import Bundle
    from lstsr_runtime.bundle.session import Network
    from lstsr_runtime.bundle.windows import Side

    Grid = NDArray[np.float32]

SCALE: Final = "scale"
"""Layer that tells the scale: log2 of the coarse pixel in km, the same everywhere. [1]"""
KILOMETRE: Final = 1000.0
"""Coarse pixel whose scale is 0. [m]"""
DEGREE: Final = 111_319.5
"""Length of a degree of the equator. [m]"""


@dataclass(frozen=True, kw_only=True)
class NetworkPredictor:
    """A Predictor that adds what a network gives to the law or to cubic interpolation.

    Parameters
    ----------
    network : Network
        What runs.
    contract : Contract
        What it needs.
    layers : Layers
        Makes the layers of a tile.
    picks : tuple of int
        Which of the tile's guides the layers are made of, in their order.
    needed : tuple of int
        Which of the tile's guides the network cannot do without.
    scale : float
        log2 of the coarse pixel in km. [1]
    familiar : float
        How far the scene is like those that the network has learnt from. [1]
    texture : float
        0 for least error, 1 for as much texture as nature has. [1]
    row, column : int
        First pixel of the tile. [coarse pixel]
    """

    network: Network
    contract: Contract
    layers: Layers
    picks: tuple[int, ...]
    needed: tuple[int, ...]
    scale: float
    familiar: float
    texture: float
    row: int = 0
    column: int = 0

    def at(self, row: int, column: int) -> NetworkPredictor:
        """Give the Predictor of the tile that starts here."""
        return replace(self, layers=self.layers.at(row, column), row=row, column=column)

    def __call__(self, lst: Grid, guides: Grid, valid: NDArray[np.bool_]) -> tuple[Grid, Grid]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        fine, sigma, _ = self.judged(lst, guides, valid)
        return fine, sigma

    def judged(
        self, lst: Grid, guides: Grid, valid: NDArray[np.bool_]
    ) -> tuple[Grid, Grid, NDArray[np.bool_]]:
        """Sharpen one tile and tell where the law had to help; see `JudgingPredictor`."""
        layers = dict(self.layers(lst, guides[list(self.picks)], valid))
        layers[SCALE] = np.full_like(layers["law"], self.scale)
        cubic = layers["lst_cubic"] + np.float32(self.layers.level)
        law = Estimate(lst=cubic + layers["law"], sigma=layers["law_sigma"])
        base = law.lst if self.contract.base == "law" else cubic
        mixed, outside = law, np.ones(law.lst.shape, np.bool_)
        if self.familiar > 0:
            trust = trust_in(self.contract, layers) * np.float32(self.familiar)
            trust[np.isnan(guides[list(self.needed)]).any(axis=0)] = 0
            mixed, outside = blend(self._estimate(layers, base), law, trust)
        gap = ~repeat(valid, self.contract.factor)
        fine, sigma = (np.where(gap, np.float32(np.nan), f) for f in (mixed.lst, mixed.sigma))
        return self._with_texture(fine), sigma, outside

    def _estimate(self, layers: Mapping[str, Grid], base: Grid) -> Estimate:
        """Give what the network makes of the layers, however strange; NaN where nobody looks."""
        rows, columns = (self._side(axis, size) for axis, size in enumerate(base.shape))
        seen = (rows.seen, columns.seen)
        scaled = np.empty((len(self.contract.layers), *base[seen].shape), np.float32)
        for place, one in enumerate(self.contract.layers):
            np.subtract(layers[one.name][seen], np.float32(one.mean), out=scaled[place])
            scaled[place] /= np.float32(one.scale)
        if any((*rows.beyond, *columns.beyond)):
            scaled = np.pad(scaled, ((0, 0), rows.beyond, columns.beyond), mode="edge")
        fields = np.full((FIELDS, *base.shape), np.nan, np.float32)
        fields[:, *seen] = self.network.run(scaled)[:, rows.within, columns.within]
        with np.errstate(over="ignore"):
            sigma = np.exp(fields[1]) * np.float32(self.contract.sigma_factor)
        return Estimate(lst=base + fields[0], sigma=sigma)

    def _side(self, axis: int, size: int) -> Side:
        """Give what the network has to see along rows (0) or columns (1) of the tile."""
        factor, around = self.contract.factor, self.network.around
        start, whole = (self.row, self.column)[axis], self.layers.sharpener.added.shape[axis]
        spare = self.contract.margin * factor if around else 0
        return side_of(start * factor, size, whole * factor, spare=spare, around=around)

    def _with_texture(self, fine: Grid) -> Grid:
        """Raise the amplitude of every fine octave to what nature has."""
        if self.texture == 0:
            return fine
        factor, raised = self.contract.factor, fine.copy()
        for sigma, band in zip(fine_octaves(factor), split_fine(fine, factor), strict=True):
            raised += np.float32(self.texture * (self._texture_at(sigma) - 1)) * band
        return raised

    def _texture_at(self, sigma: float) -> float:
        """Give the amplitude of nature over that of the result in an octave. [1]"""
        known = self.contract.texture
        return known[min(known, key=lambda other: abs(math.log(other / sigma)))]


def prepare(
    folder: Path, scene: xr.DataTree, options: BundleOptions = AS_SHIPPED
) -> NetworkPredictor:
    """Prepare a bundle for a scene; its files and its results are checked first.

    Parameters
    ----------
    folder : pathlib.Path
        The bundle.
    scene : xarray.DataTree
        With the guides that the bundle needs.
    options : BundleOptions
        Texture and device.

    Returns
    -------
    NetworkPredictor

    Raises
    ------
    LstsrError
        As `lstsr_runtime.bundle.selftest.verify`.
    ModelError
        ``GUIDE_MISSING`` or ``OPTION_INVALID``.
    """
    bundle = read_bundle(folder)
    contract = bundle.contract
    _check_layers(contract, options)
    verify_once(folder, bundle.digest, options.device)
    there = tuple(str(name) for name in scene[GUIDE].data_vars)
    order = _order(contract, there)
    used = _used(contract, there)
    familiar = trust_in_scene(contract, facts_of(scene)) if contract.facts else 1.0
    law = _law_of(bundle) if familiar > 0 else SHIPPED
    return NetworkPredictor(
        network=network_of(bundle, options.device),
        contract=contract,
        layers=prepare_layers(_with_guides(scene, used), law),
        picks=tuple(map(order.index, used)),
        needed=tuple(map(order.index, contract.required)),
        scale=_scale_of(scene),
        familiar=familiar,
        texture=options.texture,
    )


def _law_of(bundle: Bundle) -> LawOptions:
    """Give the law that the network learnt with."""
    own = bundle.folder / LAW
    return LawOptions(law=str(own)) if LAW in bundle.sums else SHIPPED


def _check_layers(contract: Contract, options: BundleOptions) -> None:
    """Refuse a layer that nobody makes, and a texture that nobody measured."""
    unknown = [layer.name for layer in contract.layers if layer.name not in {*LAYERS, SCALE}]
    if unknown:
        found = f"the layer {unknown[0]!r} in the bundle {contract.name!r}"
        raise refused(found, f"layers among {', '.join(LAYERS)}, {SCALE}")
    if options.texture > 0 and not contract.texture:
        raise ModelError(
            "OPTION_INVALID",
            found=f"texture = {options.texture:g} for the model {contract.name!r}",
            expected="0, because its texture was never measured",
            remedy="leave it out, or choose the model scaling-law",
        )


def _order(contract: Contract, there: tuple[str, ...]) -> tuple[str, ...]:
    """Give the guides of a tile in their order; see `lstsr_core.guide_names`."""
    others = sorted(set(there) - set(contract.demanded))
    optional = len(contract.demanded) < len(contract.guides)
    return contract.demanded + (tuple(others) if optional else ())


def _used(contract: Contract, there: tuple[str, ...]) -> list[str]:
    """Give the guides that the layers are made of; one is needed at least."""
    names = {guide.name for guide in contract.guides}
    if used := sorted(names & set(there)):
        return used
    raise ModelError(
        "GUIDE_MISSING",
        found=f"guides: {', '.join(there) or 'none'}",
        expected=f"the model {contract.name!r} needs one of: {', '.join(sorted(names))}",
        remedy=f"add --guide {min(names, default='NAME')}=FILE, or choose the model scaling-law",
    )


def _with_guides(scene: xr.DataTree, names: list[str]) -> xr.DataTree:
    """Give a scene of these guides alone."""
    chosen = scene.copy()
    chosen[GUIDE] = scene[GUIDE].to_dataset()[names]
    return chosen


def _scale_of(scene: xr.DataTree) -> float:
    box = geobox_of(scene[COARSE].to_dataset())
    metres = DEGREE if box.crs is not None and box.crs.geographic else 1.0
    return math.log2(abs(box.affine.a) * metres / KILOMETRE)
