"""The items of each part, what they expect, and how they reach a verdict."""
