"""The process that reads a stranger's header: little memory, few drivers, no network."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lstsr_api.confinement import bound_memory
from lstsr_api.store import write_json
from lstsr_core import LstsrError

if TYPE_CHECKING:
    from collections.abc import Sequence

MEMORY: Final = 4 * 2**30
"""Address space for reading a header; libraries alone map 2 GiB of it. [byte]"""
QUIET: Final = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
    "GDAL_PAM_ENABLED": "NO",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""GDAL looks at no other file and asks no server; no library starts threads."""


def main(words: Sequence[str]) -> int:
    """Write what the header of a file says, or what is wrong with it."""
    path, suffix, answer = Path(words[0]), words[1], Path(words[2])
    os.environ.update(QUIET)
    bound_memory(MEMORY)
    link = path.with_name(f"{path.name}{suffix}")  # formats are told apart by their names too
    os.link(path, link)
    try:
        write_json(answer, {**_seen(link), "file": f"data{suffix}"})
    except LstsrError as error:
        write_json(
            answer,
            {
                "code": error.code,
                "found": error.found.replace(str(link), "the upload"),
                "expected": error.expected,
                "remedy": error.remedy,
            },
        )
    finally:
        link.unlink()
    return 0


def _seen(path: Path) -> dict[str, Any]:
    from lstsr_api.enclosed import demand_enclosed
    from lstsr_data.rasters import open_bands

    demand_enclosed(path)
    band = open_bands(path)[0]
    rows, columns = (int(size) for size in band.box.shape)
    outline = band.box.geographic_extent.boundingbox
    resolution = math.hypot(band.box.affine.a, band.box.affine.b)
    return {
        "shape": [rows, columns],
        "crs": str(band.box.crs),
        "bbox": [round(value, 7) for value in outline.bbox],
        "resolution": resolution,
        "units": band.units,
        "description": band.description,
        "datetime": band.datetime,
        "size": path.stat().st_size,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
