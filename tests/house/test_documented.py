"""Every public name, command, option and error code is documented, and links lead somewhere."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import shlex
import sys
from importlib.util import find_spec

import click
import pytest

from lstsr_core import registry
from lstsr_core.cli import front_door
from lstsr_core.codes import CODES

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^(```|:::).*?^\1", re.MULTILINE | re.DOTALL)
SECTION = "Parameters\n----------\n"
NAMED_ELSEWHERE = {"NOT_FOUND", "NO_SUCH_PROCESS", "NO_SUCH_JOB"}
"""Codes whose errors are made from a table of the services, not where they are raised."""
PAGES = ("api_pages", "command_pages", "error_pages", "offer_pages", "route_pages")
"""Modules of `docs/ext` that write a page each."""
COMMAND_OPTIONS = {"help", "version"}
"""Options that click itself explains."""


@pytest.fixture(scope="module")
def pages(root, tmp_path_factory):
    """Folder of the pages that the documentation makes from the code."""
    sys.path.insert(0, str(root / "docs" / "ext"))
    folder = tmp_path_factory.mktemp("made")
    try:
        for name in PAGES:
            importlib.import_module(name).write(folder)
    finally:
        sys.path.pop(0)
    return folder


def public(tree):
    """Give public definitions of a module, methods included, by their dotted names."""
    found = {}
    for node in tree.body:
        if isinstance(node, DEFINITIONS) and not node.name.startswith("_"):
            found[node.name] = node
            if isinstance(node, ast.ClassDef):
                own = [one for one in node.body if isinstance(one, DEFINITIONS)]
                found |= {f"{node.name}.{o.name}": o for o in own if not o.name.startswith("_")}
    return found


def test_every_public_name_has_a_docstring(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    assert [name for name, node in public(tree).items() if not ast.get_docstring(node)] == []


def test_a_section_of_parameters_names_each_of_them(source):
    silent = []
    for name, node in public(ast.parse(source.read_text(encoding="utf-8"))).items():
        text = ast.get_docstring(node) or ""
        if not isinstance(node, ast.ClassDef) and SECTION in text:
            words = node.args
            told = text.split(SECTION)[1].split("\n\n")
            every = [*words.posonlyargs, *words.args, *words.kwonlyargs]
            names = [word.arg for word in every if word.arg not in {"self", "cls"}]
            silent += [f"{name}: {one}" for one in names if not re.search(rf"\b{one}\b", told[0])]
    assert silent == []


def commands(command=front_door, words="lstsr"):
    context = click.Context(command, info_name=words)
    yield words, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), f"{words} {name}")


COMMANDS = dict(commands())


@pytest.mark.parametrize("words", list(COMMANDS))
def test_every_command_says_what_it_does(words):
    assert COMMANDS[words].help


@pytest.mark.parametrize("words", list(COMMANDS))
def test_every_option_of_a_command_has_help(words):
    options = [one for one in COMMANDS[words].params if isinstance(one, click.Option)]
    silent = [one.name for one in options if not one.help and not one.hidden]
    assert [name for name in silent if name not in COMMAND_OPTIONS] == []


def with_options():
    for offers in (registry.models(), registry.corrections()):
        for name in offers.names:
            if offers.get(name).options is not None:
                yield offers.get(name)


@pytest.mark.parametrize("value", list(with_options()), ids=lambda value: value.name)
def test_every_option_of_a_model_or_correction_is_described(value):
    fields = dataclasses.fields(value.options)
    assert [field.name for field in fields if not field.metadata.get("help")] == []


def test_every_error_code_has_an_entry_with_cause_and_remedy(pages):
    text = (pages / "errors.md").read_text(encoding="utf-8")
    entries = {part.split("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert entries.keys() == CODES.keys()
    assert [code for code, part in entries.items() if CODES[code].meaning not in part] == []
    silent = {code for code, part in entries.items() if "| what to do |" not in part}
    assert silent <= NAMED_ELSEWHERE


def test_every_command_has_an_entry(pages):
    text = (pages / "commands.md").read_text(encoding="utf-8")
    assert [words for words in COMMANDS if f"## {words}\n" not in text] == []


def test_every_sensor_model_and_correction_has_an_entry_with_its_options(pages):
    text = (pages / "offers.md").read_text(encoding="utf-8")
    for offers in (registry.sensors(), registry.models(), registry.corrections()):
        assert [name for name in offers.names if f"| `{name}` |" not in text] == []
    for value in with_options():
        names = [field.name for field in dataclasses.fields(value.options)]
        assert [name for name in names if f"| `{value.name}` | `{name}` |" not in text] == []


def test_every_package_has_a_page_of_its_rooms(pages, members):
    ours = {
        name.replace("-", "_")
        for name, path in members.items()
        if path.parent.name == "packages" and name != "lstsr-models"
    }
    assert {path.stem for path in pages.glob("*.rst")} == ours
    for page in pages.glob("*.rst"):
        rooms = re.findall(r"automodule:: (\S+)", page.read_text(encoding="utf-8"))
        assert [room for room in rooms if importlib.import_module(room).__doc__ is None] == []


TRAINS = {"train", "export"}
"""Commands that are there where the member that trains is."""


def texts(root):
    """Give every page that people read, by hand or made, with its path."""
    members = [f"{room}/*/README.md" for room in ("packages", "plugins", "services")]
    patterns = ("*.md", "docs/**/*.md", *members)
    for page in (page for pattern in patterns for page in root.glob(pattern)):
        if "_build" not in page.parts:
            yield page, page.read_text(encoding="utf-8")


def test_commands_in_the_pages_have_the_options_that_they_use(root):
    wrong = []
    for page, text in texts(root):
        for line in re.findall(r"^\$ (lstsr .*)$", re.sub(r"\\\n", " ", text), re.MULTILINE):
            words = shlex.split(line.replace("[", " ").replace("]", " "), comments=True)
            if words[1] in TRAINS and find_spec("lstsr_models") is None:
                continue
            command = front_door
            while (
                isinstance(command, click.Group)
                and words[1:]
                and words[1] in command.list_commands(click.Context(command))
            ):
                command = command.get_command(click.Context(command), words.pop(1))
            known = {opt for one in command.params for opt in one.opts} | {"--help", "--version"}
            used = {word.split("=")[0] for word in words if word.startswith("--")}
            wrong += [f"{page.relative_to(root)}: {line}: {one}" for one in used - known]
    assert wrong == []


def test_tools_that_the_pages_name_are_there(root):
    named = {
        (page.relative_to(root).as_posix(), tool)
        for page, text in texts(root)
        for tool in re.findall(r"python3? (tools/\w+\.py)", text)
    }
    assert named
    assert [one for one in named if not (root / one[1]).is_file()] == []


def test_links_between_files_lead_to_files(root):
    made = {"made/commands.md", "made/errors.md", "made/offers.md", "made/routes.md"}
    broken = []
    for page, text in texts(root):
        for link in LINK.findall(FENCE.sub("", text)):
            target = (page.parent / link).resolve()
            if not target.exists() and not any(link.endswith(name) for name in made):
                broken.append(f"{page.relative_to(root)}: {link}")
    assert broken == []


def test_every_page_stands_in_a_table_of_contents(root):
    docs = root / "docs"
    pages = {
        path.relative_to(docs).with_suffix("").as_posix()
        for path in docs.glob("**/*.md")
        if "_build" not in path.parts and "made" not in path.parts
    }
    listed = {"index"}
    for page in docs.glob("**/*.md"):
        for block in re.findall(r"```\{toctree\}(.*?)```", page.read_text("utf-8"), re.DOTALL):
            names = [line for line in block.splitlines() if line and not line.startswith(":")]
            where = page.parent.relative_to(docs)
            listed |= {(where / name.strip()).as_posix() for name in names}
    assert pages - listed == set()
