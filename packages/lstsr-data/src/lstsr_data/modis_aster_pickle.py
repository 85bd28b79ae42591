"""The pickles of the MODIS-ASTER database, read without running anything that they name."""

from __future__ import annotations

import io
import math
import pickle
import pickletools
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from lstsr_core.errors import SourceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPCODES: Final = frozenset(
    (  # noqa: SIM905  one word each, as pickletools prints them
        "PROTO FRAME STOP MARK MEMOIZE BINGET LONG_BINGET EMPTY_DICT SETITEM SETITEMS EMPTY_TUPLE "
        "TUPLE TUPLE1 TUPLE2 TUPLE3 NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 BINFLOAT "
        "SHORT_BINBYTES BINBYTES SHORT_BINUNICODE BINUNICODE GLOBAL STACK_GLOBAL REDUCE NEWOBJ "
        "BUILD"
    ).split()
)
"""Instructions that the published files are made of (`python -m pickletools`), and GLOBAL, so
that the name it asks for can be told."""
TUPLES: Final = frozenset({"TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"})
"""Instructions whose result may not be used twice: tuples of tuples grow without end."""
MOST_BYTES: Final = 4_000_000
"""Size beyond which a file is none of the published ones, which have 0.54 MB. [byte]"""
MOST_INSTRUCTIONS: Final = 1000
"""Length beyond which a pickle is none of the published ones, which have about 210. [1]"""
FLOATS: Final = frozenset({"f4", "f8"})
"""Numbers that the published arrays hold."""


def read_plain_pickle(raw: bytes) -> dict[str, object]:
    """Read a pickled dictionary of arrays, numbers, texts, systems and transforms.

    Whatever the pickle names is replaced by an inert stand-in: no function and no class of
    another library is looked up, so none can be called.

    Parameters
    ----------
    raw : bytes
        A pickle of protocol 4.

    Returns
    -------
    dict
        By the names in the file: numpy arrays of floats; systems as WKT; transforms as their
        six coefficients; anything else as it stands.

    Raises
    ------
    SourceError
        ``UNSAFE_PICKLE``, naming what it asks for, or ``FILE_UNREADABLE``.
    """
    try:
        _check_instructions(raw)
        fields = _PlainUnpickler(io.BytesIO(raw)).load()
        return {_text(name): _plain(value) for name, value in fields.items()}
    except SourceError:
        raise
    except Exception as error:  # a damaged pickle raises nearly anything
        raise _unreadable(f"{type(error).__name__}: {error}") from error


def _check_instructions(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise _unreadable(f"{len(raw)} bytes")
    memo: list[str] = []
    last = ""
    for count, (opcode, argument, _) in enumerate(pickletools.genops(raw)):
        if count > MOST_INSTRUCTIONS:
            raise _unreadable(f"more than {MOST_INSTRUCTIONS} instructions")
        if opcode.name not in OPCODES:
            raise _unsafe(f"the instruction {opcode.name}")
        if opcode.name in {"BINGET", "LONG_BINGET"} and memo[int(argument or 0)] in TUPLES:
            raise _unreadable("a tuple used twice")
        if opcode.name == "MEMOIZE":
            memo.append(last)
        last = opcode.name


class _Array:
    """Stands in for numpy.ndarray: keeps the bytes it is given."""

    values: NDArray[np.floating[Any]]

    def __setstate__(self, state: tuple[object, ...]) -> None:
        _, shape, kind, by_columns, raw = state
        if not (isinstance(kind, _Type) and isinstance(raw, bytes) and isinstance(shape, tuple)):
            raise TypeError("an array of something else than floats")
        if len(raw) != math.prod(shape) * kind.dtype.itemsize:
            raise ValueError(f"{len(raw)} bytes for an array of shape {shape}")
        order: Literal["F", "C"] = "F" if by_columns else "C"
        self.values = np.frombuffer(raw, kind.dtype).reshape(shape, order=order)


class _Type:
    """Stands in for numpy.dtype: plain floats only."""

    def __init__(self, code: str, *_: object) -> None:
        if code not in FLOATS:
            raise TypeError(f"an array of {code!r}")
        self.dtype: np.dtype[np.floating[Any]] = np.dtype(code)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        self.dtype = self.dtype.newbyteorder(">" if state[1] == ">" else "<")


class _System:
    """Stands in for rasterio.crs.CRS: keeps its text."""

    wkt: str

    def __setstate__(self, state: object) -> None:
        self.wkt = _text(state)


class _Transform:
    """Stands in for affine.Affine: keeps its six coefficients."""

    coefficients: tuple[float, ...]

    def __new__(cls, *coefficients: float) -> _Transform:
        transform = object.__new__(cls)
        transform.coefficients = tuple(map(float, coefficients))
        return transform


def _new_array(*_: object) -> _Array:
    return _Array()


_STAND_INS: Final[dict[tuple[str, str], object]] = {
    ("numpy.core.multiarray", "_reconstruct"): _new_array,
    ("numpy._core.multiarray", "_reconstruct"): _new_array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("rasterio.crs", "CRS"): _System,
    ("affine", "Affine"): _Transform,
}


class _PlainUnpickler(pickle.Unpickler):
    """Finds stand-ins only; the standard library asks for a subclass here."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _STAND_INS:
            raise _unsafe(f"{module}.{name}")
        return _STAND_INS[module, name]


def _plain(value: object) -> object:
    if isinstance(value, _Array):
        return value.values
    if isinstance(value, _System):
        return value.wkt
    if isinstance(value, _Transform):
        return value.coefficients
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} where a text belongs")
    return value


def _unsafe(asked: str) -> SourceError:
    return SourceError(
        "UNSAFE_PICKLE",
        found=f"a pickle that asks for {asked}",
        expected="arrays of floats, numbers, texts, a CRS and a transform, as published",
        remedy="do not use this file; fetch the published one: lstsr demo",
    )


def _unreadable(found: str) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=f"a pickle with {found}",
        expected="a scene of the MODIS-ASTER database as published",
        remedy="remove the file and download it again",
    )
