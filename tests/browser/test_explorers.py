"""Every explorer of the book, driven as a reader would: by mouse, by keyboard, and by its link."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.book.building import ROOT, built_site, pages
from tests.browser.watching import SCREENS, Watch, violations
from tinytorch.explore.explorers import EXPLORERS
from tinytorch.explore.explorers.explorer import Explorer
from tinytorch.explore.explorers.module import page_script
from tinytorch.perf.recording import load_recording

pytestmark = [pytest.mark.browser, pytest.mark.book]

NAMES = pytest.mark.parametrize("name", EXPLORERS)
MOST_BYTES_OF_AN_EXPLORER = 60_000
MOST_BYTES_OF_A_CHAPTER = 700_000
# Without measured roofs, or a cache that the system does not tell of, an explorer leaves out what
# depends on them.
MAY_BE_ABSENT = ("missing roofs", "missing caches.", "empty caches", "missing state", "text state")
# Where the pictures show an explorer that has more to tell than its first state.
TELLING = {"tiles": {"n": 1024, "tile": 128, "step": 285}}
# `make pictures` copies from here what the README shows.
PICTURES = Path(__file__).with_name("screenshots")

# What an explorer shows in each of some states, reached by its link.
READ_STATES = """([name, addresses]) => addresses.map((address) => {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
  const root = document.getElementById(`explorer-${name}`);
  const words = (node) => node.textContent;
  const facts = [...root.querySelectorAll(".tt-facts > div")]
    .map((fact) => [words(fact.querySelector("dt")), words(fact.querySelector("dd"))]);
  const columns = [...root.querySelectorAll(".tt-table thead th")].map(words);
  const rows = [...root.querySelectorAll(".tt-table tbody tr")]
    .map((row) => [...row.children].map(words));
  return { facts, columns, rows, status: words(root.querySelector(".tt-status")) };
})"""

# An explorer mounted anew with other data: what it says, and what went wrong.
MOUNT = """([script, payloads]) => payloads.map((payload) => {
  const root = document.createElement("div");
  root.id = "explorer-tried";
  const data = document.createElement("script");
  data.type = "application/json";
  data.textContent = payload;
  root.append(data);
  document.body.append(root);
  const run = document.createElement("script");
  run.textContent = script;
  root.append(run);
  root.querySelector(".tt-skip")?.click();
  const said = root.innerText;
  root.remove();
  return said;
})"""


@pytest.fixture(scope="session")
def twins() -> dict[str, Explorer]:
    """Give the explorers as Python makes them from the recording of the book."""
    folder = ROOT / "book" / "measurements"
    recording = load_recording(folder)
    explorers = {name: explore(recording) for name, explore in EXPLORERS.items()}
    # This one offers every machine that was recorded.
    return {**explorers, "roofline": EXPLORERS["roofline"](folder)}


@pytest.fixture(scope="session")
def chapters() -> dict[str, str]:
    """Give the page of each explorer, seen from the root of the site."""
    site = built_site()
    texts = {page: (site / page).read_text(encoding="utf-8") for page in pages(site)}
    found = {
        name: [page for page, text in texts.items() if f'id="explorer-{name}"' in text]
        for name in EXPLORERS
    }
    assert all(found.values()), f"an explorer stands in no chapter: {found}"
    return {name: where[0] for name, where in found.items()}


def opened(page: Page, address: str, chapter: str, name: str) -> Locator:
    """Open a chapter and give the element of its explorer."""
    page.goto(address + chapter)
    return page.locator(f"#explorer-{name}")


def unlocked(page: Page, address: str, chapter: str, name: str) -> Locator:
    """Open a chapter and give its explorer, past the prediction."""
    root = opened(page, address, chapter, name)
    root.locator(".tt-skip").click()
    return root


def shown(root: Locator) -> str:
    """Give everything that depends on the state."""
    return "\n".join(
        root.locator(part).inner_html() for part in (".tt-status", ".tt-facts", ".tt-pictures")
    )


def link_to(name: str, state: dict[str, Any]) -> str:
    query = "&".join(f"{key}={quote(json.dumps(value))}" for key, value in state.items())
    return f"#explorer-{name}?{query}"


@NAMES
def test_the_page_holds_the_data_that_python_makes(chapters, twins, name):
    text = (built_site() / chapters[name]).read_text(encoding="utf-8")
    block = text[text.index(f'id="explorer-{name}"') :]
    start = block.index('<script type="application/json">') + len(
        '<script type="application/json">'
    )
    data = json.loads(block[start : block.index("</script>", start)])
    assert data == json.loads(json.dumps(twins[name].payload))


@NAMES
def test_javascript_shows_what_python_computes_in_every_state(
    browser: Browser, address: str, chapters, twins, name
):
    twin, page = twins[name], browser.new_page()
    unlocked(page, address, chapters[name], name)
    states = list(twin.states())
    assert len(states) > 3
    answers = page.evaluate(READ_STATES, [name, [link_to(name, state) for state in states]])
    for state, answer in zip(states, answers, strict=True):
        assert dict(map(tuple, answer["facts"])) == twin.facts(state), state
        rows = twin.rows(state)
        assert answer["columns"] == list(rows[0]), state
        assert answer["rows"] == [[str(cell) for cell in row.values()] for row in rows], state
        assert answer["status"].endswith("."), state
    page.close()


@NAMES
def test_without_scripts_the_words_and_the_table_stay(
    browser: Browser, address: str, chapters, twins, name
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    root = opened(page, address, chapters[name], name)
    twin = twins[name]
    for term, words in twin.facts(twin.shown_state).items():
        assert root.locator(".tt-facts div", has_text=term).first.locator("dd").is_visible()
        assert words in root.inner_text()
    assert root.locator("tbody tr").count() == len(twin.rows(twin.shown_state))
    assert root.locator("input, select, button").count() == 0
    context.close()


@NAMES
def test_the_reader_predicts_first_and_is_told_the_difference(
    browser: Browser, address: str, chapters, name
):
    context = browser.new_context()
    page = context.new_page()
    root = opened(page, address, chapters[name], name)
    assert not root.locator(".tt-controls").is_visible()
    root.get_by_role("button", name="Lock in my prediction").click()
    assert root.locator(".tt-predict .tt-problem").inner_text() != ""
    guess = root.locator(".tt-predict input").first
    guess.focus()
    if guess.get_attribute("type") == "radio":
        page.keyboard.press("Space")
    else:
        page.keyboard.type("1,000.5")
    page.keyboard.press("Enter")
    explanation = root.locator(".tt-explanation").inner_text()
    assert "predicted" in explanation
    assert root.locator(".tt-controls").is_visible()
    page.reload()
    assert root.locator(".tt-explanation").inner_text() == explanation
    assert context.cookies() == []
    root.get_by_role("button", name="Predict again").click()
    assert not root.locator(".tt-controls").is_visible()
    context.close()


def move_by_keyboard(page: Page, control: Locator, kind: str) -> None:
    """Move one control as far as it goes, with keys alone."""
    control.focus()
    if kind == "range":
        at_end = control.evaluate("input => input.value === input.max")
        page.keyboard.press("Home" if at_end else "End")
    elif kind == "select":
        last = control.evaluate("s => s.selectedIndex === s.options.length - 1")
        page.keyboard.press("ArrowUp" if last else "ArrowDown")
    elif kind == "checkbox":
        page.keyboard.press("Space")
    else:
        value = float(control.input_value().replace(",", "") or 1)
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{value / 2:g}")


def move_by_mouse(control: Locator, kind: str) -> None:
    """Move one control with the pointer."""
    if kind == "range":
        box = control.bounding_box()
        assert box is not None
        at_start = control.evaluate("input => input.value === input.min")
        place = 0.97 if at_start else 0.03
        control.click(position={"x": box["width"] * place, "y": box["height"] / 2})
    elif kind == "select":
        index = control.evaluate("s => (s.selectedIndex + 1) % s.options.length")
        control.select_option(index=index)
    elif kind == "checkbox":
        control.click()
    else:
        control.fill("3")


def kind_of(control: Locator) -> str:
    """Give what a control is: "range", "select", "checkbox" or "text"."""
    return str(control.evaluate("node => node.tagName === 'SELECT' ? 'select' : node.type"))


def every_control(root: Locator) -> Iterator[Locator]:
    """Give each control, those too that appear when another is moved; one that went is over."""
    done: set[str] = set()
    while True:
        keys = root.locator(".tt-controls [data-key]").evaluate_all(
            "nodes => nodes.map(node => node.dataset.key)"
        )
        fresh = [key for key in keys if key not in done]
        if not fresh:
            return
        done.add(fresh[0])
        yield root.locator(f'.tt-controls [data-key="{fresh[0]}"]')


@NAMES
@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_control_moves_the_picture_and_nothing_breaks(
    browser: Browser, address: str, chapters, twins, name: str, width: int, scheme: str
):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
    )
    page, watch = context.new_page(), Watch()
    watch.attach(page, urlsplit(address).netloc)
    root = opened(page, address, chapters[name], name)
    found = violations(page, f"#explorer-{name}")
    root.locator(".tt-skip").click()
    found += violations(page, f"#explorer-{name}")
    for control in every_control(root):
        assert not control.is_disabled()
        kind = kind_of(control)
        for move in (lambda c, k: move_by_keyboard(page, c, k), move_by_mouse):
            before = shown(root)
            move(control, kind)
            assert shown(root) != before, f"{control.get_attribute('data-key')} is dead"
            assert root.locator(".tt-status").inner_text() != ""
    root.locator(".tt-data summary").click()
    found += violations(page, f"#explorer-{name}")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    folder = PICTURES / "explorers"
    folder.mkdir(parents=True, exist_ok=True)
    root.locator(".tt-data summary").click()
    page.evaluate(READ_STATES, [name, [link_to(name, TELLING.get(name, twins[name].shown_state))]])
    # Neither the bar that stays at the top nor a second screen belongs into the picture.
    page.set_viewport_size({"width": width, "height": 3000})
    page.add_style_tag(
        content="header, .bd-header-article, .skip-link { display: none !important }"
    )
    root.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
    assert watch.troubles == []
    context.close()


@NAMES
def test_a_slider_can_be_dragged_from_end_to_end(browser: Browser, address: str, chapters, name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    root = unlocked(page, address, chapters[name], name)
    sliders = root.locator(".tt-controls input[type=range]")
    for key in sliders.evaluate_all("all => all.map((one) => one.dataset.key)"):
        slider = root.locator(f'[data-key="{key}"]')
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        height = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 4, height)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, height, steps=5)
        page.mouse.move(box["x"] + box["width"] - 2, height, steps=5)
        # What depends on the slider may change or go while it is under the finger; it stays itself.
        assert slider.evaluate("input => input.value === input.max"), key
        page.mouse.up()
        assert page.evaluate("document.activeElement.dataset.key") == key
    page.close()


@NAMES
def test_each_picture_tells_its_numbers_to_those_who_do_not_see_it(
    browser: Browser, address: str, chapters, name
):
    page = browser.new_page()
    root = unlocked(page, address, chapters[name], name)
    alts = root.locator("svg").evaluate_all("all => all.map(svg => svg.getAttribute('aria-label'))")
    assert len(alts) >= 2
    for alt in alts:
        assert any(character.isdigit() for character in alt), alt
        assert "undefined" not in alt and "NaN" not in alt
    page.close()


@NAMES
def test_the_link_reopens_the_same_state(browser: Browser, address: str, chapters, twins, name):
    context = browser.new_context()
    page = context.new_page()
    root = unlocked(page, address, chapters[name], name)
    for control in every_control(root):
        if kind_of(control) in ("range", "select"):
            move_by_keyboard(page, control, kind_of(control))
    link = root.locator(".tt-link a").get_attribute("href")
    assert link is not None
    assert page.evaluate("location.hash") == link
    again = context.new_page()
    again.goto(address + chapters[name] + link)
    assert shown(again.locator(f"#explorer-{name}")) == shown(root)
    context.close()


@NAMES
def test_a_link_that_was_cut_off_or_forged_still_opens(
    browser: Browser, address: str, chapters, twins, name
):
    keys = list(next(twins[name].states()))
    for value in ("", "{", "-1", "0", "1e99", '"<b>x</b>"', "null", "[1]"):
        page, watch = browser.new_page(), Watch()
        watch.attach(page, urlsplit(address).netloc)
        query = "&".join(f"{key}={quote(value)}" for key in keys)
        root = unlocked(page, address, f"{chapters[name]}#explorer-{name}?{query}", name)
        assert root.locator(".tt-status").inner_text() != ""
        assert root.locator(".tt-pictures svg").count() >= 1
        assert root.locator("b", has_text="x").count() == 0
        assert watch.troubles == []
        page.close()


@NAMES
def test_the_table_comes_as_csv(browser: Browser, address: str, chapters, twins, name):
    page = browser.new_page()
    root = unlocked(page, address, chapters[name], name)
    with page.expect_download() as download:
        root.locator(".tt-csv").click()
    assert download.value.suggested_filename == f"{name}.csv"
    text = Path(download.value.path()).read_bytes().decode("utf-8")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    rows = twins[name].rows(twins[name].shown_state)
    assert lines[0] == list(rows[0])
    assert len(lines) == 1 + len(rows)
    page.close()


def broken(payload: Any) -> Iterator[tuple[str, Any]]:
    """Give a payload with each of its fields missing, each list empty, each size zero."""
    for path in sorted(set(paths(payload))):
        for fault in ("missing", "empty", "zero", "text"):
            copy = deepcopy(payload)
            holder = copy
            for key in path[:-1]:
                holder = holder[key]
            value = holder[path[-1]]
            if fault == "missing":
                if isinstance(holder, list):
                    continue
                del holder[path[-1]]
            elif fault == "empty" and isinstance(value, list):
                holder[path[-1]] = []
            elif fault == "zero" and isinstance(value, int | float) and value is not True:
                holder[path[-1]] = 0
            elif fault == "text" and not isinstance(value, str):
                holder[path[-1]] = "<b>wrong</b>"
            else:
                continue
            yield f"{fault} {'.'.join(map(str, path))}", copy


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every field, of lists to their first entry alone."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield (*path, key)
            yield from paths(entry, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from paths(value[0], (*path, 0))


@NAMES
def test_bad_data_gives_a_sentence_and_never_a_blank_box(browser: Browser, twins, name):
    page, errors = browser.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content("<!doctype html><title>x</title><body></body>")
    payload = json.loads(json.dumps(twins[name].payload))
    cases = list(broken(payload))
    texts = [json.dumps(case) for _, case in cases] + ["", "{", "null", "[]", "{}"]
    answers = page.evaluate(MOUNT, [page_script(name), texts])
    assert errors == []
    for (case, _), said in zip([*cases, *[(text, 0) for text in texts[-5:]]], answers, strict=True):
        assert twins[name].title in said, case
        assert "undefined" not in said and "NaN" not in said and "wrong" not in said.split("is ")[0]
    for said in answers[-5:]:
        assert "cannot be shown: " in said
    unnoticed = {
        case
        for (case, _), said in zip(cases, answers[: len(cases)], strict=True)
        if "cannot be shown" not in said and not case.startswith(MAY_BE_ABSENT)
    }
    assert unnoticed == set()
    page.close()


@NAMES
def test_an_explorer_adds_little_to_its_page(twins, name):
    assert len(twins[name].page().encode()) <= MOST_BYTES_OF_AN_EXPLORER


@NAMES
def test_a_chapter_with_an_explorer_is_light_on_a_cold_cache(
    browser: Browser, address: str, chapters, name
):
    page, sizes = browser.new_page(), {}
    page.on(
        "response",
        lambda response: sizes.update({response.url: len(gzip.compress(response.body()))}),
    )
    page.goto(address + chapters[name])
    page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= MOST_BYTES_OF_A_CHAPTER, sizes
    page.close()
