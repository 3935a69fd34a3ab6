"""Tests services with many ports."""

import socket
import unittest

from harness import SharedWorld, connect, free_port, local_port
from servers import TcpServer, UdpEcho, echo


class ManyPorts(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.tcp = TcpServer(echo)
        cls.udp = UdpEcho()
        cls.pair_port = free_port()
        cls.pair_tcp = TcpServer(echo, cls.pair_port)
        cls.pair_udp = UdpEcho(cls.pair_port)
        for server in (cls.tcp, cls.udp, cls.pair_tcp, cls.pair_udp):
            cls.addClassCleanup(server.close)
        cls.gateway = cls.gateway_with(
            f"game={cls.tcp.port},{cls.udp.port}/udp,{cls.pair_port}/tcp,{cls.pair_port}/udp")
        cls.wanted_port = free_port()
        cls.member = cls.world.member(cls.gateway.chat_id, f"game={cls.wanted_port}")

    def ask_tcp(self, port):
        with connect(port) as client:
            client.sendall(b"by tcp")
            self.assertEqual(client.recv(100), b"by tcp")

    def ask_udp(self, port):
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(10)
            client.connect(("127.0.0.1", port))
            client.send(b"by udp")
            self.assertEqual(client.recv(100), b"by udp")

    def test_all_ports_of_a_service_are_reached_by_its_name(self):
        first = local_port(self.member, "game")
        self.assertEqual(first, self.wanted_port)
        self.ask_tcp(first)
        self.ask_udp(local_port(self.member, f"game:{self.udp.port}"))
        both = local_port(self.member, f"game:{self.pair_port}")
        self.ask_tcp(both)
        self.ask_udp(both)


if __name__ == "__main__":
    unittest.main()
