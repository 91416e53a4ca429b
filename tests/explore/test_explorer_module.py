"""The sources of the explorers become one module for a notebook and one script for a page."""

import re

import pytest

from tinytorch.explore.explorers.module import (
    BROWSER,
    notebook_module,
    page_script,
    source_of,
    stylesheet,
)

EXPLORERS = ("tiles", "fusion", "roofline", "layout", "amdahl")
SOURCES = sorted(path.stem for path in BROWSER.glob("*.js"))


def imported(name: str) -> list[tuple[str, str]]:
    """Give what a source imports: the name, and the source that it comes from."""
    text = (BROWSER / f"{name}.js").read_text(encoding="utf-8")
    found = re.findall(r'import \{([^}]*)\} from "\./([a-z]+)\.js";', text)
    return [
        (word.strip(), where) for words, where in found for word in words.split(",") if word.strip()
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_imports_only_what_another_exports_and_uses_it(name):
    text = (BROWSER / f"{name}.js").read_text(encoding="utf-8")
    for word, where in imported(name):
        exporter = (BROWSER / f"{where}.js").read_text(encoding="utf-8")
        assert re.search(rf"^export (?:function|const) {word}\b", exporter, re.MULTILINE), word
        assert len(re.findall(rf"\b{word}\b", text)) > 1, f"{name}.js does not use {word}"


@pytest.mark.parametrize("name", SOURCES)
def test_whatever_a_source_exports_is_used_by_another(name):
    exported = re.findall(
        r"^export (?:function|const) (\w+)",
        (BROWSER / f"{name}.js").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    used = {word for other in SOURCES for word, where in imported(other) if where == name}
    # The bundler names these itself.
    used |= {"explorer"} if name.removesuffix("live") in EXPLORERS else set()
    used |= {"page": {"mountInPage"}, "notebook": {"renderWith"}}.get(name, set())
    assert set(exported) <= used


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_bundle_holds_each_source_once_and_after_what_it_needs(name):
    bundle = source_of("page", name)
    order = re.findall(r"^const (\w+)Module = ", bundle, re.MULTILINE)
    assert len(order) == len(set(order))
    for source in order:
        assert all(order.index(where) < order.index(source) for _, where in imported(source))
    assert not re.search(r"^(import|export) ", bundle, re.MULTILINE)


@pytest.mark.parametrize("name", EXPLORERS)
def test_nothing_in_an_explorer_leaves_the_page(name):
    for text in (notebook_module(name), page_script(name), stylesheet()):
        assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|\bhttps?://|url\(", text)


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_script_cannot_end_the_element_that_it_stands_in(name):
    assert "</script" not in page_script(name).lower()
    assert "</style" not in stylesheet().lower()


def templates_inside_templates(source: str) -> list[int]:
    """Give the lines in which a template literal begins inside another."""
    found, inside, line, at = [], [], 1, 0
    while at < len(source):
        character = source[at]
        line += character == "\n"
        if inside and inside[-1] == "`":
            if character == "\\":
                at += 1
            elif character == "`":
                inside.pop()
            elif source.startswith("${", at):
                inside.append("{")
                at += 1
        elif character in "\"'":
            at = re.compile(rf"(?:\\.|[^{character}\\])*").match(source, at + 1).end()
        elif source.startswith("//", at):
            at = source.index("\n", at) - 1
        elif character in "`{":
            if character == "`" and "`" in inside:
                found.append(line)
            inside.append(character)
        elif character == "}":
            inside.pop()
        at += 1
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_no_template_stands_inside_another(name):
    # jsmin takes the inner one for code and drops the blanks of its words.
    source = (BROWSER / f"{name}.js").read_text(encoding="utf-8")
    assert templates_inside_templates(source) == []


def test_a_template_inside_another_is_found():
    source = "const a = `x ${b.map((c) => `y ${c}`)}`; // it's `fine`\nconst d = `z ${{}.e} '`;\n"
    assert templates_inside_templates(source) == [1]
