"""Tests services with many ports, services for listed persons, and targets that come and go."""

import contextlib
import socket
import subprocess
import unittest

from harness import NGCSHARE, SharedWorld, connect, free_port, local_port
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


class ForSome(SharedWorld):
    """A service for listed persons. The test writes the list into the database by hand."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"closed={cls.server.port}", f"open={cls.server.port}")
        cls.chat_id = cls.gateway.chat_id
        cls.keys = {}
        for name in ("guest", "stranger"):
            member = cls.world.member(cls.chat_id, "--all", data=name)
            cls.keys[name] = member.event("joined")["own_key"]
            local_port(member, "closed")
            member.stop()
        cls.gateway.stop()
        cls.put_on_list(cls.keys["guest"])
        cls.gateway = cls.world.gateway(create=False)
        cls.gateway.event("group")

    @classmethod
    def put_on_list(cls, key):
        for words in (["acl", "closed", "list"], ["allow", "closed", key]):
            subprocess.run([NGCSHARE, "ctl", "--data-dir", cls.world.path("gateway"), *words],
                           check=True, capture_output=True, timeout=60)

    def test_only_who_is_on_the_list_is_offered_the_service(self):
        guest = self.world.member(self.chat_id, "--all", data="guest")
        stranger = self.world.member(self.chat_id, "--all", data="stranger")
        with connect(local_port(guest, "closed", 60)) as client:
            client.sendall(b"let me in")
            self.assertEqual(client.recv(100), b"let me in")
        local_port(guest, "open", 60)
        local_port(stranger, "open", 60)
        # The services are offered in the order of sharing, so the other one would have arrived by
        # now.
        self.assertEqual(stranger.events("offer", service="closed"), [])


class Health(SharedWorld):
    def test_a_target_that_does_not_answer_is_told_of(self):
        port = free_port()
        gateway = self.world.gateway("--share", f"gone={port}", health_checks=True)
        chat_id = gateway.event("group")["chat_id"]
        # Not the target's port, because the member could listen on it.
        local = local_port(self.world.member(chat_id, f"gone={free_port()}"), "gone")
        for _ in range(2):  # refused connections count as failed checks
            with contextlib.suppress(ConnectionResetError), connect(local) as client:
                client.recv(1)
        event = gateway.event("target", 20, service="gone")
        self.assertEqual(event["text"], "gone is down")


if __name__ == "__main__":
    unittest.main()
