"""The list of external links, and what is made of the answers of good and bad hosts."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from authoring.external_links import Answer, external_links, look_up, look_up_all, main

# What the host answers to HEAD and to GET.
ANSWERS = {
    "/good": (200, 200),
    "/no-head": (405, 200),
    "/wrong-head": (404, 200),
    "/gone": (404, 404),
    "/no-programs": (403, 403),
    "/server-error": (500, 500),
    "/moved": (301, 301),
}


class Host(BaseHTTPRequestHandler):
    """A host that is asked for the pages above and remembers the questions."""

    asked: list[tuple[str, str]] = []

    def answer(self, method: str) -> None:
        self.asked.append((method, self.path))
        status = ANSWERS[self.path][method == "GET"]
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/good")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_GET(self) -> None:
        self.answer("GET")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    """Run the host and give its address."""
    Host.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def write_site(folder, **pages: str):
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


def test_the_list_names_each_address_once_with_every_page_that_links_to_it(tmp_path):
    (tmp_path / "_static").mkdir()
    write_site(
        tmp_path / "_static", webpack='<a href="https://example.org/not-a-page">not a page</a>'
    )
    write_site(
        tmp_path,
        one='<a href="https://example.org/x#part">x</a> <a href="two.html">inside</a>'
        '<link rel="canonical" href="https://example.org/one.html">',
        two='<a href="https://example.org/x">x</a> <a href="http://example.org/y?a&amp;b">y</a>'
        '<a href="mailto:a@example.org">write</a>',
    )
    assert external_links(tmp_path) == {
        "http://example.org/y?a&b": ["two.html"],
        "https://example.org/x": ["one.html", "two.html"],
    }


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/good", "ok"),
        ("/moved", "ok"),
        ("/no-head", "ok"),
        ("/wrong-head", "ok"),
        ("/gone", "broken"),
        ("/server-error", "broken"),
        ("/no-programs", "refused"),
    ],
)
def test_an_address_is_judged_by_what_a_browser_would_get(host, path, verdict):
    assert look_up(host + path).verdict == verdict


def test_the_page_itself_is_only_fetched_when_its_head_is_not_enough(host):
    look_up(f"{host}/good")
    assert Host.asked == [("HEAD", "/good")]
    look_up(f"{host}/no-head")
    assert Host.asked[1:] == [("HEAD", "/no-head"), ("GET", "/no-head")]


def test_a_moved_page_is_reported_with_its_new_address(host):
    assert look_up(f"{host}/moved") == Answer(f"{host}/moved", 200, f"leads to {host}/good")


def test_a_host_that_is_not_there_is_broken_and_says_why():
    # Port 9 of this machine: nothing listens.
    answer = look_up("http://127.0.0.1:9/")
    assert answer.verdict == "broken"
    assert "refused" in answer.remark


def test_every_address_gets_an_answer(host):
    links = [f"{host}{path}" for path in ANSWERS]
    assert {answer.link for answer in look_up_all(links, pause=0)} == set(links)


def test_the_command_fails_for_a_broken_link_and_names_page_and_status(
    host, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("authoring.external_links.PAUSE_SECONDS", 0)
    good = f'<a href="{host}/good">good</a><a href="{host}/no-programs">not for programs</a>'
    write_site(tmp_path, index=good)
    assert main(["--site", str(tmp_path)]) == 0
    write_site(tmp_path, other=f'<a href="{host}/gone">gone</a>')
    capsys.readouterr()
    assert main(["--site", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    (broken,) = (line for line in said.splitlines() if line.startswith("broken"))
    assert broken.split()[1:3] == ["404", f"{host}/gone"]
    assert "other.html" in broken
    assert "3 addresses: 1 answer, 1 are broken, 1 refuse" in said


def test_the_list_alone_asks_nobody(host, tmp_path, capsys):
    write_site(tmp_path, index=f'<a href="{host}/gone">gone</a>')
    assert main(["--site", str(tmp_path), "--list"]) == 0
    assert Host.asked == []
    assert f"{host}/gone  (index.html)" in capsys.readouterr().out
