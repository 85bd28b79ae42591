"""Errors say what was found, travel between processes, and end a command as promised."""

from __future__ import annotations

import pickle

import pytest

from lstsr_core import errors
from lstsr_core.codes import BUG, CODES, NO_DATA, RESOURCES, UPSTREAM, USER_INPUT

KINDS = [
    errors.LstsrError,
    errors.PluginError,
    errors.UnknownNameError,
    errors.SceneError,
    errors.SourceError,
    errors.EmptySearchError,
    errors.ModelError,
    errors.ResourceError,
]


def make(kind=errors.SceneError, code="NO_CRS"):
    return kind(code, found="no CRS", expected="a CRS", remedy="set it")


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling_with_its_type_and_all_four_parts(kind):
    again = pickle.loads(pickle.dumps(make(kind)))
    assert type(again) is kind
    assert (again.code, again.found, again.expected, again.remedy) == (
        "NO_CRS",
        "no CRS",
        "a CRS",
        "set it",
    )
    assert str(again) == str(make(kind))


def test_an_error_reads_code_found_expected_remedy():
    lines = [line.strip() for line in str(make()).splitlines()]
    assert lines == ["NO_CRS", "found:    no CRS", "expected: a CRS", "remedy:   set it"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("SCALE_SUSPECT", 2),
        ("UNKNOWN_NAME", 2),
        ("NO_VALID_PIXELS", 3),
        ("DOWNLOAD_FAILED", 4),
        ("DISK_FULL", 5),
        ("CONTRACT_BROKEN", 1),
        ("A_CODE_OF_A_PLUGIN", 1),
    ],
)
def test_exit_status_follows_from_the_code(code, status):
    assert make(code=code).exit_status == status


def test_every_code_ends_with_one_of_the_five_documented_statuses():
    assert {code.exit_status for code in CODES.values()} <= {
        BUG,
        USER_INPUT,
        NO_DATA,
        UPSTREAM,
        RESOURCES,
    }


def test_every_code_has_a_meaning_of_its_own():
    meanings = [code.meaning for code in CODES.values()]
    assert all(meaning.endswith(".") for meaning in meanings)
    assert len(set(meanings)) == len(meanings)


@pytest.mark.parametrize("kind", KINDS)
def test_one_except_clause_catches_them_all(kind):
    with pytest.raises(errors.LstsrError, match="NO_CRS"):
        raise make(kind)


def test_an_empty_search_is_a_source_error_and_an_unknown_name_a_plugin_error():
    assert issubclass(errors.EmptySearchError, errors.SourceError)
    assert issubclass(errors.UnknownNameError, errors.PluginError)
