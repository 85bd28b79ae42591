"""A plugin needs core and nothing else of ours, and lists what it brings without heavy imports."""

from __future__ import annotations

import subprocess
import sys
import tomllib

from packaging.requirements import Requirement

HEAVY = ("rasterio", "xarray", "odc", "h5py", "scipy", "sklearn", "pyproj", "matplotlib")
"""What a list of sensors, models or corrections must not wait for."""
LIST_ALL = """
import importlib, sys

home, entry, heavy = sys.argv[1], sys.argv[2], set(sys.argv[3:])

class Gate:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top.startswith("lstsr") and top not in {"lstsr_core", home}:
            raise ImportError(f"{name} is not installed beside core")

sys.meta_path.insert(0, Gate())
plugin = importlib.import_module(entry)
offers = [o for name in dir(plugin) if name.startswith("lstsr_") and callable(getattr(plugin, name))
          for o in getattr(plugin, name)()]
print(len(offers), *sorted(heavy & sys.modules.keys()))
"""
"""Lists what a plugin brings as if it and core alone were installed."""


def project(plugin):
    return tomllib.loads((plugin / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_a_plugin_requires_nothing_of_ours_but_core(plugin, members):
    needed = {Requirement(line).name for line in project(plugin)["dependencies"]}
    assert needed & members.keys() == {"lstsr-core"}


def test_a_plugin_lists_what_it_brings_with_core_alone_and_nothing_heavy(plugin):
    [entry] = project(plugin)["entry-points"]["lstsr"].values()
    words = [plugin.name.replace("-", "_"), entry, *HEAVY]
    run = [sys.executable, "-c", LIST_ALL, *words]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    count, *heavy = done.stdout.split()
    assert heavy == []
    assert int(count) > 0 or plugin.name == "lstsr-weights", "a plugin that brings nothing"
