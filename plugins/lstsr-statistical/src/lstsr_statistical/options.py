"""What can be set of each sharpener; light, because lists of models show it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class RegressionOptions:
    """What can be set of TsHARP, DisTrad and HUTS."""

    degree: int = field(
        default=0,
        metadata={"help": "total order of the polynomial; 0: that of the method; 1 in windows"},
    )
    window: int = field(
        default=0, metadata={"help": "edge of a moving window [coarse pixel]; 0: one fit a scene"}
    )
    weighted: bool = field(
        default=False, metadata={"help": "whether homogeneous coarse pixels count for more"}
    )
    exact: bool = field(
        default=False, metadata={"help": "repeat the residual until block means give the input"}
    )
    reference_quirks: bool = field(
        default=False, metadata={"help": "as the published comparison has it; never for use"}
    )

    def __post_init__(self) -> None:
        """Refuse a window without a middle."""
        if self.window and (self.window < 3 or self.window % 2 == 0):  # noqa: PLR2004
            raise ValueError(f"window = {self.window}; it has to be 0, or odd and 3 or more")


AS_PUBLISHED = RegressionOptions()
"""The methods as their papers have them."""


@dataclass(frozen=True, kw_only=True)
class GeometryOptions:
    """What can be set of the geometry shared by bands."""

    window: int = field(
        default=5, metadata={"help": "edge of the window whose values are mixed [coarse pixel]"}
    )
    ridge: float = field(
        default=0.25,
        metadata={"help": "how firmly weights stay with interpolation; 0: guides decide alone [1]"},
    )
    exact: bool = field(
        default=False, metadata={"help": "repeat the residual until block means give the input"}
    )

    def __post_init__(self) -> None:
        """Refuse a window beyond the margin, and a ridge that would turn signs."""
        if self.window not in (3, 5, 7):
            raise ValueError(f"window = {self.window}; it has to be 3, 5 or 7")
        if not self.ridge >= 0:
            raise ValueError(f"ridge = {self.ridge}; it has to be 0 or more")


@dataclass(frozen=True, kw_only=True)
class KrigingOptions:
    """What can be set of ATPRK and AATPRK."""

    window: int = field(
        default=0,
        metadata={
            "help": "edge of the regression's moving window [coarse pixel]; "
            "0: the whole scene (atprk), 5 (aatprk)"
        },
    )
    weighted: bool = field(
        default=False, metadata={"help": "whether homogeneous coarse pixels count for more"}
    )
    exact: bool = field(
        default=False,
        metadata={
            "help": "keep every coarse temperature, noise included, as published; else the noise "
            "that the semivariogram shows is left out"
        },
    )
    reference_quirks: bool = field(
        default=False, metadata={"help": "as the published comparison has it; never for use"}
    )

    def __post_init__(self) -> None:
        """Refuse a window without a middle."""
        if self.window and (self.window < 3 or self.window % 2 == 0):  # noqa: PLR2004
            raise ValueError(f"window = {self.window}; it has to be 0, or odd and 3 or more")
