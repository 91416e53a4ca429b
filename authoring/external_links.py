"""Ask every address outside the book whether it answers: ``python -m authoring.external_links``.

The list is taken from the built site, so it holds what the chapters, the bibliography and the
outputs of cells link to. Hosts are asked side by side, a few at a time, and each one question after
another. Some hosts refuse whatever is not a browser; they are listed for a person to look at, and
do not count as broken.
"""

from __future__ import annotations

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPException
from itertools import groupby
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

HOSTS_AT_ONCE = 4
PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 20.0
AGENT = "acceleration-course-link-check (Python urllib)"

# Not for programs, too many questions, not now: says nothing about the page. 999 is LinkedIn's.
REFUSALS = {401, 403, 405, 406, 418, 429, 503, 999}


@dataclass(frozen=True)
class Answer:
    """What became of the question for one address.

    Attributes
    ----------
    link : str
    status : int or None
        The HTTP status; None if the host did not answer.
    remark : str
        Why there was no answer, or where the address now leads.
    """

    link: str
    status: int | None
    remark: str = ""

    @property
    def verdict(self) -> str:
        """``ok``, ``refused`` or ``broken``."""
        if self.status is None:
            return "broken"
        if self.status < 400:
            return "ok"
        return "refused" if self.status in REFUSALS else "broken"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        link = dict(attrs).get("href") or ""
        if tag == "a" and urlsplit(link).scheme in ("http", "https"):
            self.found.append(urldefrag(link).url)


def external_links(site: Path) -> dict[str, list[str]]:
    """Give every address outside a built site, with the pages that link to it, both in order.

    Parameters
    ----------
    site : Path
        Folder of the built site.
    """
    pages: dict[str, list[str]] = defaultdict(list)
    for file in sorted(site.rglob("*.html")):
        if "_static" in file.parts:
            continue
        reader = _Links()
        reader.feed(file.read_text(encoding="utf-8"))
        for link in sorted(set(reader.found)):
            pages[link].append(file.relative_to(site).as_posix())
    return dict(sorted(pages.items()))


def ask(link: str, method: str, timeout: float = TIMEOUT_SECONDS) -> Answer:
    """Ask one address once."""
    request = urllib.request.Request(link, method=method, headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            moved = urldefrag(response.url).url != link
            return Answer(link, response.status, f"leads to {response.url}" if moved else "")
    except urllib.error.HTTPError as error:
        return Answer(link, error.code, str(error.reason))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(link, None, str(getattr(error, "reason", "") or error))


def look_up(link: str, timeout: float = TIMEOUT_SECONDS) -> Answer:
    """Ask for the head of a page, and for the page where that is not enough."""
    answer = ask(link, "HEAD", timeout)
    return answer if answer.verdict == "ok" else ask(link, "GET", timeout)


def look_up_all(links: Sequence[str], pause: float) -> Iterator[Answer]:
    """Ask every address, and each host for one at a time; give the answers in order."""

    def host(link: str) -> str:
        return urlsplit(link).netloc

    def one_host(group: list[str]) -> list[Answer]:
        answers = []
        for index, link in enumerate(group):
            time.sleep(pause if index else 0)
            answers.append(look_up(link))
        return answers

    groups = [list(group) for _, group in groupby(sorted(links, key=host), key=host)]
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        for answers in pool.map(one_host, groups):
            yield from answers


def main(argv: Sequence[str] | None = None) -> int:
    """Print what became of every address; return 1 if one is broken."""
    parser = argparse.ArgumentParser(prog="python -m authoring.external_links", description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("_build/html"), help="the built book")
    parser.add_argument("--list", action="store_true", help="only list the addresses; ask nobody")
    options = parser.parse_args(argv)
    if not (options.site / "index.html").is_file():
        print(f"There is no built book at {options.site}; run `make book`, or give --site.")
        return 2
    pages = external_links(options.site)
    if options.list:
        for link, names in pages.items():
            print(f"{link}  ({', '.join(names)})")
        return 0
    counts = {"ok": 0, "refused": 0, "broken": 0}
    for answer in look_up_all(list(pages), PAUSE_SECONDS):
        counts[answer.verdict] += 1
        status = answer.status or "---"
        remark = f"  {answer.remark}" if answer.remark else ""
        where = ", ".join(pages[answer.link])
        print(f"{answer.verdict:7}  {status}  {answer.link}{remark}  ({where})", flush=True)
    print(
        f"\n{len(pages)} addresses: {counts['ok']} answer, {counts['broken']} are broken, "
        f"{counts['refused']} refuse a program (open them in a browser)."
    )
    return 1 if counts["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
