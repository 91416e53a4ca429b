"""Ladders: the same result, computed in ever better ways, one rung at a time."""
