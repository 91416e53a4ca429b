"""Where the site will be found, if anywhere: `COURSE_SITE_URL`, or `html: baseurl` in _config.yml.

With an address every page names its canonical one, and a sitemap lists them for search engines.
Without one the site is for whoever has the folder, and nothing in it mentions a place.
"""

from __future__ import annotations

import html
import os
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

VARIABLE = "COURSE_SITE_URL"


def absolute(address: str, source: str) -> str:
    """Return the address of a site with a slash at its end.

    Parameters
    ----------
    address : str
        What was set; empty for none.
    source : str
        Where it was set.

    Raises
    ------
    SystemExit
        If it is no absolute address of a folder on the web. (Jupyter Book would wrap an exception
        into two tracebacks, in which the sentence is lost.)
    """
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SystemExit(
            f"{source} is {address!r}, but must be the address of the site, such as "
            f"https://example.org/acceleration/, or stay unset."
        )
    return address.rstrip("/") + "/"


def read_address(app: Sphinx, config: Config) -> None:
    """Put the address where Sphinx makes the canonical link of each page from it."""
    named = os.environ.get(VARIABLE, "").strip()
    source = VARIABLE if named else "html: baseurl in _config.yml"
    config.html_baseurl = absolute(named or config.html_baseurl or "", source)


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """Write the list of pages and the file that leads crawlers to it, or remove earlier ones."""
    if exception is not None or app.builder.name != "html":
        return
    sitemap, robots = Path(app.outdir) / "sitemap.xml", Path(app.outdir) / "robots.txt"
    site = app.config.html_baseurl
    if not site:
        sitemap.unlink(missing_ok=True)
        robots.unlink(missing_ok=True)
        return
    places = [urljoin(site, app.builder.get_target_uri(name)) for name in app.env.found_docs]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"  <url><loc>{html.escape(place)}</loc></url>" for place in sorted(places)),
        "</urlset>",
        "",
    ]
    sitemap.write_text("\n".join(lines), encoding="utf-8")
    allow = f"User-agent: *\nAllow: /\n\nSitemap: {urljoin(site, 'sitemap.xml')}\n"
    robots.write_text(allow, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Read the address before the builder starts, and write the list when it is done."""
    app.connect("config-inited", read_address)
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
