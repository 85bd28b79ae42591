"""The compose file opens nothing to the world and knows no password."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

COMPOSE = Path(__file__).resolve().parents[3] / "services" / "deploy" / "compose.yaml"
SERVICES = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_on_loopback_watched_and_without_a_default_password(name):
    service = SERVICES[name]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    if service["restart"] != "on-failure":  # else it ends by itself
        assert service["healthcheck"]["test"][0] == "CMD"
    for key, value in service["environment"].items():
        if "PASSWORD" in key or "postgresql:" in value:
            assert "${POSTGRES_PASSWORD:?" in value


def test_whatever_needs_the_catalogue_waits_until_its_tables_are_made():
    for name in ("api", "worker", "stac"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"].endswith("successfully")
        assert SERVICES[name]["read_only"]
    assert SERVICES["stac"]["environment"]["ENABLE_TRANSACTIONS_EXTENSIONS"] == "false"


def test_the_api_wants_keys_where_others_reach_it():
    assert "--keys" in SERVICES["api"]["command"]
