"""The student bundle in a real JupyterLab: a moved slider measures the learner's own function."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, expect

from authoring.release import release
from tests.browser.jupyterlab import Notebook, Server, jupyterlab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("patience")]

# The smallest widget that measures live: a slider, and everything that Python says as text.
WIDGET = '''
import anywidget
import numpy as np
import traitlets
from functools import partial

from tinytorch.core.tensor import Tensor
from tinytorch.explore.live import Home, Turns, measure_call
from tinytorch.perf.benchmarking import square_matrices


class Probe(anywidget.AnyWidget):
    _esm = """
    const render = ({ model, el }) => {
      const slider = document.createElement("input");
      Object.assign(slider, { type: "range", min: 0, max: 6, value: 6 });
      slider.setAttribute("aria-label", "Tile size");
      slider.dataset.lmSuppressShortcuts = "true";  // or JupyterLab takes the arrow keys itself
      slider.addEventListener("input", () => {
        model.set("state", { tile: 2 ** slider.valueAsNumber });
        model.save_changes();
      });
      el.append(slider);
      for (const name of ["payload", "activity", "trouble"]) {
        const words = document.createElement("pre");
        words.className = name;
        const show = () => { words.textContent = JSON.stringify(model.get(name)); };
        model.on(`change:${name}`, show);
        show();
        el.append(words);
      }
    };
    export default { render };
    """
    state = traitlets.Dict().tag(sync=True)
    payload = traitlets.Dict().tag(sync=True)
    activity = traitlets.Unicode("").tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    def __init__(self, function):
        self.home = Home.here()
        self.turns = Turns(
            partial(setattr, self, "activity"), partial(setattr, self, "trouble"), self.home
        )
        self.function = function
        super().__init__()

    def set_state(self, sync_data):
        self.home.soon(super().set_state, sync_data)

    @traitlets.observe("state")
    def _moved(self, change):
        tile = change.new["tile"]
        self.turns.request(f"Measuring tile {tile}", partial(self.measurement, tile))

    def measurement(self, tile):
        a, b = square_matrices(64)
        again = True
        while again:
            samples = yield from measure_call(
                "tiled_matmul",
                self.function,
                (a, b, tile),
                {"np.matmul": partial(np.matmul, a.data, b.data)},
                where=f"n = 64, tile {tile}",
                remedy="choose a larger tile",
            )
            # At this tile size, until a cell says that it was heard.
            again = tile == 16 and not heard
        times = {name: min(taken) for name, taken in samples.items()}
        self.payload = {**self.payload, str(tile): times}
'''
FUNCTION = """
heard = []


def tiled_matmul(a, b, tile_size=64):
    print("a line for every call")
    if tile_size == 2:
        raise ValueError("tiles of two are not for me")
    if tile_size == 4:
        while True:
            pass
    return Tensor(a.data @ b.data)
"""
CELLS = [WIDGET, FUNCTION, "Probe(tiled_matmul)", 'heard.append(1)\nprint("a cell was heard")']
SHOWN, SAYS_SO = 2, 3


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the unpacked student bundle."""
    folder = tmp_path_factory.mktemp("student")
    release(folder / "acceleration.zip")
    with zipfile.ZipFile(folder / "acceleration.zip") as archive:
        archive.extractall(folder)
    return folder / "acceleration"


@pytest.fixture(scope="module")
def server(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Kernels import what lies in the bundle before all else.
    state = tmp_path_factory.mktemp("jupyter")
    with jupyterlab(bundle, state, PYTHONPATH=str(bundle)) as running:
        yield running


@pytest.fixture
def probe(bundle: Path, server: Server, browser: Browser) -> Iterator[Notebook]:
    """Give a notebook whose widget measures a function of its own; all but one cell have run."""
    notebook = new_notebook(cells=[new_code_cell(source.strip()) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, bundle / "probe.ipynb")
    with server.opened(browser, "probe.ipynb") as opened:
        for number in range(SAYS_SO):
            opened.run_cell(number)
        expect(opened.page.get_by_role("slider", name="Tile size")).to_be_visible()
        yield opened
        assert opened.troubles == []


def test_a_moved_slider_measures_a_function_of_the_notebook_and_the_kernel_stays_free(
    probe: Notebook,
):
    slider = probe.page.get_by_role("slider", name="Tile size")
    payload, activity, trouble = (
        probe.page.locator(f"pre.{name}") for name in ("payload", "activity", "trouble")
    )
    slider.focus()
    slider.press("ArrowLeft")
    expect(payload).to_contain_text('"32":{"tiled_matmul":')
    expect(activity).to_have_text('""')
    expect(trouble).to_have_text('""')

    # It measures until the other cell has run, so that cell runs while it measures.
    slider.press("ArrowLeft")
    expect(activity).to_have_text('"Measuring tile 16"')
    probe.run_cell(SAYS_SO)
    expect(payload).to_contain_text('"16":')
    expect(probe.cell(SAYS_SO).locator(".jp-OutputArea-output")).to_have_text("a cell was heard")

    slider.focus()
    slider.press("ArrowLeft")
    expect(payload).to_contain_text('"8":')

    slider.press("ArrowLeft")
    expect(trouble).to_contain_text(
        "takes longer than the budget of 0.4 s at n = 64, tile 4: choose"
    )
    slider.press("ArrowLeft")
    expect(trouble).to_contain_text("tiled_matmul raised ValueError (tiles of two are not for me)")
    slider.press("ArrowLeft")
    expect(payload).to_contain_text('"1":')
    expect(trouble).to_have_text('""')
    expect(activity).to_have_text('""')
    # The only thing that was printed in the notebook, though the function prints at every call.
    printed = probe.page.locator(".jp-OutputArea-output[data-mime-type*=stdout]")
    expect(printed).to_have_count(1)
