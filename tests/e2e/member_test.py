"""Tests the local ports of ngcshare connect."""

import re
import socket
import unittest

from harness import connect, free_port, local_port
from member_case import MemberCase


class Member(MemberCase):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.taken = free_port()
        cls.addClassCleanup(socket.create_server(("127.0.0.1", cls.taken)).close)

    def test_a_suggested_port_that_is_taken_gives_the_next_one_and_says_so(self):
        process = self.start("taken", "hello")
        line = process.wait_line(lambda line: line.startswith("hello is ready: "), 40)
        port = int(re.search(r"127\.0\.0\.1:(\d+)", line)[1])
        self.assertGreater(port, self.server.port)
        self.assertLess(port, self.server.port + 20)
        self.assertIn(f"its usual port is {self.server.port}", line)
        with connect(port) as client:
            self.assertEqual(client.recv(10), b"hello")
        self.assertEqual(process.stop(), 0)

    def test_a_port_that_was_asked_for_and_is_taken_ends_it_with_6(self):
        self.assert_ends(self.start("asked", f"hello={self.taken}"), 6, f"127.0.0.1:{self.taken}", "=PORT")

    def test_a_port_that_was_asked_for_is_used_again_after_a_restart(self):
        port = free_port()
        for chosen in (f"hello={port}", "hello"):
            member = self.world.member(self.gateway.chat_id, chosen, data="again")
            self.assertEqual(local_port(member, "hello"), port)
            self.assertEqual(member.stop(), 0)

    def test_the_nickname_of_each_start_counts(self):
        for nick in ("anna", "Bea"):
            member = self.world.member(self.gateway.chat_id, "hello", "--nick", nick, data="named")
            local_port(member, "hello")
            self.assertIn(f"{nick} has the key", self.world.ctl("allow", "hello", f"@{nick}"))
            self.assertEqual(member.stop(), 0)


if __name__ == "__main__":
    unittest.main()
