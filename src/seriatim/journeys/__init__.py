"""Paths that walk through several areas: one file each, to be read from top to bottom."""
