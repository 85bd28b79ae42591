"""The networks, each a room."""
