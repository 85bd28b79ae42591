"""The plugins of core's README do what it says: copied, installed, listed, proved."""

from __future__ import annotations

import ast
import shutil

import pytest

PLUGINS = {
    "landsat-st": "lstsr_landsat_st",
    "contrast": "lstsr_contrast",
    "station-bias": "lstsr_station_bias",
}
LIMIT = 60
"""Lines that a whole plugin may have, its pyproject.toml included."""


@pytest.fixture
def shop(site, installed):
    """Give the plugins of the README beside those a test adds."""
    shutil.copytree(installed, site.folder, dirs_exist_ok=True)
    return site


def test_the_readme_holds_a_sensor_a_model_and_a_correction(documented):
    assert {path.parent.name for path in documented.glob("*/pyproject.toml")} == PLUGINS.keys()


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_is_short_and_imports_nothing_of_ours_but_core(documented, name):
    files = sorted((documented / name).iterdir())
    assert [path.name for path in files] == [f"{PLUGINS[name]}.py", "pyproject.toml"]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) < LIMIT
    nodes = [*ast.walk(ast.parse(files[0].read_text(encoding="utf-8")))]
    imported = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    imported += [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
    ours = {name.split(".")[0] for name in imported if name.startswith("lstsr")}
    assert ours == {"lstsr_core"}


def test_the_tests_of_the_readme_prove_the_plugins_of_the_readme(documented, shop):
    script = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    answer = shop.python(script, "-p", "no:cacheprovider", str(documented / "test_plugins.py"))
    assert answer.returncode == 0, answer.stdout
    assert "3 passed" in answer.stdout


def test_the_sensor_of_the_readme_can_be_fetched_and_read(shop):
    script = (
        "from lstsr_core import registry\n"
        "[stac, files] = registry.sensors().get('landsat-st').sources\n"
        "print(stac.collection, *stac.assets, *files.patterns)"
    )
    answer = shop.python(script)
    assert answer.stdout.split() == ["landsat-c2-l2", "ST_B10", "L?0?_L2SP_*_ST_B10.TIF"]


def test_installed_plugins_are_listed_by_name(shop):
    answer = shop.lstsr("plugins")
    assert answer.returncode == 0, answer.stderr
    listed = [line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  ")]
    assert PLUGINS.keys() <= set(listed)


def test_the_doctor_names_a_broken_one_and_finds_the_others_working(shop):
    shop.add("shaky", "import a_module_that_is_not_installed")
    answer = shop.lstsr("plugins", "doctor")
    assert answer.returncode == 2
    assert "MEND plugin shaky (shaky 1.0): import failed: ModuleNotFoundError" in answer.stdout
    for name in PLUGINS:
        assert f"ok   plugin {name} (lstsr-{name} 1.0): works" in answer.stdout
    assert "contrast " in shop.lstsr("plugins").stdout
