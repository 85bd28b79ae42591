"""Who lives: every worker counts up in a table, and one whose count stands still is dead."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterable

SILENCE: Final = 6.0
"""How long a worker may say nothing before its jobs go to others. [s]"""
TABLE: Final = sa.Table(
    "lstsr_workers",
    sa.MetaData(),
    sa.Column("worker", sa.Text, primary_key=True),
    sa.Column("beats", sa.BigInteger, nullable=False),
)
"""Workers, and how often each has said that it lives."""


class Leases:
    """The workers of a service, as one of them sees them; no two clocks are compared.

    Parameters
    ----------
    url : str
        Address of the database.
    """

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(with_driver(url), pool_size=1, pool_pre_ping=True)
        TABLE.metadata.create_all(self._engine, checkfirst=True)
        self._seen: dict[str, tuple[int, float]] = {}

    def renew(self, worker: str) -> None:
        """Say that a worker lives."""
        mine = TABLE.c.worker == worker
        with self._engine.begin() as connection:
            more = sa.update(TABLE).where(mine).values(beats=TABLE.c.beats + 1)
            if connection.execute(more).rowcount == 0:
                connection.execute(sa.insert(TABLE).values(worker=worker, beats=1))

    def dead(self, workers: Iterable[str]) -> tuple[str, ...]:
        """Give those that have said nothing for `SILENCE` while this one listened."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(TABLE.c.worker, TABLE.c.beats)).all()
        beats = {str(row[0]): int(row[1]) for row in rows}
        now = time.monotonic()
        known = {name: (beats.get(name, -1), now) for name in workers}
        self._seen = {
            name: self._seen[name] if self._seen.get(name, (None,))[0] == seen[0] else seen
            for name, seen in known.items()
        }
        return tuple(name for name, (_, since) in self._seen.items() if now - since > SILENCE)

    def end(self, worker: str) -> None:
        """Take a worker off the table."""
        self._seen.pop(worker, None)
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(TABLE).where(TABLE.c.worker == worker))
        except sa.exc.SQLAlchemyError:  # it is taken for dead then, and rightly
            return

    def forget(self) -> None:
        """Begin to listen anew: silence while the database was away means nothing."""
        self._seen = {}


def with_driver(url: str) -> str:
    """Name the driver of PostgreSQL that DBOS takes as well."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return f"postgresql+psycopg://{url.removeprefix(plain)}"
    return url
