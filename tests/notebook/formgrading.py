"""nbgrader's formgrader in a real Jupyter server."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from authoring.notebooks import ROOT

TOKEN = "formgrader-test"


@contextmanager
def formgrader_of(folder: Path, home: Path) -> Iterator[str]:
    """Run a server in a course folder, its own files in `home`; give the formgrader's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    extensions = {"nbgrader.server_extensions.formgrader": True}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.jpserver_extensions={extensions}"),
        ],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "JUPYTER_CONFIG_DIR": str(folder),
            "JUPYTER_RUNTIME_DIR": str(home),
            "JUPYTER_DATA_DIR": str(home),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    log: list[str] = []
    drain = threading.Thread(target=log.extend, args=(server.stderr,), daemon=True)
    drain.start()
    try:
        while not _listens(port):
            assert server.poll() is None, "".join(log)
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/formgrader"
    finally:
        server.terminate()
        server.wait(timeout=30)
        drain.join(timeout=30)
        server.stderr.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def get(address: str) -> str:
    """Read a page as the instructor who is logged in."""
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read().decode()
