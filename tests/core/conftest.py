"""Throw-away plugins, and the front door in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lstsr_core import PluginError

FRONT_DOOR = "from lstsr_core.cli import main; main()"


@dataclass(frozen=True)
class Site:
    """A folder of installed distributions, in front of those of the environment."""

    folder: Path

    def add(self, name, code, *, entry="", requires=("lstsr-core~=0.1.0",)):
        """Install a distribution of one module with one entry point."""
        module = name.replace("-", "_")
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: {line}\n" for line in requires)
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}"
        (info / "METADATA").write_text(head, encoding="utf-8")
        entries = f"[lstsr]\n{entry or name} = {module}\n"
        (info / "entry_points.txt").write_text(entries, encoding="utf-8")
        (self.folder / f"{module}.py").write_text(code, encoding="utf-8")

    def python(self, code, *words, **environment):
        """Run a script with these plugins installed."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LSTSR_")}
        paths = [str(self.folder), *filter(None, [clean.get("PYTHONPATH", "")])]
        clean |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8", **environment}
        return subprocess.run(
            [sys.executable, "-c", code, *words],
            env=clean,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    def lstsr(self, *words, **environment):
        """Run the front door with these plugins installed."""
        return self.python(FRONT_DOOR, *words, **environment)


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site packages"
    folder.mkdir()
    return Site(folder)


@pytest.fixture
def broken():
    """Run a check that must refuse what it is given, and give what it says it found."""

    def run(check, *things):
        with pytest.raises(PluginError) as caught:
            check(*things)
        assert caught.value.code == "CONTRACT_BROKEN"
        return caught.value.found

    return run
