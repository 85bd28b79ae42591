"""Reads fields of an HDF4 file in a process of its own, which a damaged file may crash.

Run by `lstsr_data.hdf4_file`: ``python hdf4_child.py FILE FOLDER [FIELD]...``. It imports nothing
of ours, so that it starts quickly.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PIXELS: Final = 2**30
"""More pixels than any field of a tile or swath has; a file that claims more is damaged. [pixel]"""
PLANE: Final = 2
"""Dimensions of a field that is a picture. [1]"""
CONTENT: Final = "content.json"
"""What the file says in words: texts, names of all fields, attributes of those that are read."""
COUNTS: Final = "field_{}.npy"
"""The counts of the fields that are read, in the order in which the content names them."""


def main(path: str, folder: str, *names: str) -> None:
    """Write what is wanted of a file into a folder."""
    from pyhdf.SD import SD

    file = SD(path)
    shapes = {name: np.atleast_1d(about[1]) for name, about in file.datasets().items()}
    wanted = [name for name in names or shapes if _is_picture(shapes.get(name))]
    fields = {}
    for number, name in enumerate(wanted):
        field = file.select(name)
        np.save(Path(folder) / COUNTS.format(number), field.get(), allow_pickle=False)
        fields[name] = field.attributes()
    texts = {name: text for name, text in file.attributes().items() if isinstance(text, str)}
    content = {"texts": texts, "names": [*shapes], "fields": fields}
    (Path(folder) / CONTENT).write_text(json.dumps(content), encoding="utf-8")


def _is_picture(shape: Any) -> bool:  # noqa: ANN401  pyhdf is untyped
    return shape is not None and len(shape) == PLANE and int(np.prod(shape)) <= MOST_PIXELS


def _run(arguments: Sequence[str]) -> int:
    try:
        main(*arguments)
    except Exception as error:  # noqa: BLE001  whatever it is, the parent has to hear of it
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1:]))
