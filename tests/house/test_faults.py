"""Every fault has a name, and a marked test that proves it harmless."""

from __future__ import annotations

import ast

FAULTS = {
    1: "a signed address expires in mid-run",
    2: "a download is cut off",
    3: "a login page comes in place of a granule",
    4: "a server is busy, or away for minutes",
    5: "a redirect leads to another host",
    6: "a token would stand in a log or a traceback",
    7: "pages of a search go round or never end",
    8: "one granule is there twice, or in two versions",
    9: "no granule was seen on the date",
    10: "one of several granules is missing",
    11: "an area lies over the antimeridian or a pole, is swapped, crosses itself, or is tiny",
    12: "there is no network, but a full cache",
    13: "two processes fetch one granule",
    14: "the sinusoidal grid is read on an ellipsoid instead of its sphere",
    15: "temperature, quality and guide lie half a pixel or more apart",
    16: "a scale is missing or applied twice, or the units are Celsius or Fahrenheit",
    17: "fill values look like numbers",
    18: "one pixel is missing",
    19: "everything is cloud",
    20: "quality bits are misread, or are those of another date",
    21: "lakes and coasts are lost",
    22: "the guide is cloudy where the temperature is clear",
    23: "the guide lies a pixel or more beside the temperature",
    24: "the temperature is larger than the guide",
    25: "sizes that no tile divides, or that are smaller than a margin",
    26: "a constant temperature, or a guide that does not vary",
    27: "a header claims more tiles or bands than there can be",
    28: "a file is truncated or has flipped bits",
    29: "a raster without a CRS, with control points only, rotated or south-up",
    30: "an archive with paths that lead out, links or a bomb",
    31: "a catalogue names a local file",
    32: "a pickled model is offered",
    33: "a network is truncated, tampered with, or brings data or operators of its own",
    34: "channels stand in another order or are normalised otherwise",
    35: "a model gives NaN or what cannot be",
    36: "a plugin raises, exits, sleeps or is misspelt",
    37: "two plugins bring one name",
    38: "two weights have one file name",
    39: "a GPU is asked for and missing",
    40: "the memory of a GPU runs out",
    41: "a scene is larger than memory",
    42: "a result depends on tiles, order, threads or workers",
    43: "the disk is full, or the target read-only",
    44: "a run is ended or killed at any moment",
    45: "two runs write into one folder",
    46: "memory grows with the number of tiles",
    47: "paths are long or have spaces and umlauts, or the locale has decimal commas",
    48: "a worker dies",
    49: "a user names an address, or a redirect leads to a private one",
    50: "an id of an item, a job or an asset is a path",
    51: "the whole world, or a tile of 10^9 pixels, is asked for",
    52: "the same request is sent twice",
    53: "a thousand requests are sent",
    54: "a worker of the service is killed",
    55: "the database restarts",
    56: "a job is looked at right after it was asked for",
    57: "a job is dismissed while it writes",
    58: "a body has 1 GB, or JSON is nested deeply",
    59: "a title holds a script",
    60: "a parameter holds a secret",
}
"""Faults by their numbers; `pytest.mark.fault(N)` marks the tests that prove one harmless."""


def marked(path):
    """Give the numbers of all `pytest.mark.fault(...)` of a file, also within `pytest.param`."""
    return [
        argument.value if isinstance(argument, ast.Constant) else None
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.fault"
        for argument in call.args
    ]


def all_marked(root):
    paths = sorted((root / "tests").glob("**/test_*.py"))
    return {number for path in paths for number in marked(path)}


def test_every_fault_is_proved_harmless_by_a_test(root):
    found = all_marked(root)
    assert {number: fault for number, fault in FAULTS.items() if number not in found} == {}


def test_no_mark_names_a_fault_that_nobody_knows(root):
    assert all_marked(root) <= FAULTS.keys()


def test_marks_are_found_wherever_they_stand(tmp_path):
    path = tmp_path / "test_marks.py"
    path.write_text(
        "@pytest.mark.fault(3, 4)\ndef test_one(): ...\nCASES = [pytest.param(1, marks="
        "pytest.mark.fault(5))]\n# pytest.mark.fault(6)\n",
        encoding="utf-8",
    )
    assert marked(path) == [3, 4, 5]
