"""Whether a release can be made: versions in step, a changelog, wheels that work by themselves.

Run by `nox -s release_check`, which builds the wheels first; `--texts` looks at the texts alone.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
TRAINING = "lstsr-models"
"""The member that needs torch; tried by itself."""
STATED = {
    "CITATION.cff": r"^version: (\S+)$",
    "plugins/template/copier.yml": r"^core:.*?default: (\S+)$",
    "CHANGELOG.md": r"^## \[(\d\S*)\]",
}
"""Where else the version stands, and how to find it."""


def main() -> int:
    """Check and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", action="store_true", help="leave the wheels out")
    parser.add_argument("--final", action="store_true", help="the changelog has to name the day")
    words = parser.parse_args()
    wrong = [*check_versions(), *check_changelog(final=words.final)]
    if not words.texts:
        wrong += check_wheels()
    for line in wrong:
        print(f"MEND {line}")
    print("release check: " + (f"{len(wrong)} to mend" if wrong else "all is well"))
    return 1 if wrong else 0


def projects() -> dict[str, Mapping[str, object]]:
    """Give the table [project] of every member by its name."""
    paths = sorted([*ROOT.glob("p*/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")])
    tables = (tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in paths)
    return {str(table["name"]): table for table in tables}


def version() -> str:
    """Give the version of core, which is that of all."""
    return str(projects()["lstsr-core"]["version"])


def check_versions() -> Iterator[str]:
    """Name members and files that state another version than core."""
    wanted = version()
    for name, table in projects().items():
        if table["version"] != wanted:
            yield f"{name} has version {table['version']}, lstsr-core {wanted}"
    for place, pattern in STATED.items():
        text = (ROOT / place).read_text(encoding="utf-8")
        found = re.search(pattern, text, re.MULTILINE | re.DOTALL)
        if found is None or found[1] != wanted:
            yield f"{place} states {found[1] if found else 'no version'}, lstsr-core {wanted}"


def check_changelog(*, final: bool) -> Iterator[str]:
    """Name what the changelog lacks for this version."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(
        rf"^## \[{re.escape(version())}\] - (\S+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    if section is None:
        yield f"CHANGELOG.md has no section [{version()}]"
        return
    if final and not re.fullmatch(r"\d{4}-\d\d-\d\d", section[1]):
        yield f"CHANGELOG.md says {section[1]!r} where the day of the release belongs"
    if "- `" not in section[2]:
        yield "CHANGELOG.md tells nothing of this version"
    rest = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    if final and rest and rest[1].strip():
        yield "CHANGELOG.md still has entries under Unreleased"


def check_wheels() -> Iterator[str]:
    """Install every member from wheels with what it requires, and all together; name failures."""
    members = projects()
    for name in members:
        yield from _try(name, sorted(_needed(name, members)))
    yield from _try("all but training", sorted(set(members) - {TRAINING}))


def _needed(name: str, members: Mapping[str, Mapping[str, object]]) -> set[str]:
    lines = members[name]["dependencies"]
    direct = {Requirement(line).name for line in lines} if isinstance(lines, list) else set()
    ours = direct & members.keys()
    return {name}.union(*(_needed(one, members) for one in ours))


def _try(label: str, names: list[str]) -> Iterator[str]:
    wheels = [_wheel(name) for name in names]
    if None in wheels:
        yield f"{label}: no wheel of {names[wheels.index(None)]} in dist"
        return
    imports = "; ".join(f"import {name.replace('-', '_')}" for name in names)
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(Path(folder), [str(wheel) for wheel in wheels])
        if python is None:
            yield f"{label}: cannot be installed"
            return
        doctor = [["-m", "lstsr_core", "plugins", "doctor"]] if "lstsr-core" in names else []
        for words in (["-c", imports], *doctor):
            done = _run([str(python), *words], Path(folder))
            if done.returncode:
                yield f"{label}: {(done.stderr or done.stdout).strip()}"
    print(f"tried {label}: {len(wheels)} wheels")


def _wheel(name: str) -> Path | None:
    found = [*(ROOT / "dist").glob(f"{name.replace('-', '_')}-{version()}-*.whl")]
    return found[0] if found else None


def _environment(folder: Path, wheels: list[str]) -> Path | None:
    """Make an environment of these wheels alone, besides what they require; None if it fails."""
    home = folder / "environment"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--python", sys.executable, str(home)], folder)
    install = [*uv, "pip", "install", "--python", str(python)]
    done = _run([*install, "-c", str(ROOT / "constraints.txt"), *wheels], folder)
    if done.returncode:
        print(done.stderr)
    return None if done.returncode else python


def _run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
