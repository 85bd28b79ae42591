"""The members are released together: one version, one licence, the same parts."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def project(member):
    return tomllib.loads((member / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def home(member):
    return member / "src" / project(member)["name"].replace("-", "_")


def requirements(member):
    wanted = project(member)
    extras = wanted.get("optional-dependencies", {}).values()
    return [Requirement(line) for line in chain(wanted["dependencies"], *extras)]


def pinned(root):
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_there_are_members(members):
    assert "lstsr-core" in members


def test_a_member_has_its_parts(member):
    assert (home(member) / "py.typed").is_file()
    assert (home(member) / "__init__.py").is_file()
    licence = (member / "LICENSE").read_text(encoding="utf-8")
    assert licence == (member.parents[1] / "LICENSE").read_text(encoding="utf-8")
    readme = (member / "README.md").read_text(encoding="utf-8")
    assert len(readme.split()) > 40, "a README says what it is and how it is used"


def test_a_member_says_the_same_of_itself_as_the_others(member, named):
    wanted = project(member)
    assert wanted["name"] == named(member)
    assert wanted["license"] == "Apache-2.0"
    assert wanted["requires-python"] == ">=3.11"
    assert wanted["readme"] == "README.md"


def test_all_versions_are_in_step(members):
    assert len({project(member)["version"] for member in members.values()}) == 1


def test_a_member_tells_its_version_to_python(member):
    init = (home(member) / "__init__.py").read_text(encoding="utf-8")
    stated = re.search(r'^__version__ = "(.+)"$', init, re.MULTILINE)
    assert stated, "no __version__"
    assert stated[1] == project(member)["version"]


def test_our_packages_pin_each_other_and_plugins_follow_core(member, members):
    is_plugin = member.parent.name == "plugins"
    for requirement in requirements(member):
        if requirement.name in members:
            version = project(members[requirement.name])["version"]
            assert str(requirement.specifier) == f"{'~=' if is_plugin else '=='}{version}"


def test_other_packages_have_a_lower_bound(member, members):
    loose = [
        str(requirement)
        for requirement in requirements(member)
        if requirement.name not in members and not str(requirement.specifier).startswith(">=")
    ]
    assert loose == []


def test_every_requirement_is_pinned_by_the_constraints_within_its_bounds(member, members, root):
    versions = pinned(root)
    for requirement in requirements(member):
        if requirement.name not in members:
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)])


def test_the_tools_are_pinned_too(root):
    tools = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    names = {name for group in tools["dependency-groups"].values() for name in group}
    assert names <= pinned(root).keys()


def test_torch_is_pinned_and_training_alone_needs_it(members, root):
    assert pinned(root)["torch"] == "2.13.0"
    needing = {
        name
        for name, member in members.items()
        if {"torch", "pytorch-lightning"} & {one.name for one in requirements(member)}
    }
    assert needing == {"lstsr-models"}


@pytest.mark.parametrize(
    "where",
    [
        ("mypy", "packages"),
        ("importlinter", "root_packages"),
        ("coverage", "run", "source_pkgs"),
    ],
)
def test_the_tools_look_at_every_member(members, root, where):
    tools = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    for word in where:
        tools = tools[word]
    assert set(tools) == {name.replace("-", "_") for name in members}


def test_what_a_member_imports_it_also_requires(member, members):
    ours = {name.replace("-", "_"): [name] for name in members}
    providers = {**packages_distributions(), **ours}
    required = {canonicalize_name(requirement.name) for requirement in requirements(member)}
    missing = set()
    for path in home(member).rglob("*.py"):
        for name in imports(path) - sys.stdlib_module_names - {home(member).name}:
            if required.isdisjoint(map(canonicalize_name, providers.get(name, [name]))):
                missing.add(name)
    assert missing == set()


def imports(path):
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return {name.split(".")[0] for name in names}
