"""What the authors run: one source of the assignment becomes notebooks, a module and a bundle."""
