"""The process of one job: it computes in its folder, then publishes the whole result at once."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock

from lstsr_api.confinement import bound_memory, refuse_private_addresses
from lstsr_api.foreman import OUTCOME
from lstsr_api.store import Store, read_json, write_json
from lstsr_core import LstsrError
from lstsr_data.acquisition.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Sequence

PART: Final = 1024
"""Bytes that are read at once from the worker, which sends none. [byte]"""


def main(words: Sequence[str]) -> int:
    """Carry out the order in the folder of a job, and say there how it went."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("job")
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--pixels", type=int, default=0)
    parser.add_argument("--private-network", action="store_true")
    told = parser.parse_args(words)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    bound_memory(told.memory)
    if not told.private_network:
        refuse_private_addresses()
    store = Store(root=told.store)
    work = store.work(told.job)
    with FileLock(work.with_name(f".{told.job}.lock")):
        write_json(work / OUTCOME, _outcome(store, told.job, told.pixels))
    return 0


def _outcome(store: Store, job: str, pixels: int) -> dict[str, str]:
    """Give what went wrong; empty for nothing."""
    from lstsr_api.carrying_out import carry_out
    from lstsr_runtime.log import told

    try:
        with told():
            carry_out(store, job, read_json(store.work(job) / "order.json"), pixels)
    except LstsrError as error:
        words = {"found": error.found, "expected": error.expected, "remedy": error.remedy}
        hidden = {name: _without(store, text) for name, text in words.items()}
        return {"code": error.code, **hidden}
    except MemoryError:
        return {
            "code": "MEMORY_EXHAUSTED",
            "found": "no memory left",
            "expected": "a job that fits",
            "remedy": "ask for a smaller area",
        }
    return {}


def _without(store: Store, text: str) -> str:
    """Take the places of files on the server, and secrets, out of a text."""
    return redacted(text).replace(str(store.root), "")


def _end_with_parent() -> None:
    """End when the worker does, however it ends: its end of the pipe is closed then."""
    while os.read(sys.stdin.fileno(), PART):
        continue
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
