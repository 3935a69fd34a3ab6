"""Tests peers with the link and in base mode in all combinations."""

import hashlib
import os
import unittest

from harness import SharedWorld, connect, local_port, read_all
from servers import TcpServer

CONTENT = os.urandom(3 << 20)


def serve_content(connection):
    connection.sendall(CONTENT)


class Modes(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.server = TcpServer(serve_content)
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"file={cls.server.port}")
        cls.old_gateway = cls.gateway_with(f"file={cls.server.port}", data="old", env={
            "NGCSHARE_NO_LINK": "1"})
        # One for each group: members that join the same group together take long.
        cls.new_new = cls.world.member(cls.gateway.chat_id, "--all", data="new-new")
        cls.new_old = cls.world.member(cls.old_gateway.chat_id, "--all", data="new-old")
        cls.file_port = local_port(cls.new_new, "file")

    def fetch(self, port):
        with connect(port) as client:
            self.assertEqual(hashlib.sha256(read_all(client)).digest(),
                             hashlib.sha256(CONTENT).digest())

    def test_two_with_the_link_use_it_and_say_so(self):
        self.fetch(self.file_port)
        path = self.new_new.event("path")
        self.assertEqual((path["mode"], path["path"]), ("link", "direct"))
        self.assertEqual(self.new_new.events("base_mode"), [])

    def test_a_member_without_the_link_uses_base_mode_and_says_so(self):
        member = self.world.member(self.gateway.chat_id, "--all", "--no-link", data="old-new")
        self.fetch(local_port(member, "file"))
        member.event("base_mode")
        self.assertEqual(member.event("path")["mode"], "base")

    def test_a_gateway_without_the_link_is_used_in_base_mode(self):
        self.fetch(local_port(self.new_old, "file"))
        self.new_old.event("base_mode")
        self.assertEqual(self.new_old.event("path")["mode"], "base")

    def test_cubic_carries_a_file_too(self):
        member = self.world.member(self.gateway.chat_id, "--all", "--congestion", "cubic",
                                   data="cubic")
        self.fetch(local_port(member, "file"))


if __name__ == "__main__":
    unittest.main()
