"""Every error code with what it means and what to do, out of the code that raises it."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from files import write_if_new

from lstsr_core.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
STATUS = {
    1: "1, a defect of lstsr or of a plugin",
    2: "2, your input",
    3: "3, no data",
    4: "4, upstream",
    5: "5, resources",
}
"""What the exit statuses stand for."""
PARTS = ("found", "expected", "remedy")
HEAD = """# Error codes

Every error says its code, what was found, what was expected and what to do. The code also decides
the exit status of a command. This page is made from `lstsr_core.codes` and from the places in the
code that raise each error; `...` stands for what the message fills in.

"""


def write(folder: Path) -> None:
    """Write ``errors.md``."""
    raised = _raised()
    write_if_new(folder / "errors.md", HEAD + "\n".join(_entry(code, raised) for code in CODES))


def _entry(code: str, raised: dict[str, set[tuple[str, ...]]]) -> str:
    told = CODES[code]
    lines = [f"({code.lower()})=", f"## {code}", "", told.meaning, ""]
    lines += [f"Exit status {STATUS[told.exit_status]}.", ""]
    cases = sorted(raised.get(code, ()))
    if cases:
        lines += ["| found | expected | what to do |", "|---|---|---|"]
        lines += ["| " + " | ".join(map(_cell, case)) + " |" for case in cases]
    else:
        lines += ["The message says what was found and what to do."]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    """Give a text as it reads in a table: what Markdown would take for its own is escaped."""
    escaped = "".join(f"\\{mark}" if mark in "\\|*_[$<" else mark for mark in text)
    return " ".join(escaped.split())


def _raised() -> dict[str, set[tuple[str, ...]]]:
    """Give found, expected and remedy of every raise, by code."""
    cases: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    rooms = ("packages", "plugins", "services")
    paths = [path for room in rooms for path in ROOT.glob(f"{room}/*/src/**/*.py")]
    for path in sorted(paths):
        for call in _calls(path):
            [code, *_] = [*_texts(call.args[:1]), ""]
            words = {word.arg: word.value for word in call.keywords}
            if code in CODES and words.keys() >= set(PARTS):
                cases[code].add(tuple(_text(words[part]) for part in PARTS))
    return cases


def _calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _text(node: ast.expr) -> str:
    """Give a message with ... where something is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [_text(p) if isinstance(p, ast.Constant) else "..." for p in node.values]
        return "".join(parts)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.IfExp):
        return f"{_text(node.body)}, or {_text(node.orelse)}"
    return "..."
