"""What goes wrong while a page is open, and what axe finds wrong with it."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import ConsoleMessage, Page, Request, Route

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
AXE_OPTIONS = {
    # What passes is not told element by element.
    "resultTypes": ["violations"],
    # axe would fetch the style sheets itself, from addresses that it works out wrongly.
    "preload": False,
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
# The lines are made in the page: whole results take as long to hand over as to find.
FIND_VIOLATIONS = """async ([part, options]) => (await axe.run(part, options)).violations.flatMap(
  ({ id, impact, nodes }) => nodes.map(({ html }) => `${id} (${impact}): ${html.slice(0, 200)}`)
)"""
SCREENS = [
    pytest.param(width, scheme, id=f"{width}-{scheme}")
    for width in (1280, 390)
    for scheme in ("light", "dark")
]


@dataclass
class Watch:
    """What goes wrong while a page is open, and what it asks its server for."""

    troubles: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def attach(self, page: Page, host: str) -> None:
        """Note requests, script errors and failed loads; stop requests that leave the site."""

        def on_console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.troubles.append(f"{message.type}: {message.text}")

        def on_failure(request: Request) -> None:
            # The browser gives up what a page still asked for when it was left, by a redirect say.
            if request.failure != "net::ERR_ABORTED":
                self.troubles.append(f"failed: {request.url}")

        def on_route(route: Route) -> None:
            parts = urlsplit(route.request.url)
            if parts.scheme in ("data", "blob"):
                route.continue_()
            elif parts.netloc == host:
                self.requested.append(unquote(parts.path).lstrip("/"))
                route.continue_()
            else:
                self.troubles.append(f"left the site: {route.request.url}")
                route.abort()

        page.on("console", on_console)
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("requestfailed", on_failure)
        page.route("**/*", on_route)


def violations(page: Page, part: str = "html") -> list[str]:
    """Give what axe finds wrong with a part of a page, one line for each element."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(FIND_VIOLATIONS, [part, AXE_OPTIONS])
    return found
