"""Scenes on disk become chips that a network learns from."""
