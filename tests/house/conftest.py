"""The members of the house and their source files."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"


def name_of(member):
    """Give the name of a member: that of its folder; those of services leave `lstsr-` out."""
    return f"lstsr-{member.name}" if member.parent == SERVICES else member.name


MEMBERS = {
    name_of(path.parent): path.parent
    for folder in ("packages", "plugins", "services")
    for path in sorted(ROOT.glob(f"{folder}/*/pyproject.toml"))
}
PLUGINS = {name: path for name, path in MEMBERS.items() if path.parent.name == "plugins"}
SOURCES = {
    path.relative_to(ROOT).as_posix(): path
    for member in MEMBERS.values()
    for path in sorted(member.glob("src/**/*.py"))
}


def pytest_generate_tests(metafunc):
    """Run a test that asks for `member`, `plugin` or `source` once for each of them."""
    for word, found in (("member", MEMBERS), ("plugin", PLUGINS), ("source", SOURCES)):
        if word in metafunc.fixturenames:
            metafunc.parametrize(word, found.values(), ids=found.keys())


@pytest.fixture(scope="session")
def root():
    """Folder of the repository."""
    return ROOT


@pytest.fixture
def named():
    """Give the name of a member by its folder."""
    return name_of


@pytest.fixture(scope="session")
def members():
    """Folder of every member by its name."""
    return MEMBERS


@pytest.fixture(scope="session")
def sources():
    """Every shipped Python file by its path in the repository."""
    return SOURCES
