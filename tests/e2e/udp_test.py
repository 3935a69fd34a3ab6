"""Tests udp through the group, and services with both transports."""

import json
import os
import socket
import subprocess
import unittest

from harness import SharedWorld, connect, free_port, local_port
from servers import TcpServer, UdpEcho, echo

LARGEST = 1367  # bytes of a datagram in one packet


class Udp(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.echo = UdpEcho()
        cls.pair_port = free_port()
        cls.pair_udp = UdpEcho(cls.pair_port)
        cls.pair_tcp = TcpServer(echo, cls.pair_port)
        for server in (cls.echo, cls.pair_udp, cls.pair_tcp):
            cls.addClassCleanup(server.close)
        iperf_port = free_port()
        cls.iperf_server = cls.world.add(
            ["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(iperf_port), "--forceflush"],
            "iperf-server")
        cls.iperf_server.wait_line(lambda line: "listening" in line, 10)
        cls.gateway = cls.gateway_with(
            f"echo={cls.echo.port}/udp", f"pair={cls.pair_port}/both",
            f"iperf={iperf_port}/both")
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        cls.port = local_port(cls.member, "echo")
        cls.iperf = local_port(cls.member, "iperf")

    def client(self, port=None):
        client = socket.socket(type=socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.settimeout(10)
        client.connect(("127.0.0.1", port or self.port))
        return client

    def ask(self, client, datagram):
        client.send(datagram)
        return client.recv(65536)

    def test_two_local_sources_are_two_to_the_target_and_each_gets_its_own_answers(self):
        first, second = self.client(), self.client()
        for number in range(3):
            self.assertEqual(self.ask(first, b"red %d" % number), b"red %d" % number)
            self.assertEqual(self.ask(second, b"blue %d" % number), b"blue %d" % number)
        heard = {}  # a local port of an earlier test may still have its mapping
        for source, datagrams in self.echo.sources.items():
            for datagram in datagrams:
                if datagram.startswith((b"red", b"blue")):
                    heard.setdefault(source, []).append(datagram)
        self.assertCountEqual(heard.values(), [[b"red 0", b"red 1", b"red 2"],
                                               [b"blue 0", b"blue 1", b"blue 2"]])

    def test_answers_find_their_way_when_both_ask_at_once(self):
        first, second = self.client(), self.client()
        self.ask(first, b"open")  # few datagrams are buffered until then
        self.ask(second, b"open")
        for number in range(50):
            first.send(b"first %d" % number)
            second.send(b"second %d" % number)
        self.assertEqual({first.recv(100)[:5] for _ in range(50)}, {b"first"})
        self.assertEqual({second.recv(100)[:6] for _ in range(50)}, {b"second"})

    def test_the_largest_datagram_passes(self):
        client = self.client()
        datagram = bytes(range(256)) * 6
        self.assertEqual(self.ask(client, datagram[:LARGEST]), datagram[:LARGEST])

    def test_a_larger_datagram_is_split_and_arrives_whole(self):
        client = self.client()
        for size in (LARGEST + 1, 9000, 65507):
            datagram = os.urandom(size)
            self.assertEqual(self.ask(client, datagram), datagram)

    def test_a_larger_answer_arrives_whole(self):
        client = self.client()
        for size in (LARGEST, LARGEST + 1, 65507):
            self.assertEqual(len(self.ask(client, b"size %d" % size)), size)

    def test_an_empty_datagram_passes(self):
        client = self.client()
        self.assertEqual(self.ask(client, b"before"), b"before")
        self.assertEqual(self.ask(client, b""), b"")
        self.assertEqual(self.ask(client, b"after"), b"after")

    def test_an_empty_datagram_may_be_the_first(self):
        self.assertEqual(self.ask(self.client(), b""), b"")

    def test_a_service_of_both_kinds_has_one_local_port(self):
        listening = self.member.events("listening", service="pair")[-1]
        self.assertEqual(listening["transport"], "both")
        port = listening["local_port"]
        self.assertEqual(self.ask(self.client(port), b"by udp"), b"by udp")
        with connect(port) as client:
            client.sendall(b"by tcp")
            self.assertEqual(client.recv(100), b"by tcp")
            self.assertEqual(self.ask(self.client(port), b"by udp again"), b"by udp again")

    def test_iperf3_measures_udp_through_the_group(self):
        result = subprocess.run(
            ["iperf3", "-c", "127.0.0.1", "-p", str(self.iperf), "-u", "-b", "8M", "-l", "1300",
             "-t", "2", "--json"], capture_output=True, timeout=60)
        report = json.loads(result.stdout)
        self.assertEqual(result.returncode, 0, report.get("error"))
        total = report["end"]["sum"]
        self.assertGreater(total["bytes"], 1_500_000)
        self.assertLess(total["lost_percent"], 1)
        self.assertEqual(self.iperf_server.wait(20), 0)

    def test_a_hundred_sources_at_once_are_all_answered(self):
        clients = [self.client() for _ in range(100)]
        for number, client in enumerate(clients):
            client.send(b"%d" % number)
        for number, client in enumerate(clients):
            self.assertEqual(client.recv(100), b"%d" % number)


if __name__ == "__main__":
    unittest.main()
