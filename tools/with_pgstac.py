"""Run a command beside a throwaway PostgreSQL that holds pgstac: `with_pgstac.py COMMAND...`.

`with_pgstac.py --check` prints what is missing for that, and nothing where nothing is. The command
finds the server by the variables of libpq, PGHOST and the others, and in the database ``pgstac``
an empty catalogue to copy; by LSTSR_TEST_STAC the tests know that it is meant for them. Server and
data are gone when the command ends.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEBIAN = "/usr/lib/postgresql"
"""Where Debian keeps the programs of each version, most of which are not on the path."""
TEMPLATE = "pgstac"
"""Database of an empty catalogue."""
MAKERS = ("postgres", "nobody")
"""Users of whom the first one there owns the server where root asks for it, as root may not."""
QUIET = ("fsync=off", "full_page_writes=off", "unix_socket_directories=")
"""Settings of a server whose data nobody keeps, and that is reached by loopback alone."""
PATIENCE = 60.0
"""How long the server may take to start. [s]"""
INSTALL = "apt-get install postgresql postgresql-postgis, or what your system calls them"


def main(words: list[str]) -> int:
    """Say what is missing, or run a command and give its status."""
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    if words == ["--check"]:
        print(missing())
        return 0
    with server() as reached:
        migrate(reached)
        environment = {**os.environ, **reached, "LSTSR_TEST_STAC": "pgstac"}
        return subprocess.run(words, env=environment, check=False).returncode


def missing() -> str:
    """Say why there can be no server with pgstac; empty where there can."""
    if program("initdb") is None or program("postgres") is None:
        return f"no PostgreSQL: {INSTALL}"
    with server() as reached:
        asked = "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'"
        found = query(reached, asked)
    return "" if found else f"PostgreSQL without PostGIS: {INSTALL}"


def program(name: str) -> str | None:
    """Give where a program of PostgreSQL is: on the path, else the newest that Debian has."""
    folders = sorted(Path(DEBIAN).glob("*/bin"), key=lambda path: int(path.parent.name))
    found = [shutil.which(name), *(shutil.which(name, path=str(path)) for path in folders[::-1])]
    return next((path for path in found if path is not None), None)


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Start a server with a password of its own; give the variables by which it is reached."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder, owner = Path(place), make_owner()
        reached = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(free_port()),
            "PGUSER": "lstsr",
            "PGPASSWORD": secrets.token_hex(16),
        }
        (folder / "password").write_text(reached["PGPASSWORD"], encoding="utf-8")
        if owner is not None:
            for path in (folder, folder / "password"):
                shutil.chown(path, owner)
        create(folder, reached, owner)
        running = start(folder, reached, owner)
        try:
            wait(running, reached)
            yield reached
        finally:
            running.terminate()
            running.wait()


def make_owner() -> str | None:
    """Give the user that the server belongs to; None for the one who asks."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in MAKERS if name in known)


def as_user(owner: str | None) -> dict[str, object]:
    """Give how a program is started in the name of a user."""
    return {} if owner is None else {"user": owner, "extra_groups": [], "cwd": "/"}


def create(folder: Path, reached: dict[str, str], owner: str | None) -> None:
    """Make the files of a server."""
    words = ["-U", reached["PGUSER"], "-A", "scram-sha-256", "--pwfile", str(folder / "password")]
    places = ["-D", str(folder / "data"), "-E", "UTF8", "--locale", "C", "--no-sync"]
    subprocess.run(
        [str(program("initdb")), *words, *places],
        stdout=subprocess.DEVNULL,
        check=True,
        **as_user(owner),
    )


def start(folder: Path, reached: dict[str, str], owner: str | None) -> subprocess.Popen[bytes]:
    """Start the server on loopback, without a word."""
    settings = [word for setting in QUIET for word in ("-c", setting)]
    place = ["-D", str(folder / "data"), "-h", reached["PGHOST"], "-p", reached["PGPORT"]]
    return subprocess.Popen(
        [str(program("postgres")), *place, *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **as_user(owner),
    )


def free_port() -> int:
    """Give a port of loopback that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait(running: subprocess.Popen[bytes], reached: dict[str, str]) -> None:
    """Wait until the server answers."""
    import psycopg

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        try:
            query(reached, "SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("PostgreSQL did not start")


def query(reached: dict[str, str], text: str, database: str = "postgres") -> object:
    """Run one statement and give its first value, None where it gives nothing."""
    import psycopg

    words = {key.removeprefix("PG").lower(): value for key, value in reached.items()}
    with psycopg.connect(**words, dbname=database, autocommit=True) as connection:
        cursor = connection.execute(text)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def migrate(reached: dict[str, str]) -> None:
    """Make the database of an empty catalogue."""
    query(reached, f"CREATE DATABASE {TEMPLATE}")
    query(reached, "CREATE EXTENSION postgis", TEMPLATE)
    environment = {**os.environ, **reached, "PGDATABASE": TEMPLATE}
    words = [sys.executable, "-m", "pypgstac.pypgstac", "migrate"]
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
