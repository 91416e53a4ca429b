"""A JupyterLab server of the tests' own, and one notebook that is open in it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, Locator, Page, WebSocket

from tests.browser.watching import Watch

# A server on a busy machine takes its time; a test that fails waits this long.
PATIENCE_SECONDS = 90

# By plugin: what a fresh JupyterLab would ask, look up on the network, or not draw.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    # Otherwise only the cells in sight are in the page.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
OPTIONS = (
    "--no-browser",
    "--allow-root",  # in a container
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",  # as `jupyterapp`
    "--ServerApp.port=0",  # whichever is free
)


@contextmanager
def jupyterlab(
    folder: Path,
    state: Path,
    python: str | Path = sys.executable,
    options: Iterable[str] = (),
    **environment: str,
) -> Iterator[Server]:
    """Run a server, and end it together with its kernels.

    Parameters
    ----------
    folder : Path
        What it serves.
    state : Path
        An empty folder for its settings and everything else that it keeps, so that those of
        whoever runs the tests neither count nor change.
    python : str or Path
        The interpreter whose JupyterLab it is, and which its kernels are.
    options : iterable of str
        Of JupyterLab, beside those that every test needs.
    **environment : str
        Variables that it finds set.
    """
    for plugin, values in SETTINGS.items():
        file = state / "settings" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    kept = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "MPLCONFIGDIR": "matplotlib",
    }
    token = secrets.token_hex()
    variables = {
        **os.environ,
        **{name: str(state / place) for name, place in kept.items()},
        "JUPYTER_TOKEN": token,
        **environment,
    }
    log = state / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [python, "-m", "jupyterlab", *OPTIONS, *options],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(_address(process, state / "runtime", log), token)
    finally:
        process.terminate()  # it ends its kernels first
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait until the server has written down where it listens."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                return str(json.loads(file.read_text(encoding="utf-8"))["url"])
            except json.JSONDecodeError:  # it is being written
                pass
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


class Server:
    """A server that runs.

    Parameters
    ----------
    address : str
        Its URL, with a slash at its end.
    token : str
        What it asks of those who come.
    """

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token

    @contextmanager
    def opened(self, browser: Browser, path: str) -> Iterator[Notebook]:
        """Open a notebook in a page that reaches this server and nothing else.

        Parameters
        ----------
        browser : Browser
        path : str
            The notebook, from the folder that is served.
        """
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(1000 * PATIENCE_SECONDS)
        notebook = Notebook(context.new_page(), urlsplit(self.address).netloc)
        try:
            notebook.page.goto(
                f"{self.address}lab/tree/{quote(path)}?token={self.token}&reset",
                wait_until="domcontentloaded",
            )
            notebook.wait_for_kernel()
            yield notebook
        finally:
            context.close()


class Notebook:
    """A notebook in JupyterLab.

    Parameters
    ----------
    page : Page
    host : str
        The only one that the page may reach.
    """

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self._watch = Watch()
        self._watch.attach(page, host)

        def on_socket(socket: WebSocket) -> None:
            if urlsplit(socket.url).netloc != host:
                self._watch.troubles.append(f"left the site: {socket.url}")

        page.on("websocket", on_socket)

    @property
    def troubles(self) -> list[str]:
        """Script errors, and requests that wanted to leave the server.

        Not what is written to the console: JupyterLab writes much there.
        """
        kinds = ("script error: ", "left the site: ")
        return [trouble for trouble in self._watch.troubles if trouble.startswith(kinds)]

    def wait_for_kernel(self) -> None:
        """Wait until the notebook is shown and its kernel is idle."""
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell.currentWidget;
                const session = panel?.sessionContext;
                return session?.isReady && session.session?.kernel?.status === "idle";
            }"""
        )

    def run_all(self) -> None:
        """Run every cell, and wait for the last one."""
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        self.wait_for_kernel()

    def run_cell(self, number: int) -> None:
        """Run one cell as a learner does, from the keyboard, and do not wait for it."""
        cell = self.cell(number)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def write(self, cell: str, source: str) -> None:
        """Put a source in the place of what a cell holds, and do not save it.

        Parameters
        ----------
        cell : str
            Its id.
        source : str
        """
        self.page.evaluate(
            """([id, source]) => {
                const { cells } = jupyterapp.shell.currentWidget.content.model;
                [...cells].find((cell) => cell.id === id).sharedModel.setSource(source);
            }""",
            [cell, source],
        )

    def output(self, cell: str) -> Locator:
        """Find what a cell shows, by the cell's id."""
        number = self.page.evaluate(
            """(id) => [...jupyterapp.shell.currentWidget.content.model.cells]
                .findIndex((cell) => cell.id === id)""",
            cell,
        )
        return self.cell(number).locator(".jp-Cell-outputArea")

    def cell(self, number: int) -> Locator:
        """Find a cell by its number, the first is 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)
