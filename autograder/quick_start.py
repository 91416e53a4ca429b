"""nbformat in a tenth of its time: imported before whatever else imports it, in each process.

jsonschema, which nbformat imports, compiles a grammar for internationalised addresses whenever the
package for it is installed. That takes longer than grading a submission, and no field of a notebook
is such an address.
"""

from __future__ import annotations

import sys

_GRAMMAR = "rfc3987_syntax"


def _import_nbformat() -> None:
    if _GRAMMAR in sys.modules:
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # what marks it as not installed
    try:
        import nbformat  # noqa: F401
    finally:
        del sys.modules[_GRAMMAR]


_import_nbformat()
