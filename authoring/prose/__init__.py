"""What the prose of the course may not say: figures typed by hand, and claims that are false."""
