"""The common base of the page's tests."""

import unittest

from fake_gateway import OWNER, FakeGateway
from page import Page


class PageCase(unittest.TestCase):
    """Gives each test a gateway of its own. Asserts at the end of each that there was no error, no
    violation of the security policy, and no request to another address."""

    def serve(self, status):
        self.gateway = FakeGateway(status)
        self.addCleanup(self.gateway.close)
        self.page = Page(self.gateway.url)
        self.browser = self.page.browser
        self.addCleanup(self.check_conduct)
        return self.page

    def open(self, status, token=OWNER, **size):
        page = self.serve(status)
        page.open_ready(token, **size)
        return page

    def check_conduct(self):
        self.assertEqual(self.page.violations(), [])
        loaded = self.browser.run(
            "return performance.getEntries().filter((entry) => entry.initiatorType)"
            ".map((entry) => entry.name)")
        self.assertTrue(loaded)
        self.assertEqual([name for name in loaded if not name.startswith(self.gateway.url)], [])
        host = self.gateway.url.removeprefix("http://").rstrip("/")
        self.assertEqual({request[3] for request in self.gateway.requests}, {host})
