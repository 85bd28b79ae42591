"""A recipe becomes a trained network."""
