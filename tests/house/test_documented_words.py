"""What users write, options, settings, variables and requests, is described in every member."""

from __future__ import annotations

import ast
import re
import sys

import pytest

from lstsr_api.app import create_app
from lstsr_api.settings import Settings

VARIABLE = re.compile(r"LSTSR_[A-Z_]+[A-Z]")
RECIPE = "packages/lstsr-models/src/lstsr_models/recipe.py"
"""Where the settings of a training stand."""


def parsed(path):
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def test_every_option_in_the_sources_has_help_whether_its_member_is_installed_or_not(source):
    calls = [node for node in parsed(source) if isinstance(node, ast.Call)]
    options = [call for call in calls if ast.unparse(call.func) == "click.option"]
    silent = [o for o in options if not {"help", "hidden"} & {word.arg for word in o.keywords}]
    assert [ast.unparse(option) for option in silent] == []


def test_every_variable_of_the_environment_has_a_row(root, sources):
    page = (root / "docs/reference/environment.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    read = {
        node.value
        for path in sources.values()
        for node in parsed(path)
        if isinstance(node, ast.Constant) and VARIABLE.fullmatch(str(node.value))
    }
    assert read
    assert read - told == set()


def fields(node):
    """Give the fields that a class declares."""
    return [
        one.target.id
        for one in node.body
        if isinstance(one, ast.AnnAssign) and not one.target.id.startswith("_")
    ]


def test_every_setting_of_a_recipe_has_a_row(root):
    page = (root / "docs/reference/recipe.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", page))
    classes = [node for node in parsed(root / RECIPE) if isinstance(node, ast.ClassDef)]
    assert classes
    assert [f"{c.name}.{name}" for c in classes for name in fields(c) if name not in told] == []


def contract(root):
    """Give the modules of the reference, with their files."""
    sys.path.insert(0, str(root / "docs" / "ext"))
    try:
        from api_pages import ROOMS
    finally:
        sys.path.pop(0)
    for package, rooms in ROOMS.items():
        folder = root / "packages" / package.replace("_", "-") / "src" / package
        for room in rooms:
            path = folder / room.replace(".", "/")
            yield from path.glob("*.py") if path.is_dir() else [path.with_suffix(".py")]


def test_every_field_of_a_class_of_the_reference_is_described(root):
    silent = []
    for path in contract(root):
        for node in parsed(path):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                text = ast.get_docstring(node) or ""
                unnamed = [name for name in fields(node) if not re.search(rf"\b{name}\b", text)]
                silent += [f"{path.name}: {node.name}.{name}" for name in unnamed]
    assert silent == []


@pytest.fixture(scope="module")
def stated(tmp_path_factory):
    """Give the OpenAPI document of the service."""
    return create_app(Settings(store=tmp_path_factory.mktemp("store"))).openapi()


def test_every_route_of_the_service_says_what_it_is_for(stated):
    routes = {(verb, path): told for path, v in stated["paths"].items() for verb, told in v.items()}
    assert routes
    assert [route for route, told in routes.items() if not told.get("summary")] == []


@pytest.mark.parametrize("name", ["Sharpen", "FetchAndSharpen", "Scaling", "Upload", "Catalogued"])
def test_every_input_of_a_process_is_described(stated, name):
    inputs = stated["components"]["schemas"][name]["properties"]
    assert inputs
    assert [field for field, told in inputs.items() if not told.get("description")] == []
