"""Tests a gateway and a member on one machine while the service itself does not run."""

import socket
import unittest

from harness import SharedWorld, connect, free_port, local_port
from servers import TcpServer, echo


class OwnTarget(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.target, cls.game = free_port(), free_port()
        cls.gateway = cls.gateway_with(f"web={cls.target}", f"game={cls.game}/udp")
        cls.member = cls.world.member(cls.gateway.chat_id, "web", "game")

    def moved(self, service):
        """Waits until the member has another port for the service than its target; returns it."""
        return self.member.event("listening", 20, service=service)["local_port"]

    def test_the_member_leaves_the_port_at_which_the_gateway_looks_for_the_service(self):
        self.assertEqual(local_port(self.member, "web"), self.target)
        # The gateway's own check of the service may have come first, and closed the port.
        with self.assertRaises(ConnectionError):
            with connect(self.target) as program:
                program.settimeout(20)
                if not program.recv(1):
                    raise ConnectionResetError
        left = self.member.event("own_target", 20, service="web")
        self.assertEqual(left["local_port"], self.target)
        moved = self.moved("web")
        self.assertNotEqual(moved, self.target)
        server = TcpServer(echo, self.target)
        self.addCleanup(server.close)
        with connect(moved) as program:
            program.settimeout(20)
            program.sendall(b"hello")
            self.assertEqual(program.recv(100), b"hello")

    def test_the_member_leaves_a_udp_port_too(self):
        self.assertEqual(local_port(self.member, "game"), self.game)
        with socket.socket(type=socket.SOCK_DGRAM) as program:
            program.settimeout(20)
            program.sendto(b"anybody?", ("127.0.0.1", self.game))
            left = self.member.event("own_target", 20, service="game")
            self.assertEqual(left["local_port"], self.game)
            moved = self.moved("game")
            self.assertNotEqual(moved, self.game)
            with socket.socket(type=socket.SOCK_DGRAM) as server:
                server.settimeout(20)
                server.bind(("127.0.0.1", self.game))
                program.sendto(b"hello", ("127.0.0.1", moved))
                data, client = server.recvfrom(100)
                self.assertEqual(data, b"hello")
                server.sendto(b"hello yourself", client)
                self.assertEqual(program.recv(100), b"hello yourself")


if __name__ == "__main__":
    unittest.main()
