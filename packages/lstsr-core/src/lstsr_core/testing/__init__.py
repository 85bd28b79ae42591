"""The public conformance kit: scenes to test with, and checks that prove a plugin."""

from __future__ import annotations

from lstsr_core.testing.conformance import check_correction, check_model, check_sensor
from lstsr_core.testing.scenes import make_scene

__all__ = ["check_correction", "check_model", "check_sensor", "make_scene"]
