"""What a notebook offers beyond Python: magics, shell lines, ``display``; IPython, when needed."""

from __future__ import annotations

import builtins
import types
from typing import Any


class Console:
    """IPython for one module, imported when a cell first needs it: most never do."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module
        self._shell: Any = None

    def announce(self) -> None:
        """Put ``get_ipython`` and ``display`` where a notebook has them."""
        vars(builtins)["get_ipython"] = self._started
        vars(builtins)["display"] = display

    def run(self, source: str) -> BaseException | None:
        """Run a cell as IPython does, and return what it raised."""
        result = self._started().run_cell(source, store_history=False)
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        return error

    def _started(self) -> Any:
        if self._shell is None:
            self._shell = _shell(self._module)
        return self._shell


def display(*values: Any, **options: Any) -> None:
    """Print each value: there is no page here to draw it on."""
    for value in values:
        print(repr(value))


def _shell(module: types.ModuleType) -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class QuietShell(InteractiveShell):
        """Shows nothing that a page would: what a cell raised is told by the cell's outcome."""

        def enable_gui(self, gui: Any = None) -> None:
            """Start no event loop: ``%matplotlib inline`` needs none, and there is no screen."""

        def ask_exit(self) -> None:
            """Go on: ``exit()`` ends no notebook that is graded."""

        def showtraceback(self, *arguments: Any, **options: Any) -> None:
            """Show nothing."""

        def showsyntaxerror(self, *arguments: Any, **options: Any) -> None:
            """Show nothing."""

    config = Config()
    # A history is a database in the home that nobody reads.
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = QuietShell.instance(config=config, user_module=module, user_ns=vars(module))
    vars(builtins)["display"] = display
    return shell
