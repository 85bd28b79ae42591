"""What an ONNX file asks for, read from its bytes before anything interprets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILDREN: Final = {
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
}
"""Messages inside messages by their field numbers, as onnx.proto of ONNX 1.18 has them."""
OUTSIDE: Final = {("tensor", 13), ("tensor", 14)}
"""Fields that place the values of a tensor in another file; 0 in the second means this file."""
FUNCTIONS: Final = {("model", 20), ("model", 25)}
"""Fields that bring training steps, or operators made of operators."""
DOMAIN: Final = ("node", 7)
"""Field that names whose operator a node is."""
STANDARD: Final = (b"", b"ai.onnx")
"""Names of the domain of ONNX's own operators."""
VARINT, WIDE, BYTES, NARROW = 0, 1, 2, 5
"""Wire types of protocol buffers."""
GROUP: Final = 7
"""Bits of a varint that hold its value. [1]"""


def find_demands(model: bytes) -> tuple[str, ...]:
    """List what a network file asks for beyond the operators of ONNX and its own bytes.

    Parameters
    ----------
    model : bytes
        A ModelProto.

    Returns
    -------
    tuple of str
        Empty where there is nothing to refuse.

    Raises
    ------
    ValueError
        Where the bytes are no protocol buffer.
    """
    found: set[str] = set()
    waiting: list[tuple[str, memoryview]] = [("model", memoryview(model))]
    while waiting:
        kind, message = waiting.pop()
        for number, value in _fields(message):
            child = CHILDREN.get(kind, {}).get(number)
            if child and isinstance(value, memoryview):
                waiting.append((child, value))
            elif demand := _demand((kind, number), value):
                found.add(demand)
    return tuple(sorted(found))


def _demand(field: tuple[str, int], value: int | memoryview) -> str:
    if field in OUTSIDE and value != 0:
        return "values in another file"
    if field in FUNCTIONS:
        return "functions of its own"
    if field == DOMAIN and bytes(value if isinstance(value, memoryview) else b"?") not in STANDARD:
        name = bytes(value).decode(errors="replace") if isinstance(value, memoryview) else "?"
        return f"operators of {name!r}"
    return ""


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Give number and value of every field; wide and narrow numbers count as bytes."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == VARINT:
            number, place = _varint(message, place)
            yield tag >> 3, number
            continue
        if kind not in (WIDE, BYTES, NARROW):
            raise ValueError(f"wire type {kind}")
        size = {WIDE: 8, NARROW: 4}.get(kind, 0)
        if kind == BYTES:
            size, place = _varint(message, place)
        if place + size > len(message):
            raise ValueError("it ends within a field")
        yield tag >> 3, message[place : place + size]
        place += size


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """Read a number; give it and the place behind it."""
    number = 0
    for shift in range(0, 10 * GROUP, GROUP):
        if place >= len(message):
            break
        byte = message[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004  the last byte of a number
            return number, place
    raise ValueError("a number without end")
