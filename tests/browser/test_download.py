"""The button that downloads the notebook, where things are not as in JupyterLab on a good day."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.watching import violations
from tinytorch.explore.learner.download import IN_WORDS, Download, show_download

pytestmark = pytest.mark.browser

# A notebook as JupyterLab's widget manager has it; `save` and `dirty` are filled in.
NOTEBOOK = """{
  path: "RTC:my work.ipynb",
  model: {
    dirty: %s,
    toJSON: () => ({ nbformat: 4, cells: [{ metadata: { trusted: true }, source: "typed" }] }),
  },
  save: async () => { %s },
}"""


@pytest.fixture
def render(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Give a function that draws the widget in a page, for a notebook or for `undefined`."""
    context = browser.new_context(accept_downloads=True)

    def draw(notebook: str) -> Page:
        page = context.new_page()
        page.set_content('<html lang="en"><title>A cell</title><main></main></html>')
        page.evaluate(
            f"""async (source) => {{
                const url = URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }}));
                const {{ default: widget }} = await import(url);
                const el = document.querySelector("main");
                widget.render({{ model: {{ widget_manager: {{ context: {notebook} }} }}, el }});
            }}""",
            Download._esm,
        )
        page.add_style_tag(content=Download._css)
        return page

    yield draw
    context.close()


def test_a_server_that_is_gone_still_leaves_the_work_to_the_learner(render):
    page = render(NOTEBOOK % ("true", "throw new Error('no server')"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this notebook").press("Enter")
    assert download.value.suggested_filename == "my work.ipynb"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert '"typed"' in text
    assert "trusted" not in text
    status = page.get_by_role("status")
    expect(status).to_contain_text("Downloaded my work.ipynb with everything that is on this page.")
    expect(status).to_contain_text("The server did not save it")
    assert violations(page, "main") == []


def test_an_editor_that_hides_the_notebook_gets_words_and_no_dead_button(render):
    page = render("undefined")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("File > Download")
    assert violations(page, "main") == []


def test_where_no_widget_is_drawn_the_words_stay():
    data, _ = show_download()._repr_mimebundle_()
    assert data["text/plain"] == IN_WORDS
    assert "application/vnd.jupyter.widget-view+json" in data
