"""Names of sensors become values, in the role that is asked of them."""

from __future__ import annotations

from dataclasses import replace

from lstsr_core import Sensor, SourceError, StacSource, registry
from lstsr_data.acquisition.address import check_address


def thermal_of(name: str, catalogue: str | None = None) -> Sensor:
    """Give a sensor that measures temperatures.

    Parameters
    ----------
    name : str
        One of `lstsr plugins`.
    catalogue : str, optional
        STAC API that is asked instead of those that the sensor names.

    Raises
    ------
    UnknownNameError, PluginError
        As `lstsr_core.registry.Offers.get`.
    SourceError
        ``OPTION_INVALID`` where it is a guide; ``HREF_REFUSED``.
    """
    return _in_role(name, "thermal", catalogue)


def guide_of(name: str, catalogue: str | None = None) -> Sensor:
    """Give a sensor that gives guides; else as `thermal_of`."""
    return _in_role(name, "guide", catalogue)


def _in_role(name: str, role: str, catalogue: str | None) -> Sensor:
    sensor = registry.sensors().get(name)
    if sensor.role != role:
        raise SourceError(
            "OPTION_INVALID",
            found=f"the {sensor.role} sensor {name!r} where a {role} one belongs",
            expected=f"a {role} sensor of `lstsr plugins`",
            remedy="lstsr fetch THERMAL --guide GUIDE",
        )
    return sensor if catalogue is None else _moved(sensor, catalogue)


def _moved(sensor: Sensor, catalogue: str) -> Sensor:
    check_address(catalogue)
    sources = (
        replace(source, catalogue=catalogue) if isinstance(source, StacSource) else source
        for source in sensor.sources
    )
    return replace(sensor, sources=tuple(sources))
