"""The losses, each a room."""
