"""A run folder appears under its name complete, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from lstsr_core import LstsrError, ResourceError
from lstsr_runtime.qgis_style import STYLED

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""System errors that mean there is no room left."""
ITEM = "item.json"
"""File that every run folder holds."""
OURS = frozenset(
    {
        *("lst.tif", "lst_uncertainty.tif", "quality.tif", "quicklook.png"),
        *(ITEM, "run.yaml", "log.jsonl", *STYLED),
    }
)
"""Files of a run folder; one that holds others is never replaced."""


KEEPING = ("CLUSTER_LOST", "MEMORY_EXHAUSTED")
"""Codes of errors after which the same run can go on with what it has kept."""


@contextlib.contextmanager
def draft_of(target: Path, *, kept: str = "", force: bool = False) -> Iterator[Path]:
    """Give a folder that becomes `target` when the block ends well.

    Only one process at a time may draft a target; what a killed one left behind is removed.

    Parameters
    ----------
    target : pathlib.Path
        The run folder: it must not exist, or be empty.
    kept : str
        Name of a folder inside the draft that outlives an interruption; empty for none.
    force : bool
        Whether a run folder that is there is replaced, and nothing is kept of an earlier draft.

    Yields
    ------
    pathlib.Path
        A folder beside the target, empty but for what was kept.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``, ``OUTPUT_LOCKED``, ``OUTPUT_NOT_WRITABLE`` or ``DISK_FULL``.
    """
    target = real_place(target)
    with alone_with(target), _translated(target):
        _bring_back(target)
        check_free(target, force=force)
        draft = draft_beside(target)
        _clear(draft, "" if force else kept)
        try:
            yield draft
            _publish(draft, target)
        except BaseException as error:
            _clear(draft, kept if _can_go_on(error) else "")
            _remove_empty(draft)
            raise


@contextlib.contextmanager
def alone_with(target: Path) -> Iterator[None]:
    """Keep every other process from writing a folder.

    Raises
    ------
    ResourceError
        ``OUTPUT_LOCKED`` or ``OUTPUT_NOT_WRITABLE``.
    """
    with _translated(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.with_name(f".{target.name}.lock"))
    with _held(lock, target):
        yield


def _can_go_on(error: BaseException) -> bool:
    """Tell an interruption, and what may pass by itself, from a failure."""
    if isinstance(error, LstsrError):
        return error.code in KEEPING
    return not isinstance(error, Exception)


def _clear(draft: Path, kept: str) -> None:
    """Make a folder empty but for what is kept."""
    draft.mkdir(exist_ok=True)
    for path in draft.iterdir():
        if path.name == kept and path.is_dir() and not path.is_symlink():
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _remove_empty(draft: Path) -> None:
    with contextlib.suppress(OSError):
        draft.rmdir()


def draft_beside(target: Path) -> Path:
    """Name the folder that becomes a target."""
    return target.with_name(f".{target.name}.draft")


def real_place(target: Path) -> Path:
    """Give the absolute path of a target; a link to a folder means that folder."""
    return target.resolve() if target.is_dir() else target.parent.resolve() / target.name


def check_free(target: Path, *, force: bool = False) -> None:
    """Refuse a target that already holds something, or what no run has made, where forced.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``.
    """
    names = {path.name for path in target.iterdir()} if target.is_dir() else {"no folder"}
    if target.is_dir() and (not names or (force and ITEM in names and names <= OURS)):
        return
    if target.exists() or target.is_symlink():
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{target} holds something already",
            expected="a folder that is empty or not there yet",
            remedy="choose another -o, remove it first, or redo a run folder by --force",
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
    former = _former(target)
    if target.is_dir() and any(target.iterdir()):
        os.replace(target, former)
    elif target.is_dir():
        target.rmdir()
    os.replace(draft, target)
    _sync(target.parent)
    shutil.rmtree(former, ignore_errors=True)


def _former(target: Path) -> Path:
    """Name the folder that holds what is replaced, for as long as that takes."""
    return target.with_name(f".{target.name}.former")


def _bring_back(target: Path) -> None:
    """End what a process that was killed while it replaced the target has begun."""
    former = _former(target)
    if former.is_dir() and not target.exists():
        os.replace(former, target)
    shutil.rmtree(former, ignore_errors=True)


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
