"""Why an export cannot be written."""

from __future__ import annotations


class ExportError(Exception):
    """Nothing was exported; the text says why and what to do."""
