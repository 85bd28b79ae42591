"""Sharpened temperatures meet what stations measured on the ground."""
