"""Watching: arrays that write down what NumPy does with them, and what it makes of them."""
