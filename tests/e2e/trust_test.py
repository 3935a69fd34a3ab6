"""Tests that a service's name belongs to the gateway that was first seen to offer it."""

import unittest

from harness import SharedWorld, connect, free_port, local_port, read_all, refuses
from servers import TcpServer


def says(text):
    return TcpServer(lambda connection: connection.sendall(text))


def heard_at(port):
    with connect(port) as client:
        return read_all(client)


class Trust(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.mine, cls.theirs = says(b"mine"), says(b"theirs")
        cls.addClassCleanup(cls.mine.close)
        cls.addClassCleanup(cls.theirs.close)
        cls.gateway = cls.gateway_with(f"web={cls.mine.port}")
        cls.key = cls.gateway.events("group")[0]["own_key"]

    def test_another_gateway_with_the_same_name_is_used_only_when_its_key_is_given(self):
        chat_id = self.gateway.chat_id
        member = self.world.member(chat_id, "web")
        port = local_port(member, "web")
        other = self.world.gateway("--join", chat_id, "--share", f"web={self.theirs.port}",
                                   data="other", create=False)
        other_key = other.event("group")["own_key"]
        warning = member.event("untrusted_gateway", timeout=60, service="web")
        self.assertEqual(warning["gateway"], other_key)
        self.assertEqual(warning["trusted_gateway"], self.key)
        self.assertEqual(heard_at(port), b"mine")

        # Not even after the trusted gateway has left, and not after a restart.
        self.assertEqual(self.gateway.stop(), 0)
        member.event("closed", service="web")
        self.assertTrue(refuses(port))
        self.assertEqual(member.stop(), 0)
        member = self.world.member(chat_id, "--all")
        member.event("untrusted_gateway", timeout=60, service="web")
        self.assertEqual(member.events("listening", service="web"), [])
        self.assertEqual(member.stop(), 0)

        chosen = free_port()
        member = self.world.member(chat_id, f"web@{other_key[:16].lower()}={chosen}")
        self.assertEqual(local_port(member, "web", 60), chosen)
        self.assertEqual(heard_at(chosen), b"theirs")
        self.assertEqual(member.stop(), 0)


if __name__ == "__main__":
    unittest.main()
