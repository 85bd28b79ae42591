"""What is committed names no machine, no package index and no secret place."""

from __future__ import annotations

import re
import subprocess

import pytest

# Put together from parts, so that this file does not find itself.
PLACES = "|".join(("work", "root", "farm", "opt", "home", "tmp/venv", "Users"))
MACHINE_PATH = re.compile(rf"""(?:^|[\s"'=(`])/(?:{PLACES})/""", re.MULTILINE)
INDEX = re.compile(r"pypi\.or" r"g|pythonh" r"osted|index-u" r"rl|registry\.n" r"pm")
LARGEST = 1_000_000
"""Bytes that a committed file may have."""


def committed(root):
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listing, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [path for name in done.stdout.split("\0") if name and (path := root / name).is_file()]


def places_of(pattern, root):
    found = []
    for path in committed(root):
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(root)}: {hit[0].strip()}" for hit in pattern.finditer(text)]
    return found


def test_no_file_holds_a_path_of_one_machine(root):
    assert places_of(MACHINE_PATH, root) == []


def test_no_file_holds_the_address_of_a_package_index(root):
    assert places_of(INDEX, root) == []


def test_no_file_is_large(root):
    assert [path for path in committed(root) if path.stat().st_size > LARGEST] == []


def test_what_everybody_looks_for_is_there(root):
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "constraints.txt"):
        assert (root / name).is_file(), name
    assert "Apache License" in (root / "LICENSE").read_text(encoding="utf-8")
    assert (root / ".ci" / "run").stat().st_size > 0
