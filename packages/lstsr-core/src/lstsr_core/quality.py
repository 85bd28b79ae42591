"""The quality flags of every result, one bit each."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final


class Quality(IntFlag):
    """Bits of the variable ``quality``; 0 never occurs and marks pixels outside the grid."""

    MEASURED = 1
    """The coarse pixel around it holds a measured temperature."""
    MISSING = 2
    """Cloud, fill or a gap: no temperature is given."""
    NO_GUIDE = 4
    """A guide that the model uses is missing here: the detail does not come from it."""
    OUTSIDE_DOMAIN = 8
    """A guide lies outside the range seen at the coarse scale, or the model says that it leaves
    what it has learnt: it extrapolates, or a simpler one took its place."""
    UNPHYSICAL = 16
    """The model gave a value that no land surface has; it is kept, not clipped."""
    RESAMPLED_GUIDE = 32
    """The guide's own grid does not nest in the coarse one; it was averaged by area."""


FLAG_ATTRIBUTES: Final[dict[str, Any]] = {
    "long_name": "quality of the sharpened temperature",
    "flag_masks": [int(flag) for flag in Quality],
    "flag_meanings": " ".join(str(flag.name).lower() for flag in Quality),
    "valid_range": [1, 255],
}
"""CF attributes of the variable ``quality``."""
