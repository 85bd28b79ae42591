"""What several rooms test with: real data, and the plugins of the documentation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The first example pays for imports, so a time limit for each would fail by chance.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data; a test that needs it is skipped where it is absent."""
    folder = Path(os.environ.get("LSTSR_SHARED_DATA", BESIDE))
    if not (folder / "modis-aster").is_dir():
        pytest.skip(f"no real data in {folder}: set LSTSR_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def documented(tmp_path_factory) -> Path:
    """Folder of the files of core's README: whatever stands in a block below its path."""
    readme = Path(__file__).parents[1] / "packages" / "lstsr-core" / "README.md"
    block = re.compile(r"^`(?P<path>\S+)`\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
    folder = tmp_path_factory.mktemp("documented")
    for found in block.finditer(readme.read_text(encoding="utf-8")):
        path = folder / found["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def installed(documented, tmp_path_factory) -> Path:
    """Folder into which the plugins of core's README were installed, for PYTHONPATH."""
    site = tmp_path_factory.mktemp("site")
    words = ["--offline", "--no-deps", "--no-build-isolation", "--target", str(site)]
    install = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, *words]
    plugins = [str(path.parent) for path in sorted(documented.glob("*/pyproject.toml"))]
    done = subprocess.run([*install, *plugins], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return site
