"""Tests invitation links: a friend finds a group with one, also a private one."""

import base64
import hashlib
import unittest
import zlib

from harness import World, curl, local_port
from servers import Nginx

MB = 1 << 20


def called_public(link):
    """Returns the link without its flag that the group is private (SPEC.md §13)."""
    scheme, text = link.split(":")
    content = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))[:-4]
    content[1] &= ~1
    content += zlib.crc32(content).to_bytes(4, "little")
    return f"{scheme}:" + base64.urlsafe_b64encode(content).decode().rstrip("=")


class Invitation(unittest.TestCase):
    longMessage = True

    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        self.nginx = Nginx(self.world)

    def gateway(self, *arguments, **keywords):
        gateway = self.world.gateway("--share", f"web={self.nginx.port}", *arguments, **keywords)
        gateway.event("group")
        return gateway

    def link(self, *words):
        link = self.world.ctl("invite", *words).splitlines()[0]
        self.assertTrue(link.startswith("ngcshare:"), link)
        return link

    def member(self, link, *arguments, data="member"):
        """Starts a member that knows no boot node but those of the link."""
        boot, self.world.boot = self.world.boot, None
        try:
            return self.world.member(link, "web", *arguments, data=data)
        finally:
            self.world.boot = boot

    def assert_served(self, member, timeout=60):
        port = local_port(member, "web", timeout)
        with open(self.nginx.file("file", 2 * MB), "rb") as file:
            wanted = hashlib.sha256(file.read()).hexdigest()
        copy = self.world.path("copy")
        result = curl("-f", "-o", copy, f"http://127.0.0.1:{port}/file")
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(copy, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), wanted)

    def test_a_private_group_is_entered_with_a_link_alone(self):
        gateway = self.gateway("--private")
        link = self.link("once")
        member = self.member(link)
        self.assertEqual(member.event("joined", 60)["by"], "invitation")
        self.assert_served(member)
        gateway.wait_log("is invited to group", 5)
        # The one who has used the link comes back without it; others are not let in.
        self.assertEqual(member.stop(), 0)
        again = self.member(link)
        self.assertEqual(again.event("joined", 60)["by"], "search")
        self.assert_served(again)
        stranger = self.member(link, data="stranger")
        gateway.wait_log("is not answered", 60)
        self.assertEqual(stranger.events("joined"), [])
        # A refusal is not for ever.
        self.assertEqual(stranger.stop(), 0)
        stranger = self.member(self.link(), data="stranger")
        self.assertEqual(stranger.event("joined", 60)["by"], "invitation")

    def test_a_public_group_with_a_password_is_entered_by_what_comes_first(self):
        self.gateway("--password-file", self.world.write("password", "sesame"))
        member = self.member(self.link("with-password"))
        self.assertIn(member.event("joined", 60)["by"], ("invitation", "search"))
        self.assert_served(member)

    def test_an_invitation_replaces_a_search_that_finds_nobody(self):
        self.gateway("--private")
        # Called public, so that the member searches, too; nobody announces a private group.
        member = self.member(called_public(self.link()))
        self.assertEqual(member.event("joined", 60)["by"], "invitation")
        self.assert_served(member)
        self.assertEqual(member.events("outside"), [])

    def test_a_revoked_link_lets_nobody_in(self):
        gateway = self.gateway("--private")
        link = self.link()
        self.assertIn("invitation 1", self.world.ctl("revoke-invite", "1"))
        member = self.member(link)
        gateway.wait_log("is not answered", 60)
        self.assertEqual(member.events("joined"), [])
        self.assertEqual(member.stop(), 0)


if __name__ == "__main__":
    unittest.main()
