"""A trained network becomes a folder that runs without torch."""
