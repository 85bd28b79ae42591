"""What plugins find out about the machine stands in the report of the doctor."""

from __future__ import annotations

import pytest

FINDINGS = """
from lstsr_core import hookimpl
from lstsr_core.doctor import Finding

@hookimpl
def lstsr_findings():
    return [
        Finding(subject="sky", state="blue"),
        Finding(subject="road", state="long", remedy="take a horse", broken=False),
        *OTHERS,
    ]
"""


@pytest.fixture
def report(site):
    """Run the doctor beside a plugin that finds more; data, which asks catalogues, is left out."""

    def run(others):
        site.add("finder", FINDINGS.replace("OTHERS", others))
        return site.lstsr("doctor", LSTSR_BLOCK="data")

    return run


def test_a_note_says_what_to_do_and_counts_as_well(report):
    answer = report("()")
    assert answer.returncode == 0, answer.stdout
    assert "ok   sky: blue\nnote road: long\n     remedy: take a horse" in answer.stdout


def test_what_is_broken_ends_the_report_with_2(report):
    answer = report("[Finding(subject='wheel', state='flat', remedy='mend it')]")
    assert answer.returncode == 2
    assert "MEND wheel: flat\n     remedy: mend it" in answer.stdout


def test_a_plugin_that_fails_to_look_is_named_and_the_others_are_heard(report):
    answer = report("[1 / 0]")
    assert answer.returncode == 2
    assert "MEND plugin finder (finder 1.0): lstsr_findings failed: ZeroDivision" in answer.stdout
    assert "ok   python: 3." in answer.stdout
