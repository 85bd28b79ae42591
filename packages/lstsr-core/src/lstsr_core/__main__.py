"""`python -m lstsr_core` is `lstsr`."""

from __future__ import annotations

from lstsr_core.cli import main

main()
