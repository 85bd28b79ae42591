"""What can be set of a network; light, because lists of models show it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class BundleOptions:
    """Texture, and the device that the network runs on."""

    texture: float = field(
        default=0.0, metadata={"help": "0: least error; 1: as much texture as nature has"}
    )
    device: str = field(
        default="auto",
        metadata={
            "help": "cpu, cuda:0 or tensorrt:0 (and no other than that), or auto: a GPU where "
            "one works"
        },
    )

    def __post_init__(self) -> None:
        """Refuse a texture that no scene has, and a device of no known form."""
        if not 0.0 <= self.texture <= 1.0:
            raise ValueError(f"texture = {self.texture:g}; it has to lie between 0 and 1")
        name, colon, number = self.device.partition(":")
        numbered = name in ("cuda", "tensorrt") and (not colon or number.isdecimal())
        if self.device not in ("auto", "cpu") and not numbered:
            raise ValueError(
                f"device = {self.device!r}; it has to be auto, cpu, cuda:0 or tensorrt:0"
            )


AS_SHIPPED = BundleOptions()
"""Least error, on a GPU where one works."""
