"""What the tests of the page share."""

import unittest

from fake_gateway import OWNER, FakeGateway
from page import Page


class PageCase(unittest.TestCase):
    """Each test has a gateway of its own. At the end of each: no error, no breach of the security
    policy, and no request but to that gateway."""

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
