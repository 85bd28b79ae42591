"""A room has one idea: short files, short functions, few parameters, plain names."""

from __future__ import annotations

import ast

FILE_LINES = 250
BODY_LINES = 25
"""Lines of a function below its docstring; a table that is returned whole may be longer."""
PARAMETERS = 5
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]


def body(function):
    return function.body[1:] if ast.get_docstring(function) else function.body


def test_a_file_is_short(source):
    assert len(source.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


def test_functions_are_short(source):
    long = {}
    for function in functions(source):
        lines = body(function)
        if lines and not (len(lines) == 1 and isinstance(lines[0], ast.Return)):
            long[function.name] = lines[-1].end_lineno - lines[0].lineno + 1
    assert {name: n for name, n in long.items() if n > BODY_LINES} == {}


def test_functions_take_few_parameters_or_say_why_not(source):
    text = source.read_text(encoding="utf-8").splitlines()
    many = []
    for function in functions(source):
        words = function.args
        count = len([*words.posonlyargs, *words.args, *words.kwonlyargs])
        if count > PARAMETERS and "noqa: PLR0913  " not in text[function.lineno - 1]:
            many.append(function.name)
    assert many == []


def test_a_module_begins_with_one_sentence_that_says_its_purpose(source):
    doc = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))
    assert doc, "no docstring"
    first, *rest = doc.splitlines()
    assert first.endswith((".", "]"))
    assert not rest or not rest[0].strip()


def test_a_module_is_named_after_what_it_holds(source):
    assert NAMES_OF_NOTHING.isdisjoint({source.stem.strip("_"), source.parent.name})
