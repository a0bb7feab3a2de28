"""The browser that shows a report, as it shows the review page."""

from tests.review.browser import chromium

__all__ = ["chromium"]
