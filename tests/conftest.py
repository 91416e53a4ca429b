"""Settings that every test shares."""

from hypothesis import settings

# Hypothesis fails a test whose example takes longer than a deadline: a clock, on a shared machine.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
