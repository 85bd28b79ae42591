"""The whole Earth in one day: what it would take."""
