"""How each chapter stands: how long it takes to read and to run, and when it was measured."""
