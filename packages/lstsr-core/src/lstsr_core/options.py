"""Settings given as words become the frozen options of a model."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from typing import TYPE_CHECKING, Any, NamedTuple

from lstsr_core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
"""Words that stand for yes and no."""


def read_options(kind: type[Any] | None, settings: Mapping[str, object], *, owner: str) -> Any:  # noqa: ANN401  each model has its own
    """Build options from settings.

    Parameters
    ----------
    kind : type, optional
        A frozen dataclass with a default for every field; its fields are numbers, truths or words.
    settings : mapping of str to object
        Values by the names of fields; texts are read as the field's type. A hyphen in a name
        counts as an underscore.
    owner : str
        Whose options they are, for messages.

    Returns
    -------
    object
        An instance of `kind`.

    Raises
    ------
    ModelError
        ``OPTION_UNKNOWN`` or ``OPTION_INVALID``.
    """
    fields = typing.get_type_hints(kind) if kind is not None else {}
    values = {}
    for name, value in settings.items():
        field = name.replace("-", "_")
        if field not in fields:
            raise _unknown(name, tuple(fields), owner)
        values[field] = _read(field, value, fields[field], owner)
    return _build(kind, values, owner)


def _build(kind: type[Any] | None, values: Mapping[str, object], owner: str) -> Any:  # noqa: ANN401  each model has its own
    try:
        return kind(**values) if kind is not None else None
    except ValueError as error:
        raise ModelError(
            "OPTION_INVALID",
            found=f"{owner}: {error}",
            expected="values in their ranges",
            remedy="see `lstsr plugins` and the documentation of the model",
        ) from error


def _read(name: str, value: object, wanted: Any, owner: str) -> object:  # noqa: ANN401  a type
    """Read a text as a truth, a number or a word; other values have to be of the type already."""
    try:
        if isinstance(value, str):
            return TRUTHS[value.lower()] if wanted is bool else wanted(value)
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if type(value) is wanted:
            return value
    except (KeyError, ValueError, TypeError):
        pass
    raise ModelError(
        "OPTION_INVALID",
        found=f"{name} = {value!r} for {owner}",
        expected=f"a value of type {wanted.__name__}",
        remedy=f"give {name}=VALUE with such a value",
    )


class Option(NamedTuple):
    """What can be set of a model.

    Parameters
    ----------
    name, kind : str
        Name of the option and of its type.
    default : object
        Value where nothing is set.
    meaning : str
        What it does.
    """

    name: str
    kind: str
    default: object
    meaning: str


def describe_options(kind: type[Any] | None) -> tuple[Option, ...]:
    """List the options of a model; a field's ``metadata["help"]`` says what it means."""
    if kind is None:
        return ()
    hints = typing.get_type_hints(kind)
    return tuple(
        Option(
            field.name, hints[field.name].__name__, field.default, field.metadata.get("help", "")
        )
        for field in dataclasses.fields(kind)
    )


def _unknown(name: str, known: tuple[str, ...], owner: str) -> ModelError:
    near = difflib.get_close_matches(name, known, n=1)
    return ModelError(
        "OPTION_UNKNOWN",
        found=f"{owner} has no option {name!r}",
        expected=f"one of: {', '.join(known)}" if known else "no options at all",
        remedy=f"did you mean {near[0]!r}?" if near else "leave it out",
    )
