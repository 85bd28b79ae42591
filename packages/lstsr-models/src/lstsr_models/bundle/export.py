"""A trained network becomes a bundle: a folder that runs without torch."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import ResourceError
from lstsr_models.bundle.contract import UNNAMED, Label, describe_bundle
from lstsr_models.bundle.onnx_file import demand_parity, run_torch, write_onnx
from lstsr_models.bundle.tiles import simulated_tiles
from lstsr_models.recipe import SHIPPED_LAWS

if TYPE_CHECKING:
    from lstsr_models.training.checkpoint import Trained

MODEL: Final = "model.onnx"
"""The network."""
CONTRACT: Final = "model.json"
"""What it is, what it needs and what it was made from."""
SELFTEST: Final = "selftest.npz"
"""Scaled ``layers`` of a tile, and the ``fields`` that the network gives of it."""
LAW: Final = "law.json"
"""The scaling law whose layers the network learnt from, where it is not a shipped one."""
DIGESTS: Final = "SHA256SUMS"
"""SHA-256 of every other file, as ``sha256sum`` writes them."""


def export_bundle(trained: Trained, folder: str | os.PathLike[str], label: Label = UNNAMED) -> Path:
    """Write a bundle; the folder appears complete and compared with torch, or not at all.

    Parameters
    ----------
    trained : Trained
        A network with its recipe.
    folder : path
        Must not exist.
    label : Label
        Version, licence, summary and rank.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ModelError
        ``EXPORT_DIFFERS`` where ONNX and torch are not within 1e-3 K.
    ResourceError
        ``OUTPUT_NOT_EMPTY`` or ``OUTPUT_NOT_WRITABLE``.
    """
    target = Path(folder)
    if target.exists():
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{target} exists",
            expected="a name that is free",
            remedy="choose another name or remove it first",
        )
    contract = describe_bundle(trained, label)
    draft = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
    try:
        draft.mkdir()
        contract["selftest"]["parity_k"] = _write_network(trained, draft)
        if trained.recipe.data.law not in SHIPPED_LAWS:
            shutil.copyfile(trained.recipe.data.law, draft / LAW)
        text = json.dumps(contract, indent=2, ensure_ascii=False, allow_nan=False)
        (draft / CONTRACT).write_text(text + "\n", encoding="utf-8")
        (draft / DIGESTS).write_text(digests(draft), encoding="utf-8")
        os.replace(draft, target)
    except OSError as error:
        raise _not_writable(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write_network(trained: Trained, draft: Path) -> float:
    """Write ONNX and self-test; give the largest difference from torch. [K]"""
    data = trained.recipe.data
    write_onnx(trained.net, len(data.layers), data.factor, draft / MODEL)
    tiles = simulated_tiles(data)
    parity = demand_parity(trained.net, draft / MODEL, tiles)
    np.savez_compressed(draft / SELFTEST, layers=tiles[0], fields=run_torch(trained.net, tiles[0]))
    return parity


def digests(folder: Path) -> str:
    """Give a line of SHA-256 and name for every file of a folder but the list itself."""
    files = sorted(path for path in folder.iterdir() if path.name != DIGESTS)
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files)


def _not_writable(target: Path, error: OSError) -> ResourceError:
    return ResourceError(
        "OUTPUT_NOT_WRITABLE",
        found=f"{target}: {error}",
        expected="a folder that exists, can be written and has room",
        remedy="choose another folder",
    )
