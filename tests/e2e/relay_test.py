"""Tests peers that reach each other over a relay only."""

import hashlib
import os
import unittest

from harness import World, connect, free_port, local_port, read_all
from process import Node
from servers import TcpServer

CONTENT = os.urandom(3 << 20)


def serve_content(connection):
    connection.sendall(CONTENT)


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
