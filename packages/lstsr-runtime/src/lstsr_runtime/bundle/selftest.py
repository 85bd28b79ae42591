"""A bundle proves itself: digests, contract, and its own results on this machine."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import ModelError
from lstsr_runtime.bundle.contract import refused
from lstsr_runtime.bundle.reading import LARGEST, NETWORK, SELFTEST, open_bundle, read_checked
from lstsr_runtime.bundle.session import FIELDS, Network, open_session
from lstsr_runtime.bundle.windows import STEP

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from lstsr_runtime.bundle.reading import Bundle

KEPT: Final = 16
"""Bundles whose proof a process remembers. [1]"""
DIMENSIONS: Final = 4
"""Of both arrays: tile, channel, row, column. [1]"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a self-test gave.

    Parameters
    ----------
    worst : float
        Largest difference of residual or standard deviation. [K]
    tolerance : float
        What the contract allows. [K]
    tiles : int
        Tiles compared. [1]
    device : str
        Where the network ran.
    """

    worst: float
    tolerance: float
    tiles: int
    device: str


def verify(folder: Path, device: str = "auto") -> tuple[Bundle, Outcome]:
    """Check every file of a bundle, then compare its network with its own results.

    Parameters
    ----------
    folder : pathlib.Path
        The bundle.
    device : str
        ``auto``, ``cpu`` or ``cuda:0``.

    Returns
    -------
    Bundle, Outcome

    Raises
    ------
    LstsrError
        As `open_bundle` and `Network.run`; ``SELFTEST_FAILED``.
    """
    bundle = open_bundle(folder)
    layers, fields = _read_tiles(bundle)
    network = network_of(bundle, device)
    worst = max(
        _difference(network.run(tile), answer) for tile, answer in zip(layers, fields, strict=True)
    )
    outcome = Outcome(
        worst=worst,
        tolerance=bundle.contract.selftest.tolerance_k,
        tiles=len(layers),
        device=open_session(network).device,
    )
    if not worst <= outcome.tolerance:
        raise _failed(bundle, outcome)
    return bundle, outcome


@lru_cache(maxsize=KEPT)
def verify_once(folder: Path, digest: str, device: str) -> None:
    """Verify a bundle of this digest at its first use in a process."""
    bundle, _ = verify(folder, device)
    if bundle.digest != digest:
        raise refused(f"{folder} with the digest {bundle.digest}", digest)


def network_of(bundle: Bundle, device: str) -> Network:
    """Name the network of a bundle on a device."""
    return Network(
        folder=bundle.folder,
        digest=bundle.sums[NETWORK],
        channels=len(bundle.contract.layers),
        around=-(-bundle.contract.reach // STEP) * STEP,
        device=device,
    )


def _read_tiles(bundle: Bundle) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give scaled layers, shape (n, c, y, x), and their fields, shape (n, 2, y, x)."""
    where = bundle.folder / SELFTEST
    content = io.BytesIO(read_checked(bundle.folder, SELFTEST, bundle.sums))
    try:
        with zipfile.ZipFile(content) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise refused(f"{where} unpacks to more than {LARGEST} bytes", "tiles of a test")
        with np.load(content, allow_pickle=False) as arrays:
            layers, fields = arrays["layers"], arrays["fields"]
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise refused(f"{where}: {error}", "arrays named layers and fields") from error
    channels = len(bundle.contract.layers), FIELDS
    if not _fit(layers, fields, channels):
        shapes = f"{layers.dtype} {layers.shape} and {fields.dtype} {fields.shape}"
        raise refused(f"{where} holds {shapes}", f"float32 tiles of {channels} channels")
    return layers, fields


def _fit(
    layers: NDArray[np.float32], fields: NDArray[np.float32], channels: tuple[int, int]
) -> bool:
    return (
        layers.ndim == fields.ndim == DIMENSIONS
        and layers.dtype == fields.dtype == np.float32
        and layers.size > 0
        and (layers.shape[1], fields.shape[1]) == channels
        and (len(layers), *layers.shape[2:]) == (len(fields), *fields.shape[2:])
    )


def _difference(found: NDArray[np.float32], wanted: NDArray[np.float32]) -> float:
    """Give the largest difference of residual or standard deviation; NaN where one is none. [K]"""
    if found.shape != wanted.shape:
        return float("nan")
    residual = np.abs(found[0] - wanted[0])
    sigma = np.abs(np.exp(found[1]) - np.exp(wanted[1]))
    return float(np.max([residual, sigma]))


def _failed(bundle: Bundle, outcome: Outcome) -> ModelError:
    return ModelError(
        "SELFTEST_FAILED",
        found=f"{bundle.folder} differs by {outcome.worst:g} K from itself on {outcome.device}",
        expected=f"at most {outcome.tolerance:g} K",
        remedy="take device=cpu, or report this with the versions that `lstsr doctor` prints",
    )
