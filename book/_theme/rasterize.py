"""Draw the pictures that cannot be SVG: ``python -m book._theme.rasterize``.

Where a link is shared, and on the home screen of a phone, only a bitmap is shown. Chromium draws
each from its SVG, and the bitmap carries the SVG's digest, so that a test sees when it is out of
date; `make pictures` draws them again.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Browser

from authoring.chromium import chromium

HERE = Path(__file__).parent
STATIC = HERE / "static"

# The SVG, and the width and height in pixels, of each bitmap.
PICTURES = {
    "social.png": (HERE / "pictures" / "social.svg", 1200, 630),
    "touch-icon.png": (STATIC / "logo.svg", 180, 180),
}


def digest(svg: Path) -> str:
    """Return what a bitmap carries if it was drawn from this SVG."""
    return hashlib.sha256(svg.read_bytes()).hexdigest()


def draw(browser: Browser, svg: Path, width: int, height: int) -> bytes:
    """Return an SVG as a PNG of the given size that carries the digest."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(
        f"<style>body {{ margin: 0 }} svg {{ display: block; width: {width}px }}</style>"
        + svg.read_text(encoding="utf-8")
    )
    picture = page.screenshot(omit_background=True)
    page.close()
    # A chunk of text before the last chunk, which is 12 bytes long.
    text = b"tEXt" + b"Source\0" + digest(svg).encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return picture[:-12] + chunk + picture[-12:]


def main() -> None:
    """Write every bitmap."""
    with chromium() as browser:
        for name, (svg, width, height) in PICTURES.items():
            (STATIC / name).write_bytes(draw(browser, svg, width, height))


if __name__ == "__main__":
    main()
