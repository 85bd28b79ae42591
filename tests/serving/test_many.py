"""Many ask at once, over real sockets."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx


def client_at(number):
    """A client with an address of its own, as far as loopback has more than one."""
    own = f"127.0.1.{number + 1}" if sys.platform == "linux" else None
    return httpx.Client(transport=httpx.HTTPTransport(local_address=own), timeout=120)


def test_a_thousand_requests_of_fifty_kinds_are_fifty_jobs(demo):
    inputs = httpx.get(f"{demo}/inputs").json()
    before = len(httpx.get(f"{demo}/jobs?limit=1000").json()["jobs"])
    address = f"{demo}/processes/sharpen/execution"
    headers = {"Prefer": "respond-async"}

    with ExitStack() as opened:
        clients = [opened.enter_context(client_at(number)) for number in range(8)]
        client = clients[0]

        def post(number):
            client = clients[number % len(clients)]
            body = {"lst": {"upload": inputs[0]["id"]}, "model": "bicubic"}
            body |= {"scale": 2 + (number % 50) / 100}
            while True:
                answer = client.post(address, json={"inputs": body}, headers=headers)
                if answer.status_code != 429:
                    return answer

        with ThreadPoolExecutor(8) as pool:
            answers = [*pool.map(post, range(1000))]
        assert {answer.status_code for answer in answers} == {201}
        jobs = {answer.json()["jobID"] for answer in answers}
        assert len(jobs) == 50
        after = client.get(f"{demo}/jobs?limit=1000").json()["jobs"]
        assert len(after) == before + 50
        for job in jobs:
            client.delete(f"{demo}/jobs/{job}")
