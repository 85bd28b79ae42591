"""A run folder appears under its name complete, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from lstsr_core import ResourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""System errors that mean there is no room left."""


@contextlib.contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """Give an empty folder that becomes `target` when the block ends well.

    Only one process at a time may draft a target; what a killed one left behind is removed.

    Parameters
    ----------
    target : pathlib.Path
        The run folder: it must not exist, or be empty.

    Yields
    ------
    pathlib.Path
        A folder beside the target.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``, ``OUTPUT_LOCKED``, ``OUTPUT_NOT_WRITABLE`` or ``DISK_FULL``.
    """
    target = real_place(target)
    with _translated(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.with_name(f".{target.name}.lock"))
    with _held(lock, target), _translated(target):
        check_free(target)
        draft = target.with_name(f".{target.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        try:
            yield draft
            _publish(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def real_place(target: Path) -> Path:
    """Give the absolute path of a target; a link to a folder means that folder."""
    return target.resolve() if target.is_dir() else target.parent.resolve() / target.name


def check_free(target: Path) -> None:
    """Refuse a target that already holds something.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``.
    """
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{target} holds something already",
            expected="a folder that is empty or not there yet",
            remedy="choose another -o, or remove it first",
        )


@contextlib.contextmanager
def _held(lock: FileLock, target: Path) -> Iterator[None]:
    try:
        with _translated(target):
            lock.acquire(timeout=0)
    except Timeout as error:
        raise ResourceError(
            "OUTPUT_LOCKED",
            found=f"another run is writing {target}",
            expected="one run for each folder",
            remedy="wait for it, or choose another -o",
        ) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink()
        lock.release()


def _publish(draft: Path, target: Path) -> None:
    for path in sorted(draft.iterdir()):
        _sync(path)
    if target.is_dir():
        target.rmdir()
    os.replace(draft, target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    """Ask the system to put a file on the disk; folders cannot be opened everywhere."""
    with contextlib.suppress(PermissionError, IsADirectoryError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EBADF):
                raise
        finally:
            os.close(handle)


@contextlib.contextmanager
def _translated(target: Path) -> Iterator[None]:
    """Say in our words what the system says in its own."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(target, error) from error
        raise ResourceError(
            "OUTPUT_NOT_WRITABLE",
            found=f"{target}: {error.strerror or error}",
            expected="a folder that can be written",
            remedy="choose another -o",
        ) from error


def disk_full(target: Path, error: Exception) -> ResourceError:
    """Make the error for a disk without room."""
    return ResourceError(
        "DISK_FULL",
        found=f"no room left beside {target} ({error})",
        expected="room for the result and a working copy of it",
        remedy="free some space or choose another -o; nothing was left behind",
    )
