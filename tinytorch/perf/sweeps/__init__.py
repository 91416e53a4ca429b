"""Sweeps: what `python -m tinytorch measure` records, one question a file."""
