"""A plugin made from the template passes its own tests, lint and conformance kit as it comes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import copier
import pytest

TEMPLATE = Path(__file__).resolve().parents[2] / "plugins" / "template"
KINDS = ("sensor", "model", "correction")
PATIENCE = 240
"""How long a program may take on a busy machine. [s]"""
LONGEST = "n" * 40
"""A name as long as names may be."""


def generate(folder, kind, name):
    answers = {"kind": kind, "name": name}
    copier.run_copy(str(TEMPLATE), folder, data=answers, defaults=True, quiet=True)


def run(*words, cwd, **environment):
    python = [sys.executable, "-m", *map(str, words)]
    env = {**os.environ, **environment}
    done = subprocess.run(
        python, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """Folder of one plugin of each kind, named after it and generated without a question."""
    folder = tmp_path_factory.mktemp("generated")
    for kind in KINDS:
        generate(folder / kind, kind, f"new-{kind}")
    return folder


@pytest.fixture(scope="module")
def site(generated, tmp_path_factory):
    """Folder that the three were installed into, for PYTHONPATH."""
    folder = tmp_path_factory.mktemp("site")
    words = ("--offline", "--no-deps", "--no-build-isolation", "--target", folder)
    plugins = [generated / kind for kind in KINDS]
    run("uv", "pip", "install", "--python", sys.executable, *words, *plugins, cwd=generated)
    return folder


def test_the_template_is_no_member():
    assert not (TEMPLATE / "pyproject.toml").exists()


def test_generated_plugins_pass_their_own_tests(generated, site):
    words = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", *KINDS)
    told = run("pytest", *words, cwd=generated, PYTHONPATH=str(site))
    assert told.splitlines()[-1].startswith(f"{2 * len(KINDS)} passed")


def test_generated_plugins_pass_their_lint(generated):
    run("ruff", "check", "--no-cache", *KINDS, cwd=generated)
    run("ruff", "format", "--no-cache", "--check", *KINDS, cwd=generated)


def test_generated_plugins_are_listed_by_name_and_none_is_broken(generated, site):
    environment = {"PYTHONPATH": str(site), "LSTSR_STRICT_PLUGINS": "1"}
    told = run("lstsr_core", "plugins", cwd=generated, **environment)
    listed = {line.split()[0] for line in told.splitlines() if line.startswith("  ")}
    assert {f"new-{kind}" for kind in KINDS} <= listed


def test_a_generated_plugin_holds_no_trace_of_the_template(generated):
    files = [path for path in generated.rglob("*") if path.is_file()]
    assert len(files) == len(KINDS) * 8
    assert not any(mark in path.read_text("utf-8") for path in files for mark in ("{{", "{%"))


@pytest.mark.parametrize("name", ["New-Sensor", "new_sensor", "core", LONGEST + "n"])
def test_a_name_that_cannot_be_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="name"):
        generate(tmp_path / "plugin", "sensor", name)
    assert not (tmp_path / "plugin" / "pyproject.toml").exists()


def test_the_longest_name_passes_the_lint(tmp_path):
    for kind in KINDS:
        generate(tmp_path / kind, kind, LONGEST)
    run("ruff", "format", "--no-cache", "--check", *KINDS, cwd=tmp_path)
    run("ruff", "check", "--no-cache", *KINDS, cwd=tmp_path)
