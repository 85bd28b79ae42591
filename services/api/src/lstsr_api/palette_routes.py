"""The colours of the layers, for the colour bar of a map."""

from __future__ import annotations

from typing import Any, Final, get_args

from fastapi import APIRouter

from lstsr_api.palettes import FLAGS, LEVELS, Palette, colours_of

router: Final = APIRouter(tags=["tiles"])
STEP: Final = 15
"""Levels from one colour that is told to the next. [1]"""


@router.get("/palettes", summary="Colours of palettes and flags")
def list_palettes() -> dict[str, Any]:
    """Give some colours of each palette, from the least value to the largest, and of each flag."""
    names = get_args(Palette)
    return {
        "palettes": {name: [_hex(colours_of(name)[n]) for n in _levels()] for name in names},
        "flags": {str(flag.name).lower(): _hex(colour) for flag, colour in FLAGS.items()},
    }


def _levels() -> range:
    return range(0, LEVELS, STEP)


def _hex(colour: tuple[int, int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour[:3])
