"""The browser and the served book of the browser tests."""

from tests.browser.conftest import address, browser, patience

__all__ = ["address", "browser", "patience"]
