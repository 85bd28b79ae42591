"""What a service is told when it starts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lstsr_core import SourceError

MEGABYTE: Final = 10**6
"""Bytes of a megabyte. [byte]"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one user may ask of the service, so that the others are served too.

    Parameters
    ----------
    queue : int
        Jobs that may wait or run. [1]
    rate : float
        Requests that change something, of one client, in the long run. [1/s]
    burst : int
        The same at once. [1]
    upload, body : int
        Size of a raster, and of any other body. [byte]
    depth : int
        How deep JSON may be nested. [1]
    pixels : int
        Fine pixels of a result. [1]
    square_degrees : float
        Area that may be fetched. [degree^2]
    attempts : int
        How often a job may be taken up again after its worker died. [1]
    memory : int
        Address space of the process of a job; 0 for any. [byte]
    patience : float
        How long a synchronous request may wait for its job. [s]
    """

    queue: int = 200
    rate: float = 20.0
    burst: int = 100
    upload: int = 512 * MEGABYTE
    body: int = MEGABYTE
    depth: int = 32
    pixels: int = 400 * MEGABYTE
    square_degrees: float = 100.0
    attempts: int = 3
    memory: int = 0
    patience: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a service is told when it starts.

    Parameters
    ----------
    store : pathlib.Path
        Folder of inputs, work and results; many workers share it.
    database : str
        Address of the jobs; empty for a file of SQLite in the store.
    host : str
        Address that is listened on.
    pgstac : str
        Address of a PostgreSQL that holds pgSTAC, which is told of every result; empty for none.
    address : str
        Where others reach the service; what pgSTAC is told begins with it.
    keys : pathlib.Path, optional
        File of hashed API keys; without it whoever reaches the service may use it.
    names : tuple of str
        Names by which the service may be addressed beside its host.
    private_network : bool
        Whether jobs may connect to addresses that are not public.
    limits : Limits
        What one user may ask.
    """

    store: Path
    database: str = ""
    pgstac: str = ""
    address: str = "http://127.0.0.1:8765"
    host: str = "127.0.0.1"
    keys: Path | None = None
    names: tuple[str, ...] = ()
    private_network: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def database_url(self) -> str:
        """Give the address of the jobs."""
        return self.database or f"sqlite:///{self.store.absolute()}/jobs.sqlite"

    @property
    def on_loopback(self) -> bool:
        """Tell whether only this machine reaches the service."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def check_door(settings: Settings) -> None:
    """Refuse to open a service to other machines without keys.

    Raises
    ------
    SourceError
        ``KEY_REQUIRED``.
    """
    if settings.on_loopback or settings.keys is not None:
        return
    raise SourceError(
        "KEY_REQUIRED",
        found=f"--host {settings.host} without --keys",
        expected="API keys wherever other machines can reach the service",
        remedy="make one: lstsr serve --keys FILE --new-key NAME",
    )
