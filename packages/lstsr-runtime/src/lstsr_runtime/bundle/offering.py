"""A bundle becomes a model that users choose by its name."""

from __future__ import annotations

import logging
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lstsr_core import Model
from lstsr_runtime.bundle.finding import find_bundles
from lstsr_runtime.bundle.options import AS_SHIPPED, BundleOptions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import xarray as xr

    from lstsr_runtime.bundle.contract import Contract

logger = logging.getLogger(__name__)


def bundle_models() -> Iterable[Model]:
    """Give a model of every bundle; one that is refused is named in the log and left out."""
    folders: dict[str, Path] = {}
    models = []
    for found in find_bundles():
        if found.bundle is None:
            logger.warning("bundle %s left out: %s", found.folder, _in_one_line(found.problem))
            continue
        name = found.bundle.contract.name
        if name in folders:
            logger.warning("bundle %s is in %s and in %s", name, folders[name], found.folder)
        folders.setdefault(name, found.folder)
        models.append(make_model(found.folder, found.bundle.contract))
    return models


def make_model(folder: Path, contract: Contract) -> Model:
    """Make the model of a bundle; its network is read when it is first prepared.

    Parameters
    ----------
    folder : pathlib.Path
        The bundle.
    contract : Contract
        What it says of itself.
    """
    optional = len(contract.demanded) < len(contract.guides)
    return Model(
        name=contract.name,
        prepare=partial(_prepare, folder),
        margin=contract.margin,
        summary=contract.summary,
        guides=contract.demanded,
        extra_guides=optional,
        least_guides=1,
        factors=(contract.factor,),
        rank=contract.rank if find_spec("onnxruntime") else 0,
        source=contract.source,
        options=BundleOptions,
        learnt=frozenset(contract.training.get("scenes", ())),
    )


def _prepare(folder: Path, scene: xr.DataTree, options: BundleOptions = AS_SHIPPED) -> Any:  # noqa: ANN401  a NetworkPredictor, imported late
    from lstsr_runtime.bundle.predictor import prepare

    return prepare(folder, scene, options)


def _in_one_line(problem: Exception | None) -> str:
    return " ".join(str(problem).split())
