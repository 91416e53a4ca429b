"""Sweeps of an accelerator, with PyTorch: `python -m tinytorch measure --accelerator`."""
