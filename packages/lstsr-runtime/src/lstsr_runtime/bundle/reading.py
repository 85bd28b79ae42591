"""A bundle is checked file by file, before anything of it is interpreted."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lstsr_core import ModelError, SourceError
from lstsr_runtime.bundle.contract import Contract, parse_contract, refused
from lstsr_runtime.bundle.operators import find_demands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONTRACT: Final = "model.json"
"""What the network is, what it needs and what it was learnt from."""
NETWORK: Final = "model.onnx"
"""The network."""
SELFTEST: Final = "selftest.npz"
"""Layers of a tile, and what the network gives of them."""
SUMS: Final = "SHA256SUMS"
"""SHA-256 of the other files, as ``sha256sum`` writes them."""
LAW: Final = "law.json"
"""The scaling law that the layers are made by, where it is not a shipped one."""
FILES: Final = (CONTRACT, NETWORK, SELFTEST)
"""What the list of digests names, and perhaps a law; a bundle holds these and the list alone."""
LARGEST: Final = 512 * 2**20
"""Largest file of a bundle. [byte]"""
LINE: Final = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
"""Digest and name."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle whose contract was checked.

    Parameters
    ----------
    folder : pathlib.Path
        Where it lies.
    contract : Contract
        What it says of itself.
    sums : mapping of str to str
        SHA-256 of its files.
    digest : str
        SHA-256 of the list of digests, which stands for the whole bundle.
    """

    folder: Path
    contract: Contract
    sums: Mapping[str, str]
    digest: str


def read_bundle(folder: Path) -> Bundle:
    """Read the contract of a bundle and leave its other files unread, so that lists stay fast.

    Raises
    ------
    ModelError
        ``BUNDLE_REFUSED``.
    SourceError
        ``FILE_MISSING`` or ``DIGEST_MISMATCH``.
    """
    _check_entries(folder)
    text = read_bytes(folder / SUMS)
    sums = parse_sums(text, str(folder / SUMS))
    contract = parse_contract(read_checked(folder, CONTRACT, sums), str(folder / CONTRACT))
    return Bundle(
        folder=folder, contract=contract, sums=sums, digest=hashlib.sha256(text).hexdigest()
    )


def open_bundle(folder: Path) -> Bundle:
    """Read a bundle and check the digest of every file, and what its network asks for.

    Raises
    ------
    ModelError
        ``BUNDLE_REFUSED``.
    SourceError
        ``FILE_MISSING`` or ``DIGEST_MISMATCH``.
    """
    bundle = read_bundle(folder)
    for name in sorted(bundle.sums.keys() & {SELFTEST, LAW}):
        read_checked(folder, name, bundle.sums)
    read_network(folder, bundle.sums)
    return bundle


def read_network(folder: Path, sums: Mapping[str, str]) -> bytes:
    """Give the bytes of a network that keeps to its own file and to the operators of ONNX."""
    network = read_checked(folder, NETWORK, sums)
    try:
        demands = find_demands(network)
    except ValueError as error:
        raise refused(f"{folder / NETWORK}: {error}", "an ONNX file") from error
    if demands:
        found = f"{folder / NETWORK} asks for {', '.join(demands)}"
        raise refused(found, "operators of ONNX alone, and everything in one file")
    return network


def parse_sums(text: bytes, where: str) -> Mapping[str, str]:
    """Read a list of digests; it has to name the files of a bundle and no others."""
    lines = text.decode("ascii", errors="replace").splitlines()
    found = {match[2]: match[1] for line in lines if (match := LINE.fullmatch(line))}
    if set(found) - {LAW} != set(FILES) or len(lines) != len(found):
        raise refused(f"{where} of {len(lines)} lines", f"a digest of each of {', '.join(FILES)}")
    return found


def read_checked(folder: Path, name: str, sums: Mapping[str, str]) -> bytes:
    """Give the bytes of a file whose digest is the listed one."""
    content = read_bytes(folder / name)
    check_digest(content, sums[name], str(folder / name))
    return content


def check_digest(content: bytes, wanted: str, where: str) -> None:
    """Refuse bytes that are not the published ones.

    Raises
    ------
    SourceError
        ``DIGEST_MISMATCH``.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise SourceError(
            "DIGEST_MISMATCH",
            found=f"{where} with SHA-256 {found}",
            expected=wanted,
            remedy="it was changed or cut off: get it again by `lstsr models pull`",
        )


def read_bytes(path: Path) -> bytes:
    """Give the bytes of a plain file of bearable size."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise refused(f"{path}, which is no plain file", "plain files, no links")
        if status.st_size > LARGEST:
            raise refused(f"{path} of {status.st_size} bytes", f"at most {LARGEST}")
        return path.read_bytes()
    except OSError as error:
        raise _missing(path, error) from error


def _check_entries(folder: Path) -> None:
    try:
        names = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise _missing(folder, error) from error
    if strange := names - {*FILES, LAW, SUMS}:
        raise refused(f"{folder} holds {min(strange)!r}", f"{', '.join(FILES)} and {SUMS} alone")


def _missing(path: Path, error: OSError) -> SourceError | ModelError:
    return SourceError(
        "FILE_MISSING",
        found=f"{path}: {error.strerror or error}",
        expected=f"a bundle: a folder of {', '.join(FILES)} and {SUMS}",
        remedy="check the path; `lstsr models list` names what is installed",
    )
