"""A plugin that works is listed; one that does not is named in one line and harms nobody."""

from __future__ import annotations

import pytest

WORKING = """
from lstsr_core import Correction, Model, Sensor, hookimpl

@hookimpl
def lstsr_sensors():
    return [Sensor(name="my-sensor", role="thermal", resolution=70.0, decode=lambda raw: raw)]

@hookimpl
def lstsr_models():
    return [Model(name="my-model", prepare=lambda scene: None, margin=0)]

@hookimpl
def lstsr_corrections():
    return [Correction(name="my-correction", stage="scene", apply=lambda scene: scene)]
"""

HEAD = "from lstsr_core import Model, hookimpl\n"
BROKEN = {
    "raises": (
        "raise ValueError('first line\\nsecond line')",
        "ValueError: first line second line",
    ),
    "exits": ("raise SystemExit(3)", "SystemExit: 3"),
    "lacks": ("import no_such_module", "No module named 'no_such_module'"),
    "syntax": ("def oops(:", "SyntaxError"),
    "misspelt": (
        HEAD + "@hookimpl\ndef lstsr_model():\n    return []",
        "lstsr_model is not a hook of lstsr; did you mean lstsr_models?",
    ),
    "unmarked": (
        "def lstsr_models():\n    return []",
        "lstsr_models lacks the mark @lstsr_core.hookimpl",
    ),
    "arguments": (
        HEAD
        + "@hookimpl\ndef lstsr_commands():\n    import click\n    return [click.Command('x')]\n"
        "@hookimpl\ndef lstsr_models(scene):\n    return []",
        "its hooks do not fit",
    ),
    "sleeps": ("import time\ntime.sleep(30)", "import did not end within 1 s"),
    "hook-raises": (
        HEAD + "@hookimpl\ndef lstsr_models():\n    raise OSError('disk')",
        "lstsr_models failed: OSError: disk",
    ),
    "hook-exits": (
        HEAD + "@hookimpl\ndef lstsr_models():\n    raise SystemExit(7)",
        "lstsr_models failed: SystemExit: 7",
    ),
    "hook-none": (
        HEAD + "@hookimpl\ndef lstsr_models():\n    pass",
        "lstsr_models failed: TypeError",
    ),
    "hook-other": (
        HEAD + "@hookimpl\ndef lstsr_models():\n    return ['tsharp']",
        "lstsr_models gave a str, not a Model",
    ),
    "bad-name": (
        HEAD + "@hookimpl\ndef lstsr_models():\n"
        "    return [Model(name='Bad Name', prepare=print, margin=0)]",
        "the name 'Bad Name'",
    ),
}
LATE = {"hook-raises", "hook-exits", "hook-none", "hook-other", "bad-name"}
"""Found broken only when they are asked what they bring."""


@pytest.fixture
def working(site):
    site.add("working", WORKING)
    return site


def test_what_a_plugin_brings_is_listed_with_its_name(working):
    answer = working.lstsr("plugins")
    assert answer.returncode == 0, answer.stderr
    for name in ("my-sensor", "my-model", "my-correction"):
        assert f"{name} " in answer.stdout
    assert answer.stderr == ""


def test_the_doctor_finds_nothing_wrong_with_a_plugin_that_works(working):
    answer = working.lstsr("plugins", "doctor")
    assert answer.returncode == 0, answer.stdout
    assert "ok   plugin working (working 1.0): works" in answer.stdout
    assert "MEND" not in answer.stdout


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.fault(36)
def test_a_broken_plugin_is_named_in_one_line_and_the_others_work(working, name):
    code, reason = BROKEN[name]
    working.add(name, code)
    answer = working.lstsr("plugins", "doctor", LSTSR_PLUGIN_SECONDS="1")
    assert answer.returncode == 2
    [line] = [line for line in answer.stdout.splitlines() if line.startswith("MEND")]
    assert line.startswith(f"MEND plugin {name} ({name} 1.0): ")
    assert reason in line
    assert "ok   plugin working" in answer.stdout
    assert f"LSTSR_BLOCK={name}" in answer.stdout


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_plugin_does_not_stop_the_list(working, name):
    working.add(name, BROKEN[name][0])
    answer = working.lstsr("plugins", LSTSR_PLUGIN_SECONDS="1")
    assert answer.returncode == 0, answer.stderr
    assert "my-model " in answer.stdout
    assert "Traceback" not in answer.stderr
    if name not in LATE:
        assert f"plugin {name} left out: " in answer.stderr


def test_nothing_of_a_plugin_whose_hooks_do_not_fit_stays(site):
    site.add("arguments", BROKEN["arguments"][0])
    answer = site.lstsr("x")
    assert answer.returncode == 2
    assert "No such command" in answer.stderr


def test_a_plugin_made_for_another_core_is_not_even_imported(working):
    working.add("future", "raise AssertionError", requires=["click", "LSTSR_core~=9.0"])
    answer = working.lstsr("plugins", "doctor")
    assert "MEND plugin future (future 1.0): made for lstsr-core ~=9.0" in answer.stdout
    assert "AssertionError" not in answer.stdout


def test_a_requirement_that_cannot_be_read_is_named(working):
    working.add("garbled", WORKING, requires=["lstsr-core ~~ 1"])
    answer = working.lstsr("plugins", "doctor")
    assert "its requirement 'lstsr-core ~~ 1' cannot be read" in answer.stdout


def test_two_plugins_of_one_name_are_told_apart_by_their_distributions(working):
    working.add("zz-second", WORKING.replace("my-", "your-"), entry="working")
    answer = working.lstsr("plugins", "doctor")
    assert answer.returncode == 2
    assert "MEND plugin working (zz-second 1.0): its name is taken by working" in answer.stdout


def test_one_module_under_two_names_is_broken_only_once(working):
    entries = working.folder / "working-1.0.dist-info" / "entry_points.txt"
    entries.write_text("[lstsr]\naaa = working\nbbb = working\n", encoding="utf-8")
    answer = working.lstsr("plugins", "doctor")
    assert "ok   plugin aaa" in answer.stdout
    assert "MEND plugin bbb (working 1.0): its hooks do not fit" in answer.stdout


@pytest.mark.fault(37)
def test_two_plugins_that_bring_one_model_are_both_named(working):
    working.add("zz-second", WORKING)
    answer = working.lstsr("plugins", "doctor")
    assert answer.returncode == 2
    assert "MEND model my-model: offered by working and zz-second" in answer.stdout


def test_strict_mode_makes_a_broken_plugin_an_error(working):
    working.add("raises", BROKEN["raises"][0])
    answer = working.lstsr("plugins", LSTSR_STRICT_PLUGINS="1")
    assert answer.returncode == 2
    assert answer.stderr.startswith("error PLUGIN_BROKEN\n")
    assert "'raises' of raises 1.0" in answer.stderr
    assert "my-model" not in answer.stdout


def test_strict_mode_lets_working_plugins_be(working):
    assert working.lstsr("plugins", LSTSR_STRICT_PLUGINS="1").returncode == 0


def test_a_blocked_plugin_is_left_out_and_nobody_complains(working):
    working.add("raises", BROKEN["raises"][0])
    answer = working.lstsr("plugins", LSTSR_BLOCK="raises, working", LSTSR_STRICT_PLUGINS="1")
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert "my-model" not in answer.stdout


def test_a_plugin_installed_later_is_seen_after_forgetting(site):
    site.add("working", WORKING)
    script = (
        "import sys; from lstsr_core import registry\n"
        "folder = sys.path.pop(sys.path.index(sys.argv[1]))\n"
        "assert 'my-model' not in registry.models().names\n"
        "sys.path.append(folder)\n"
        "assert 'my-model' not in registry.models().names\n"
        "registry.forget()\n"
        "assert 'my-model' in registry.models().names\n"
    )
    answer = site.python(script, str(site.folder))
    assert answer.returncode == 0, answer.stderr
