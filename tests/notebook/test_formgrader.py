"""nbgrader's formgrader, in a real Jupyter server, shows the course that was autograded."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from authoring.notebooks import ROOT

pytestmark = pytest.mark.slow

TOKEN = "formgrader-test"


@pytest.fixture(scope="module")
def formgrader(course, tmp_path_factory):
    """Address of the formgrader of a server that runs in the course folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    extensions = {"nbgrader.server_extensions.formgrader": True}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.jpserver_extensions={extensions}"),
        ],
        cwd=course.folder,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "JUPYTER_CONFIG_DIR": str(course.folder),
            "JUPYTER_RUNTIME_DIR": str(home),
            "JUPYTER_DATA_DIR": str(home),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = []
    drain = threading.Thread(target=log.extend, args=(server.stderr,), daemon=True)
    drain.start()
    while not listens(port):
        assert server.poll() is None, "".join(log)
        time.sleep(0.2)
    yield f"http://127.0.0.1:{port}/formgrader"
    server.terminate()
    server.wait(timeout=30)
    drain.join(timeout=30)
    server.stderr.close()


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def get(address):
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read().decode()


def test_the_assignment_is_listed_with_its_points(formgrader):
    (assignment,) = json.loads(get(f"{formgrader}/api/assignments"))
    assert assignment["name"] == "acceleration"
    assert assignment["max_score"] == 100
    assert assignment["num_submissions"] == 3


def test_every_submission_is_shown_with_its_score(formgrader):
    submissions = json.loads(get(f"{formgrader}/api/submissions/acceleration"))
    scores = {submission["student"]: submission["score"] for submission in submissions}
    assert scores["solved"] == 90
    assert scores["untouched"] == 0
    assert 0 < scores["page"] < 90


def test_a_submission_opens_with_the_report_of_its_checks(formgrader):
    notebooks = json.loads(get(f"{formgrader}/api/submitted_notebooks/acceleration/acceleration"))
    for notebook in notebooks:
        page = get(f"{formgrader}/submissions/{notebook['id']}/")
        assert "test-tiled-matmul" in page and "performance-essay" in page
