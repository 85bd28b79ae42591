"""The sessions that prove the house, each in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox
from packaging.requirements import Requirement

ROOT = Path(__file__).parent
DIST = ROOT / "dist"
TOOLS = nox.project.load_toml(ROOT / "pyproject.toml")
FACE = ["journeys/test_demo.py", "journeys/test_python.py"]
"""Tests of the umbrella by itself."""
NO_TORCH = "import importlib.util as u; assert u.find_spec('torch') is None, 'torch is here'"
"""Sharpening needs no torch, so no environment that sharpens may hold it."""
ROOMS = ("packages", "plugins", "services")
"""Folders of the members."""
ROOMS_OF_OTHERS = ("plugins", "services", "serving")
"""Folders of tests that run with their members, or in `services`."""
SHOWN = {"lstsr-statistical", "lstsr-modis"}
"""Plugins that the tests of a service find installed."""
TRAINING = {"lstsr-models"}
"""Members that need torch; their tests run alone."""

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_external_run = True
nox.options.sessions = ["lint", "types", "layers", "together", "alone", "build", "demo", "services"]


def find_members() -> dict[str, Path]:
    """Give the folder of every member by its name."""
    found = [path for room in ROOMS for path in sorted(ROOT.glob(f"{room}/*/pyproject.toml"))]
    return {nox.project.load_toml(path)["project"]["name"]: path.parent for path in found}


MEMBERS = find_members()


def needed(name: str) -> set[str]:
    """Give a member and all the members that it requires, directly or not."""
    project = nox.project.load_toml(MEMBERS[name] / "pyproject.toml")["project"]
    direct = {Requirement(line).name for line in project["dependencies"]} & MEMBERS.keys()
    return {name}.union(*map(needed, direct))


def own_tests(name: str) -> list[str]:
    """Give where the tests of a member lie; the others run in `together`."""
    room = name.removeprefix("lstsr-")
    inside = {"plugins": f"plugins/*{room}*", "services": f"services/{room}"}
    patterns = FACE if name == "lstsr" else [inside.get(MEMBERS[name].parent.name, room)]
    found = [path for pattern in patterns for path in ROOT.glob(f"tests/{pattern}")]
    return [path.relative_to(ROOT).as_posix() for path in sorted(found)]


def hand_find_links_to_uv() -> None:
    """Tell uv, which reads no configuration of pip, where pip also looks for wheels."""
    ask = [sys.executable, "-m", "pip", "config", "get", "global.find-links"]
    links = os.environ.get("PIP_FIND_LINKS")
    if not links:
        links = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
    if links.strip():
        os.environ.setdefault("UV_FIND_LINKS", ",".join(links.split()))


hand_find_links_to_uv()


def install(session: nox.Session, *words: str, group: str = "") -> None:
    """Install what is named and a group of tools, all held by the constraints."""
    tools = nox.project.dependency_groups(TOOLS, group) if group else ()
    session.install("-c", "constraints.txt", *words, *tools)


def folders(names: set[str]) -> list[str]:
    """Give the folders of members as words for an installer."""
    return [str(MEMBERS[name]) for name in sorted(names)]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    install(session, group="lint")
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of every member."""
    install(session, *folders({*MEMBERS}), group="types")
    session.run("mypy", *session.posargs)


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports point down."""
    install(session, *folders({*MEMBERS}), group="layers")
    session.run("lint-imports", *session.posargs)


@nox.session
def together(session: nox.Session) -> None:
    """Run the tests that belong to no member by itself, with all members but those that train."""
    with_all_members(session, *shared_tests())


@nox.session(default=False)
def tests(session: nox.Session) -> None:
    """Run the whole suite with all members but those that train."""
    with_all_members(session, "--ignore=tests/models")


def with_all_members(session: nox.Session, *words: str) -> None:
    """Run tests where every member is but those that train."""
    install(session, *folders({*MEMBERS} - TRAINING), group="test")
    session.run("python", "-c", NO_TORCH)
    session.run("pytest", "-n", "2", *words, *session.posargs)


def shared_tests() -> list[str]:
    """Give where the tests lie that no member has as its own."""
    owned = {ROOT / path for name in MEMBERS if name != "lstsr" for path in own_tests(name)}
    rooms = {path for path in ROOT.glob("tests/*/") if path.name[0].isalpha()} - owned
    parts = set(ROOT.glob("tests/plugins/test_*.py")) - owned
    found = sorted((rooms - {ROOT / "tests" / name for name in ROOMS_OF_OTHERS}) | parts)
    return [path.relative_to(ROOT).as_posix() for path in found]


@nox.session
@nox.parametrize("package", list(MEMBERS), ids=list(MEMBERS))
def alone(session: nox.Session, package: str) -> None:
    """Run the tests of one member with nothing of ours but what it requires."""
    shown = SHOWN if MEMBERS[package].parent.name == "services" else set()
    install(session, *folders(set().union(*map(needed, {package} | shown))), group="test")
    free = "" if package in TRAINING else NO_TORCH
    session.run("python", "-c", f"import {package.replace('-', '_')}; {free}")
    if not own_tests(package):
        session.error(f"{package} has no tests of its own")
    session.run("pytest", "-n", "2", *own_tests(package), *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build a sdist of every member, and a wheel out of each sdist; then try the wheels."""
    install(session, group="build")
    shutil.rmtree(DIST, ignore_errors=True)
    for folder in folders({*MEMBERS}):
        session.run("python", "-m", "build", "--no-isolation", "--outdir", str(DIST), folder)
    session.notify("wheels")


@nox.session(default=False)
def wheels(session: nox.Session) -> None:
    """Install the wheels that `build` made and open the front door, away from the tree."""
    trains = tuple(name.replace("-", "_") for name in TRAINING)
    install(session, *(str(p) for p in DIST.glob("*.whl") if not p.name.startswith(trains)))
    session.chdir(session.create_tmp())
    session.run("python", "-c", NO_TORCH)
    session.run("lstsr", "--help")
    session.run("lstsr", "plugins", "doctor")
    session.run("lstsr", "models", "verify")


@nox.session
def demo(session: nox.Session) -> None:
    """Run `lstsr demo` as a user would."""
    install(session, *folders(needed("lstsr")))
    session.run("lstsr", "demo", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation with all examples executed; every warning is an error."""
    install(session, *folders({*MEMBERS} - TRAINING), group="docs")
    words = ("-b", "html", "-W", "--keep-going", "docs", "docs/_build/html")
    session.run("sphinx-build", *words, *session.posargs)
    session.run("python", "tools/check_links.py", "docs/_build/html")


@nox.session(default=False)
def release_check(session: nox.Session) -> None:
    """Check versions and changelog; install every member from its wheel, alone and all together."""
    install(session, group="release")
    session.run("python", "tools/release_check.py", "--texts", *session.posargs)
    build(session)
    session.run("python", "tools/release_check.py", *session.posargs)
    install(session, *folders({*MEMBERS} - TRAINING), group="test")
    session.run("pytest", "-q", "tests/journeys/test_kept_files.py")


@nox.session(default=False)
def integration(session: nox.Session) -> None:
    """Search, fetch from and publish to stac-fastapi-pgstac on a throwaway PostgreSQL/PostGIS."""
    install(session, *folders({*MEMBERS} - TRAINING), group="test")
    install(session, group="integration")
    beside = ("python", "tools/with_pgstac.py")
    lack = session.run(*beside, "--check", silent=True).strip()
    if lack:
        session.skip(lack)
    found = ("tests/acquisition", "tests/services/api/test_pgstac.py")
    session.run(*beside, "pytest", "-n", "2", *found, *session.posargs)


@nox.session
def services(session: nox.Session) -> None:
    """Use the services as people do: by a browser, on PostgreSQL, with random requests."""
    install(session, *folders({*MEMBERS} - TRAINING), group="test")
    install(session, group="services")
    session.run("pytest", "tests/serving", *session.posargs)


@nox.session(default=False)
def load(session: nox.Session) -> None:
    """Measure the services under load, by wrk on loopback."""
    install(session, *folders({*MEMBERS} - TRAINING))
    session.run("python", "tools/load_services.py", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Report the lines that no test reaches."""
    install(session, *folders({*MEMBERS}), group="test")
    install(session, group="coverage")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine")
    session.run("coverage", "report")
