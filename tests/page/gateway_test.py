"""Tests the status page of a real gateway through the link that ngcshare page prints."""

import os
import subprocess
import sys
import unittest

from page import Page

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import NGCSHARE, World, connect, free_port, local_port  # noqa: E402
from servers import TcpServer, echo  # noqa: E402


class GatewayPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.world.gateway("--share", f"echo={cls.server.port}", "--http",
                                        str(free_port()))
        chat_id = cls.gateway.event("group")["chat_id"]
        cls.page_url = cls.gateway.event("page")["url"]
        cls.member = cls.world.member(chat_id, "--all")
        cls.port = local_port(cls.member, "echo", 60)

    def open(self, *words):
        """Opens the page by the printed link."""
        link = subprocess.run([NGCSHARE, "page", "--data-dir", self.world.path("gateway"), *words],
                              text=True, timeout=60, capture_output=True, check=True).stdout.strip()
        url, token = link.split("#token=")
        self.assertEqual(url, self.page_url)
        page = Page(url)
        page.open_ready(token, width=390, height=844)
        self.addCleanup(lambda: self.assertEqual(page.violations(), []))
        return page

    def test_a_viewer_sees_who_is_connected_as_it_happens(self):
        page = self.open()
        page.wait_text(".service", "echo")
        self.assertTrue(page.is_shown("#read-only"))
        with connect(self.port) as client:
            client.sendall(b"hello")
            self.assertEqual(client.recv(5), b"hello")
            page.wait_text("#connections", "echo")
            page.save("gateway-viewer")

    def test_the_owner_turns_a_service_off_and_on(self):
        page = self.open("owner")
        page.wait_text("[data-part=switch]", "Disable")
        # The page's first request may still count the other test's connection.
        page.wait_text(".service [data-part=connections]", "0")
        self.member.forget()
        page.browser.click("[data-part=switch]")
        self.member.event("withdrawn", 30, service="echo")
        page.wait_text("[data-part=switch]", "Enable")
        page.save("gateway-owner")
        page.browser.click("#notice-close")  # on a phone it can cover the button
        page.browser.click("[data-part=switch]")
        self.assertEqual(local_port(self.member, "echo", 30), self.port)


if __name__ == "__main__":
    unittest.main()
