"""Tests a gateway and a member on one machine while the service itself does not run."""

import unittest

from harness import SharedWorld, connect, free_port, local_port
from servers import TcpServer, echo


class OwnTarget(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.target = free_port()
        cls.gateway = cls.gateway_with(f"web={cls.target}")
        cls.member = cls.world.member(cls.gateway.chat_id, "web")

    def test_the_member_leaves_the_port_at_which_the_gateway_looks_for_the_service(self):
        self.assertEqual(local_port(self.member, "web"), self.target)
        # The gateway's own check of the service may have come first, and closed the port.
        with self.assertRaises(ConnectionError):
            with connect(self.target) as program:
                program.settimeout(20)
                if not program.recv(1):
                    raise ConnectionResetError
        self.assertEqual(self.member.event("own_target", 20)["local_port"], self.target)
        moved = self.member.event("listening", 20, service="web")["local_port"]
        self.assertNotEqual(moved, self.target)
        server = TcpServer(echo, self.target)
        self.addCleanup(server.close)
        with connect(moved) as program:
            program.settimeout(20)
            program.sendall(b"hello")
            self.assertEqual(program.recv(100), b"hello")


if __name__ == "__main__":
    unittest.main()
