"""The account of a sandbox that student code runs as."""

STUDENT = 1000
