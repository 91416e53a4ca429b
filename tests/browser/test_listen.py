"""A chapter is read aloud: what, in which order, by which voice, and how it is stopped."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.book.building import built_site, pages
from tests.browser.speaking import STAND_IN
from tests.browser.watching import SCREENS, Watch, violations

pytestmark = [pytest.mark.browser, pytest.mark.book]

CHAPTER = "book/fusion.html"
SCRIPTS = ("listen.formula.js", "listen.reading.js", "listen.js")
LONGEST = 300

# One of everything that a chapter is made of.
FIXTURE = """<!DOCTYPE html><html lang="en" data-theme="light"><head>
<meta charset="utf-8"><title>All kinds</title>
<link rel="stylesheet" href="_static/listen.css"></head>
<body><p>Not of the chapter.</p><main><article><section>
<h1>All kinds<a class="headerlink" href="#">#</a></h1>
<p>A sentence, e.g. this one. A <em>second</em> one with <code>np.matmul(a_tile, b)</code>!</p>
<p>It moves 12 KiB at <span>3.5</span> GFLOP/s,
for a <span>64</span> × 64 matrix of 2²⁰ bytes.</p>
<p>Take <math><msup><mi>n</mi><mn>2</mn></msup><mo>/</mo><mn>6</mn></math> of them.</p>
<div class="formula"><math display="block"><mi>I</mi>
<mo>=</mo><mfrac><mi>W</mi><mi>Q</mi></mfrac></math></div>
<ul><li><p>First point.</p></li><li>Second point.</li></ul>
<ol start="3"><li>Third step.</li><li>Fourth step.</li></ol>
<div class="cell"><div class="cell_input"><pre>print(1)</pre></div>
<div class="cell_output"><div class="output stream"><pre>1</pre></div></div></div>
<div class="highlight-bash"><pre>make book</pre></div>
<div class="cell"><div class="cell_output"><div class="output text_html">
<figure><svg role="img" aria-label="Two bars. The left is higher." width="9" height="9"></svg>
<figcaption>Two rates.<small class="badge-line">recorded somewhere</small></figcaption>
<details><summary>The same data as a table</summary><table><tr><td>7</td></tr></table></details>
</figure></div>
<div class="output text_html"><div class="tt-explorer">
<p class="tt-title">Tile explorer</p><p>Move me.</p></div>
</div></div></div>
<table><thead><tr><th>kernel</th><th>rate</th></tr></thead>
<tbody><tr><td>GEMM</td><td>90 GB/s</td></tr><tr><td>triad</td><td>-</td></tr></tbody></table>
<div class="admonition tip"><p class="admonition-title">Predict</p><p>Which is it?</p></div>
<div class="admonition dropdown toggle-hidden">
<p class="admonition-title">Result</p><p>Hidden.</p></div>
<details><summary>Hint 1</summary><p>Not yet.</p></details>
<details open><summary>Hint 2</summary><p>Unfolded.</p></details>
<fieldset class="quiz quiz-choice"><legend><strong>1.</strong> Which one?</legend>
<ol class="quiz-options"><li>The left</li><li data-right="">The right</li></ol>
<details class="quiz-answer" open><summary>Worked answer</summary>
<p>Right, since it is.</p></details></fieldset>
<fieldset class="quiz quiz-number" data-unit="%" data-value="5">
<legend><strong>2.</strong> How much?</legend>
<div class="quiz-hint" hidden>Divide.</div>
<details class="quiz-answer" open><summary>Worked answer</summary>
<p>It is 5.</p></details></fieldset>
<p>The end.</p></section></article></main>
"""
READ = [
    "All kinds",
    "A sentence, e.g. this one.",
    "A second one with np dot matmul a tile, b!",
    "It moves 12 kibibytes at 3.5 gigaflops per second, "
    "for a 64 by 64 matrix of 2 to the power of 20 bytes.",
    "Take n squared over 6 of them.",
    "I equals W over Q",
    "First point.",
    "Second point.",
    "3: Third step.",
    "4: Fourth step.",
    "Code example, with its output.",
    "Code example.",
    "Figure: Two rates.",
    "The picture: Two bars.",
    "The left is higher.",
    "Interactive explorer: Tile explorer.",
    "A table of 2 rows.",
    "Its columns are: kernel; rate.",
    "GEMM; rate: 90 gigabytes per second.",
    "triad.",
    "Predict",
    "Which is it?",
    "Folded away: Result.",
    "Folded away: Hint 1.",
    "Hint 2",
    "Unfolded.",
    "Question 1. Which one?",
    "Option A: The left",
    "Option B: The right",
    "Question 2. How much?",
    "The answer is a number.",
    "Its unit: percent.",
    "The end.",
]

# What is marked: words by a highlight, or an element by its outline.
MARKED = """() => {
    const words = [...(CSS.highlights?.get("listen") ?? [])].map(range => range.toString());
    const outlined = [...document.querySelectorAll(".listen-current")];
    return [...words, ...outlined.map(element => element.textContent)]
        .map(text => text.replace(/\\s+/g, " ").trim());
}"""

UNITS = """() => courseListen.reading(document.querySelector("article")).map(
    unit => [unit.text, Boolean(unit.range ?? unit.element)])"""

# The contrast of the marked words, and of the outline with the page, as WCAG 2 computes it.
CONTRASTS = """() => {
    const channels = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const light = colour => channels(colour).map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const ratio = (one, other) => {
        const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
    };
    const article = document.querySelector("article");
    const words = getComputedStyle(article.querySelector("p"), "::highlight(listen)");
    const block = article.querySelector("h2");
    block.classList.add("listen-current");
    const outline = getComputedStyle(block).outlineColor;
    block.classList.remove("listen-current");
    const background = getComputedStyle(document.body).backgroundColor;
    return [ratio(words.color, words.backgroundColor), ratio(outline, background)];
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page whose browser speaks as it is told, and does not glide when it scrolls."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", locale="en-GB"
    )
    context.add_init_script(STAND_IN)
    yield context.new_page()
    context.close()


def open_fixture(page: Page, address: str) -> None:
    """Open the page that has one of everything, with the site's own scripts."""
    scripts = "".join(f'<script src="_static/{name}"></script>' for name in SCRIPTS)
    body = f"{FIXTURE}{scripts}</body></html>"
    page.route("**/fixture.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{address}fixture.html")


def listen(page: Page) -> None:
    """Press the button that begins."""
    page.get_by_role("button", name="Listen", exact=True).click()


def finish(page: Page, times: int = 1) -> None:
    """Have the voice come to the end of its sentence."""
    for _ in range(times):
        page.evaluate("standIn.finish()")


def heard(page: Page) -> list[str]:
    """Give every sentence that was begun."""
    return [one["text"] for one in page.evaluate("standIn.heard")]


def speaks(page: Page) -> str | None:
    """Give the sentence that the voice is at."""
    return page.evaluate("standIn.speaks()")


def test_everything_is_read_in_its_order(page: Page, address: str):
    watch = Watch()
    watch.attach(page, urlsplit(address).netloc)
    open_fixture(page, address)
    listen(page)
    finish(page, len(READ))
    assert heard(page) == READ
    assert speaks(page) is None
    assert page.locator(".listen-status").inner_text() == "That was the whole chapter."
    assert page.evaluate(MARKED) == []
    assert [trouble for trouble in watch.troubles if "favicon" not in trouble] == []


def test_what_is_read_is_marked(page: Page, address: str):
    open_fixture(page, address)
    listen(page)
    assert page.evaluate(MARKED) == ["All kinds"]
    finish(page, 2)
    assert page.evaluate(MARKED) == ["A second one with np.matmul(a_tile, b)!"]
    finish(page, 2)
    assert page.evaluate(MARKED) == ["Take n2/6 of them."]
    finish(page, READ.index("GEMM; rate: 90 gigabytes per second.") - 4)
    assert page.evaluate(MARKED) == ["GEMM90 GB/s"]


def test_without_highlights_the_block_is_outlined(page: Page, address: str):
    page.add_init_script("delete window.Highlight;")
    open_fixture(page, address)
    listen(page)
    finish(page)
    assert page.evaluate(MARKED) == [
        "A sentence, e.g. this one. A second one with np.matmul(a_tile, b)!"
    ]


def test_a_paused_voice_begins_its_sentence_again_though_it_cannot_pause(page: Page, address: str):
    open_fixture(page, address)
    listen(page)
    finish(page, 2)
    page.get_by_role("button", name="Pause").click()
    assert speaks(page) is None
    assert page.evaluate(MARKED) == ["A second one with np.matmul(a_tile, b)!"]
    page.get_by_role("button", name="Resume").click()
    assert speaks(page) == READ[2]
    finish(page)
    assert speaks(page) == READ[3]
    page.get_by_role("button", name="Stop").click()
    assert speaks(page) is None
    assert page.evaluate(MARKED) == []
    listen(page)
    assert speaks(page) == READ[0]


def test_a_selection_is_where_it_begins(page: Page, address: str):
    open_fixture(page, address)
    page.evaluate("""() => {
        const node = [...document.querySelectorAll("li")].at(0).firstChild.firstChild;
        getSelection().setBaseAndExtent(node, 2, node, 5);
    }""")
    listen(page)
    assert speaks(page) == "First point."


def test_the_speed_is_kept_and_changes_at_once(page: Page, address: str):
    open_fixture(page, address)
    listen(page)
    finish(page)
    page.get_by_label("Speed").select_option("1.5")
    assert speaks(page) == READ[1]
    page.reload()
    assert page.get_by_label("Speed").input_value() == "1.5"
    listen(page)
    assert [one["rate"] for one in page.evaluate("standIn.heard")] == [1.5]


def test_the_voice_is_english_and_of_this_machine(page: Page, address: str):
    open_fixture(page, address)
    listen(page)
    (first,) = page.evaluate("standIn.heard")
    assert (first["voice"], first["lang"]) == ("Here", "en-GB")


@pytest.mark.parametrize(
    "without",
    [
        "delete window.SpeechSynthesisUtterance;",
        "Object.defineProperty(window, 'speechSynthesis', { value: undefined });",
        "speechSynthesis.voices = [];",
        "speechSynthesis.voices = speechSynthesis.voices.filter(voice => voice.name !== 'Here');",
    ],
    ids=["no utterances", "no speech", "no voice", "no local English voice"],
)
def test_where_nothing_can_be_said_there_is_no_control(page: Page, address: str, without: str):
    page.add_init_script(without)
    page.goto(address + CHAPTER)
    assert page.locator(".listen").count() == 0


def test_a_voice_that_comes_late_brings_the_control(page: Page, address: str):
    page.add_init_script("speechSynthesis.voices = [];")
    page.goto(address + CHAPTER)
    assert page.locator(".listen").count() == 0
    page.evaluate("standIn.tellVoices([standIn.english])")
    assert page.locator("h1 + .listen").count() == 1
    page.evaluate("standIn.tellVoices([standIn.english])")
    assert page.locator(".listen").count() == 1


def test_a_voice_that_breaks_is_told_and_the_control_goes_back(page: Page, address: str):
    open_fixture(page, address)
    listen(page)
    page.evaluate("standIn.fail('synthesis-failed')")
    status = page.locator(".listen-status").inner_text()
    assert status == "The browser could not go on reading (synthesis-failed)."
    assert page.get_by_role("button", name="Listen", exact=True).is_visible()


def test_it_falls_silent_when_the_page_is_left(page: Page, address: str):
    open_fixture(page, address)
    listen(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert speaks(page) is None


def test_a_keyboard_is_enough_and_keeps_its_place(page: Page, address: str):
    focused = "document.activeElement.textContent"
    page.goto(address + CHAPTER)
    page.evaluate("document.querySelector('.listen').previousElementSibling.tabIndex = -1")
    page.evaluate("document.querySelector('.listen').previousElementSibling.focus()")
    page.keyboard.press("Tab")
    # The link to the heading itself comes first.
    if page.evaluate(focused) == "#":
        page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Listen"
    page.keyboard.press("Enter")
    finish(page, 12)
    assert page.evaluate(focused) == "Pause"
    page.keyboard.press("Space")
    assert (page.evaluate(focused), speaks(page)) == ("Resume", None)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Stop"
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2
    page.keyboard.press("Enter")
    assert (page.evaluate(focused), speaks(page)) == ("Listen", None)


def test_the_page_follows_but_never_against_the_reader(page: Page, address: str):
    in_sight = """() => {
        const [range] = CSS.highlights.get("listen");
        const box = range.getBoundingClientRect();
        const bar = document.querySelector(".listen").getBoundingClientRect();
        return box.top >= bar.bottom - 1 && box.bottom <= innerHeight;
    }"""
    page.goto(address + CHAPTER)
    listen(page)
    finish(page, 30)
    assert page.evaluate("scrollY") > 400
    assert page.evaluate(in_sight)
    page.mouse.move(600, 500)
    page.mouse.wheel(0, -100_000)
    page.wait_for_function("scrollY === 0")
    finish(page, 5)
    assert page.evaluate("scrollY") == 0
    # Who goes back to where it reads is followed again.
    page.evaluate("document.activeElement.blur()")
    page.evaluate("""() => {
        const [range] = CSS.highlights.get("listen");
        scrollBy(0, range.getBoundingClientRect().top - 300);
    }""")
    finish(page, 25)
    assert page.evaluate(in_sight)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_it_is_accessible_while_it_reads(browser: Browser, address: str, width: int, scheme: str):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.add_init_script(STAND_IN)
    page = context.new_page()
    page.goto(address + CHAPTER)
    listen(page)
    finish(page, 8)
    assert violations(page, ".listen") == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    words, outline = page.evaluate(CONTRASTS)
    assert words >= 4.5
    assert outline >= 3
    for control in page.locator(".listen :is(button, select):visible").all():
        box = control.bounding_box()
        assert box["height"] >= 24 and box["width"] >= 24
    # Pressed, the bar stays in reach below the theme's own.
    page.evaluate("scrollTo(0, 2000)")
    assert (
        page.evaluate("""() => {
        const box = document.querySelector(".listen-play").getBoundingClientRect();
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + 4);
        return hit?.className;
    }""")
        == "listen-play"
    )
    context.close()


def test_no_answer_of_a_quiz_is_read_even_when_it_is_open(page: Page, address: str):
    page.goto(address + "book/check_your_understanding.html")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for check in page.locator("fieldset.quiz button[type=submit]").all()[:3]:
        check.evaluate("button => button.click()")
    read = " ".join(text for text, _ in page.evaluate(UNITS))
    assert len(re.findall(r"Question \d+", read)) == page.locator("fieldset.quiz").count()
    assert "Wrong." not in read
    assert "Worked answer" not in read
    assert "Choose one first" not in read


def test_every_chapter_can_be_read(page: Page, address: str):
    with_control = 0
    for name in pages(built_site()):
        if not name.startswith(("book/", "exercises/")):
            text = (built_site() / name).read_text(encoding="utf-8")
            assert "listen.js" not in text, f"{name} has nothing to be read"
            continue
        page.goto(address + name, wait_until="domcontentloaded")
        assert page.locator("h1 + .listen, h1 ~ .listen").count() == 1, name
        units = page.evaluate(UNITS)
        assert len(units) > 20, name
        for text, has_place in units:
            assert has_place, f"{name}: {text}"
            assert 0 < len(text) <= LONGEST, f"{name}: {text}"
            assert not re.search(r"undefined|null\b|\[object|[\n⋅≤∑√]", text), f"{name}: {text}"
        with_control += 1
    assert with_control > 15


def test_paper_has_no_control(page: Page, address: str):
    page.goto(address + CHAPTER)
    assert page.locator(".listen").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".listen").is_visible()
