"""The page needs nothing from elsewhere, and what it brings along is what it says."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from lstsr_viewer import PAGE

OWN = sorted(path for path in PAGE.iterdir() if path.is_file())
RECORD = json.loads((PAGE / "vendor" / "versions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RECORD)
def test_what_came_from_npm_is_as_it_was_recorded(name):
    assert RECORD[name]["version"]
    assert RECORD[name]["integrity"].startswith("sha512-")
    assert f"{name}.LICENSE.txt" in RECORD[name]["sha256"]
    for file, digest in RECORD[name]["sha256"].items():
        assert hashlib.sha256((PAGE / "vendor" / file).read_bytes()).hexdigest() == digest


def test_nothing_lies_beside_the_record():
    known = {file for one in RECORD.values() for file in one["sha256"]}
    assert {path.name for path in (PAGE / "vendor").iterdir()} == {*known, "versions.json"}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_files_name_no_other_host_and_no_inline_code(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://|//cdn|@import", text)
    assert not re.search(r"\bon\w+=|<style|style=|innerHTML|document\.write|eval\(", text)


def test_the_page_loads_files_that_are_there():
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    for name in re.findall(r'(?:src|href)="([^"#:]+)"', text):
        assert (PAGE / name).is_file(), name
    for script in PAGE.glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8")):
            assert (PAGE / name).is_file(), name


def test_every_control_has_a_name_for_those_who_do_not_see_it():
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    labelled = "".join(re.findall(r"<label.*?</label>", text, re.DOTALL))
    for control in re.findall(r"<(?:input|select)[^>]*>", text):
        assert control in labelled, control
    assert '<html lang="en">' in text
