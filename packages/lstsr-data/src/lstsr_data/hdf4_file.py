"""What an HDF4 file holds, read by a child process, so that a damaged file ends only that one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SourceError
from lstsr_data import hdf4_child
from lstsr_data.eos_content import Content, Field
from lstsr_data.granule_file import plain_file, unreadable
from lstsr_data.hdf4_child import CONTENT, COUNTS

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

PATIENCE: Final = 600.0
"""How long the largest granule may take to read; a damaged one can take for ever. [s]"""


def read_hdf4(path: str | os.PathLike[str], names: Sequence[str] = ()) -> Content:
    """Read fields of an HDF4 file, or of one in a zip.

    Parameters
    ----------
    path : path
        The file.
    names : sequence of str
        Fields to read, of which it may lack some; empty for all.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    """
    if find_spec("pyhdf") is None:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}, and nothing installed that reads HDF4",
            expected="the package pyhdf",
            remedy="pip install 'lstsr-data[hdf4]'",
        )
    with plain_file(path) as plain, tempfile.TemporaryDirectory() as folder:
        _demand_success([str(plain), folder, *names], path)
        told = json.loads((Path(folder) / CONTENT).read_text(encoding="utf-8"))
        fields = {
            name: Field(counts=np.load(Path(folder) / COUNTS.format(number)), attributes=about)
            for number, (name, about) in enumerate(told["fields"].items())
        }
    return Content(path=str(path), texts=told["texts"], names=tuple(told["names"]), fields=fields)


def _demand_success(words: Sequence[str], path: str | os.PathLike[str]) -> None:
    command = [sys.executable, "-P", hdf4_child.__file__, *words]
    try:
        done = subprocess.run(  # noqa: S603  our own script; the words are arguments, no shell
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise unreadable(path, f"not read within {PATIENCE:g} s") from error
    if done.returncode != 0:
        why = done.stderr.strip().splitlines() or [f"the reader ended with {done.returncode}"]
        raise unreadable(path, why[-1])
