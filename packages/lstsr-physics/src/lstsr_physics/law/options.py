"""What can be set of the model `scaling-law`; light, because lists of models show it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class LawOptions:
    """Law, texture and registration."""

    texture: float = field(
        default=0.0, metadata={"help": "0: least error; 1: as much texture as nature has"}
    )
    register: bool = field(
        default=True, metadata={"help": "whether guides are laid on the temperature first"}
    )
    law: str = field(
        default="auto",
        metadata={"help": "modis, general, a law in JSON, or auto: by the grid of the scene"},
    )

    def __post_init__(self) -> None:
        """Refuse a texture that no scene has."""
        if not 0.0 <= self.texture <= 1.0:
            raise ValueError(f"texture = {self.texture:g}; it has to lie between 0 and 1")


AS_SHIPPED = LawOptions()
"""The shipped law, least error."""
