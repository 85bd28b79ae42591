"""Tasks are computed by threads of this process or by the workers of a cluster."""

from __future__ import annotations

import contextlib
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import dask
from dask.base import compute
from dask.callbacks import Callback

from lstsr_core import PluginError, ResourceError
from lstsr_runtime.cpus import usable_cpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lstsr_runtime.execution import Execution

logger = logging.getLogger(__name__)

PATIENCE: Final = 30
"""How long a scheduler may take to answer. [s]"""


@contextlib.contextmanager
def place_of(execution: Execution) -> Iterator[None]:
    """Open the place where a run is computed: threads, or a cluster that is closed at the end.

    Where a client of a cluster is open already, that is the place.

    Raises
    ------
    PluginError
        ``ENGINE_MISSING`` without the package distributed.
    ResourceError
        ``CLUSTER_LOST`` where the scheduler does not answer.
    """
    nowhere = not execution.workers and not execution.cluster
    if nowhere or _client() is not None:
        yield
        return
    with contextlib.ExitStack() as opened:
        for part in _cluster(execution):
            opened.enter_context(part)
        yield


def _cluster(execution: Execution) -> Iterator[Any]:
    """Give a cluster of our own, where one is asked for, and a client of it or of another's."""
    try:
        import distributed
    except ImportError as error:
        raise PluginError(
            "ENGINE_MISSING",
            found=f"no distributed ({error})",
            expected="the package that leads clusters",
            remedy="pip install 'lstsr-runtime[cluster]', or leave --workers and --cluster out",
        ) from error
    address: Any = execution.cluster
    if execution.workers:
        address = distributed.LocalCluster(
            n_workers=execution.workers,
            threads_per_worker=1,
            memory_limit=execution.memory or 0,
            dashboard_address=None,
        )
        yield address
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise _lost(f"{address} does not answer ({error})") from error
    logger.info("tiles are computed by %d workers", len(client.scheduler_info()["workers"]))
    yield client


def compute_all(
    tasks: Sequence[Any], finished: Callable[[Any], None], *, threads: int | None = None
) -> None:
    """Compute later values, at the place that is open.

    Parameters
    ----------
    tasks : sequence of dask.delayed.Delayed
        What to compute.
    finished : callable
        Called with each value when it is there.
    threads : int, optional
        Tasks that may be in flight in this process; by default one for each processor. [1]

    Raises
    ------
    LstsrError
        Of the task that failed; what was in flight has ended then.
    """
    client = _client()
    if client is None:
        _by_threads(tasks, finished, threads or usable_cpus())
    else:
        _by_workers(client, tasks, finished)


def _client() -> Any:  # noqa: ANN401  a distributed.Client, which may not be installed
    """Give the client that is open, if there is one."""
    if "distributed" not in sys.modules:
        return None
    from distributed import default_client

    try:
        return default_client()
    except ValueError:
        return None


def _by_threads(tasks: Sequence[Any], finished: Callable[[Any], None], threads: int) -> None:
    keys = {task.key for task in tasks}

    def tell(key: object, value: object, *_: object) -> None:
        if key in keys:
            finished(value)

    pool = ThreadPoolExecutor(threads)
    try:
        with dask.config.set(pool=pool), Callback(posttask=tell):
            compute(*tasks)
    finally:  # nothing may write any more when the caller clears away
        pool.shutdown(wait=True, cancel_futures=True)


def _by_workers(client: Any, tasks: Sequence[Any], finished: Callable[[Any], None]) -> None:  # noqa: ANN401
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    futures = client.compute(list(tasks))
    try:
        for future in as_completed(futures):
            finished(future.result())
    except KilledWorker as error:
        raise _lost(str(error)) from error
    finally:
        client.cancel(futures)


def _lost(found: str) -> ResourceError:
    return ResourceError(
        "CLUSTER_LOST",
        found=found,
        expected="a scheduler, and workers that live and see the same files as this process",
        remedy="mend the cluster and run again: finished tiles are kept",
    )
