"""How fast one client may ask: refused requests cost nothing."""

from __future__ import annotations

import pytest

from lstsr_api import guard
from lstsr_api.guard import Rate
from lstsr_api.settings import Limits
from lstsr_core import ResourceError


def is_let_in(rate, client):
    try:
        rate.count(client)
    except ResourceError:
        return False
    return True


def test_a_client_that_insists_is_let_in_at_the_rate(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(guard.time, "monotonic", lambda: clock[0])
    rate = Rate(Limits(rate=2.0, burst=3))
    let_in = 0
    for _ in range(1000):
        clock[0] += 0.01
        let_in += is_let_in(rate, "one")
    assert let_in == pytest.approx(3 + 2 * 10, abs=1)
    assert is_let_in(rate, "another")
