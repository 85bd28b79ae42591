"""Every error code that is raised is registered, and every registered one is raised."""

from __future__ import annotations

import ast

from lstsr_core import errors
from lstsr_core.codes import CODES

KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.LstsrError)
}


def calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def name_of(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def words(path):
    """Give every string that stands in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def test_a_raised_code_is_registered(source):
    unknown = [
        (call.lineno, call.args[0].value)
        for call in calls(source)
        if name_of(call.func) in KINDS and call.args and isinstance(call.args[0], ast.Constant)
        if call.args[0].value not in CODES
    ]
    assert unknown == []


def test_every_registered_code_is_used(sources):
    used = set().union(
        *(words(path) for name, path in sources.items() if not name.endswith("/codes.py"))
    )
    assert sorted(CODES.keys() - used) == []


def test_an_error_says_found_expected_and_remedy(source):
    silent = [
        call.lineno
        for call in calls(source)
        if name_of(call.func) in KINDS
        and {word.arg for word in call.keywords} != {"found", "expected", "remedy"}
        and None not in {word.arg for word in call.keywords}
    ]
    assert silent == []
