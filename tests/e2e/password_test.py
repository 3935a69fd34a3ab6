"""Tests groups with a password."""

import unittest

from harness import SharedWorld, connect, local_port, read_all
from process import Node
from servers import TcpServer

PASSWORD = "correct horse battery staple"


class Password(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.server = TcpServer(lambda connection: connection.sendall(b"inside"))
        cls.addClassCleanup(cls.server.close)
        cls.right = cls.world.write("right", PASSWORD + "\n")
        cls.wrong = cls.world.write("wrong", "a guess\n")
        cls.gateway = cls.gateway_with(f"inside={cls.server.port}", "--password-file", cls.right)

    @classmethod
    def gateway_with(cls, share, *arguments):
        gateway = cls.world.gateway("--share", share, *arguments, log_level="trace")
        gateway.chat_id = gateway.event("group")["chat_id"]
        return gateway

    def test_a_wrong_password_or_none_ends_a_member_with_4(self):
        refused = [self.world.start(Node, "connect", self.gateway.chat_id, "--all", *arguments,
                                    "--timeout", "25", data=f"refused-{len(arguments)}",
                                    log_level="error", json=False)
                   for arguments in (["--password-file", self.wrong], [])]
        for member in refused:
            self.assertEqual(member.wait(60), 4, member.log())
            self.assertIn("--password-file", member.log().splitlines()[-1])

    def test_the_right_password_is_remembered_by_both_sides(self):
        member = self.world.member(self.gateway.chat_id, "--all", "--password-file", self.right,
                                   log_level="trace")
        port = local_port(member, "inside", 60)
        self.assertEqual(self.gateway.stop(), 0)
        Password.gateway = self.gateway_with(f"inside={self.server.port}")
        self.assertEqual(local_port(member, "inside", 60), port)
        self.assertEqual(member.stop(), 0)
        member = self.world.member(self.gateway.chat_id, "--all", log_level="trace")
        with connect(local_port(member, "inside", 60)) as client:
            self.assertEqual(read_all(client), b"inside")
        self.assertEqual(member.stop(), 0)
        for process in (member, self.gateway):
            with open(process.log_path, encoding="utf-8") as log:
                self.assertNotIn(PASSWORD, log.read() + "\n".join(process.lines))

    def test_a_gateway_that_joins_with_a_password_rejoins_without_being_told_again(self):
        words = ("--share", f"second={self.server.port}")
        second = self.world.gateway("--join", self.gateway.chat_id, "--password-file", self.right,
                                    *words, data="second", create=False)
        second.event("joined", 60)
        self.assertEqual(second.stop(), 0)
        second = self.world.gateway(*words, data="second", create=False)
        second.event("joined", 60)
        self.assertEqual(second.stop(), 0)


if __name__ == "__main__":
    unittest.main()
