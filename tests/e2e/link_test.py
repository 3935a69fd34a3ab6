"""Tests peers with the link and in base mode in all combinations, and over a relay."""

import hashlib
import os
import unittest

from harness import SharedWorld, World, connect, free_port, local_port, read_all
from process import Node
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

    def fetch(self, member):
        with connect(local_port(member, "file")) as client:
            self.assertEqual(hashlib.sha256(read_all(client)).digest(),
                             hashlib.sha256(CONTENT).digest())

    def test_two_with_the_link_use_it_and_say_so(self):
        member = self.world.member(self.gateway.chat_id, "--all", data="new-new")
        self.fetch(member)
        path = member.event("path")
        self.assertEqual((path["mode"], path["path"]), ("link", "direct"))
        self.assertEqual(member.events("base_mode"), [])

    def test_a_member_without_the_link_uses_base_mode_and_says_so(self):
        member = self.world.member(self.gateway.chat_id, "--all", "--no-link", data="old-new")
        self.fetch(member)
        member.event("base_mode")
        self.assertEqual(member.event("path")["mode"], "base")

    def test_a_gateway_without_the_link_is_used_in_base_mode(self):
        member = self.world.member(self.old_gateway.chat_id, "--all", data="new-old")
        self.fetch(member)
        member.event("base_mode")
        self.assertEqual(member.event("path")["mode"], "base")

    def test_cubic_carries_a_file_too(self):
        member = self.world.member(self.gateway.chat_id, "--all", "--congestion", "cubic",
                                   data="cubic")
        self.fetch(member)


class Relay(unittest.TestCase):
    def test_without_udp_the_link_runs_over_a_relay(self):
        world = World(boot=False)
        self.addCleanup(world.close)
        port = free_port()
        node = world.start(Node, "node", "--udp-port", str(port), "--tcp-relay-port", str(port),
                           data="boot")
        world.boot = node.event("node", timeout=20)["bootstrap"]
        server = TcpServer(serve_content)
        self.addCleanup(server.close)
        gateway = world.gateway("--no-udp", "--share", f"file={server.port}")
        chat_id = gateway.event("group")["chat_id"]
        member = world.member(chat_id, "--all", "--no-udp")
        port = local_port(member, "file", timeout=90)
        for _ in range(3):
            with connect(port) as client:
                self.assertEqual(hashlib.sha256(read_all(client)).digest(),
                                 hashlib.sha256(CONTENT).digest())
        path = member.event("path")
        self.assertEqual((path["mode"], path["path"]), ("link", "relay"))


if __name__ == "__main__":
    unittest.main()
