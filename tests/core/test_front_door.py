"""The front door is quick, answers with the promised exit status, and never with a traceback."""

from __future__ import annotations

import pytest

HEAVY = ("xarray", "rasterio", "rioxarray", "odc", "dask", "matplotlib", "scipy", "zarr", "h5py")
NOT_HEAVY = f"import sys; found = sys.modules.keys() & {{*{HEAVY!r}}}; assert not found, found"

COMMANDS = '''
import click
from lstsr_core import EmptySearchError, ResourceError, SceneError, SourceError, hookimpl

def fails(name, error):
    def run():
        """Fail."""
        raise error
    return click.Command(name, callback=run)

def parts(code):
    return {"code": code, "found": "this", "expected": "that", "remedy": "do it"}

@hookimpl
def lstsr_commands():
    return [
        fails("user", SceneError(**parts("SCALE_SUSPECT"))),
        fails("empty", EmptySearchError(**parts("NO_SCENES"))),
        fails("upstream", SourceError(**parts("DOWNLOAD_FAILED"))),
        fails("full", ResourceError(**parts("DISK_FULL"))),
        fails("bug", KeyError("lst")),
        fails("stop", KeyboardInterrupt()),
        click.Command("fine", callback=lambda: print("done")),
    ]
'''


@pytest.fixture
def failing(site):
    site.add("failing", COMMANDS)
    return site


def test_help_lists_the_commands_of_every_plugin(failing):
    answer = failing.lstsr("--help")
    assert answer.returncode == 0
    listed = [line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  ")]
    assert {"doctor", "plugins", "user", "fine"} <= set(listed)


def test_help_imports_nothing_heavy(site):
    answer = site.python(f"from lstsr_core.cli import run; run(['--help']); {NOT_HEAVY}")
    assert answer.returncode == 0, answer.stderr


def test_an_import_of_core_imports_nothing_heavy(site):
    answer = site.python(f"import lstsr_core; {NOT_HEAVY}")
    assert answer.returncode == 0, answer.stderr


def test_every_name_that_core_promises_is_there(site):
    script = "import lstsr_core as c; [getattr(c, name) for name in c.__all__]"
    answer = site.python(script)
    assert answer.returncode == 0, answer.stderr
    answer = site.python("import lstsr_core; lstsr_core.nothing")
    assert "has no attribute 'nothing'" in answer.stderr


@pytest.mark.parametrize(
    ("command", "status", "code"),
    [
        ("fine", 0, ""),
        ("bug", 1, "UNEXPECTED"),
        ("user", 2, "SCALE_SUSPECT"),
        ("empty", 3, "NO_SCENES"),
        ("upstream", 4, "DOWNLOAD_FAILED"),
        ("full", 5, "DISK_FULL"),
    ],
)
def test_an_error_ends_the_command_with_its_status_and_says_what_to_do(
    failing, command, status, code
):
    answer = failing.lstsr(command)
    assert answer.returncode == status
    assert "Traceback" not in answer.stderr
    if code:
        first, *rest = answer.stderr.splitlines()
        assert first == f"error {code}"
        assert [line.split()[0] for line in rest] == ["found:", "expected:", "remedy:"]


@pytest.mark.parametrize("command", ["user", "bug"])
def test_debug_shows_where_an_error_arose(failing, command):
    assert "Traceback" in failing.lstsr(command, LSTSR_DEBUG="1").stderr


def test_ctrl_c_ends_as_shells_have_it(failing):
    answer = failing.lstsr("stop")
    assert answer.returncode == 130
    assert answer.stderr.strip() == "interrupted"


@pytest.mark.parametrize("words", [["no-such-command"], ["--no-such-option"], []])
def test_words_that_are_not_understood_end_with_2(failing, words):
    answer = failing.lstsr(*words)
    assert answer.returncode == 2
    assert "Usage: lstsr" in answer.stderr


def test_a_command_of_two_plugins_is_listed_as_such_and_refused(failing):
    failing.add("zz-second", COMMANDS)
    assert "fine  " in failing.lstsr("--help").stdout
    assert "(offered by two plugins" in failing.lstsr("--help").stdout
    answer = failing.lstsr("fine")
    assert answer.returncode == 2
    assert "NAME_CLASH" in answer.stderr


def test_version_is_that_of_core(site):
    assert site.lstsr("--version").stdout.strip() == "lstsr, version 0.1.0"


def test_the_doctor_of_the_machine_names_interpreter_and_libraries(site):
    answer = site.lstsr("doctor", LSTSR_BLOCK="data")  # which asks catalogues
    assert answer.returncode == 0
    for subject in ("python: 3.", "xarray: ", "torch: "):
        assert f"ok   {subject}" in answer.stdout
