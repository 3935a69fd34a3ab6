"""ngcshare connect: where it listens, what it prints, and how it ends."""

import json
import re
import socket
import unittest

from harness import SharedWorld, connect, free_port, local_port
from servers import TcpServer

# Chat ids are Ed25519 keys: the first is one (of RFC 8032's examples), the other is not.
STRANGER = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"
NO_KEY = "E4D1F6A7" * 8


class Member(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.server = TcpServer(lambda connection: connection.sendall(b"hello"))
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"hello={cls.server.port}", "game=27015/both", "dns=5353/udp")

    def taken_port(self):
        port = free_port()
        self.addCleanup(socket.create_server(("127.0.0.1", port)).close)
        return port

    def connect(self, *arguments, data, **keywords):
        return self.world.run("connect", self.gateway.chat_id, *arguments, data=data, **keywords)

    def assert_one_line(self, result, *words):
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_a_suggested_port_that_is_taken_gives_the_next_one_and_says_so(self):
        process = self.world.add(
            self.world.words("connect", self.gateway.chat_id, "hello", data="taken"), "taken")
        line = process.wait_line(lambda line: line.startswith("ready: hello"), 40)
        port = int(re.search(r"127\.0\.0\.1:(\d+)", line)[1])
        self.assertGreater(port, self.server.port)
        self.assertLess(port, self.server.port + 20)
        self.assertIn(f"port {self.server.port} was not free", line)
        with connect(port) as client:
            self.assertEqual(client.recv(10), b"hello")
        self.assertEqual(process.stop(), 0)

    def test_a_port_that_was_asked_for_and_is_taken_ends_it_with_6(self):
        port = self.taken_port()
        result = self.connect(f"hello={port}", data="asked")
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assert_one_line(result, f"127.0.0.1:{port}", "=PORT")

    def test_a_port_that_was_asked_for_is_used_again_after_a_restart(self):
        port = free_port()
        for chosen in (f"hello={port}", "hello"):
            member = self.world.member(self.gateway.chat_id, chosen, data="again")
            self.assertEqual(local_port(member, "hello"), port)
            self.assertEqual(member.stop(), 0)

    def test_the_list_shows_what_is_offered_and_opens_nothing(self):
        result = self.connect("--list", data="list")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = [line.split() for line in result.stdout.splitlines() if line]
        key = rows[-1][1]
        self.assertIn(["SERVICE", "FROM", "PORT", "LOCAL", "ADDRESS"], rows)
        self.assertIn(["hello", key, "tcp", str(self.server.port), "-"], rows)
        self.assertIn(["game", key, "tcp+udp", "27015", "-"], rows)
        self.assertIn(["dns", key, "udp", "5353", "-"], rows)

    def test_json_is_one_object_a_line(self):
        result = self.connect("--list", "--json", data="list-json")
        self.assertEqual(result.returncode, 0, result.stderr)
        events = [json.loads(line) for line in result.stdout.splitlines()]
        offered = {event["service"]: event for event in events if event["event"] == "offer"}
        self.assertEqual(set(offered), {"hello", "game", "dns"})
        self.assertEqual(offered["game"]["port"], 27015)
        self.assertTrue(offered["game"]["udp"])

    def test_a_service_that_nobody_offers_ends_it_with_7(self):
        result = self.connect("nothing", "--timeout", "12", data="nothing")
        self.assertEqual(result.returncode, 7, result.stderr)
        self.assert_one_line(result, "nothing", "--list")

    def test_a_timeout_does_not_end_a_member_that_has_its_services(self):
        member = self.world.member(self.gateway.chat_id, "hello", "--timeout", "12", data="in-time")
        port = local_port(member, "hello")
        with self.assertRaises(AssertionError):
            member.event("failed", timeout=6)
        with connect(port) as client:
            self.assertEqual(client.recv(10), b"hello")
        self.assertEqual(member.stop(), 0)

    def test_a_chat_id_that_nobody_knows_ends_it_with_3(self):
        result = self.world.run("connect", STRANGER, "--timeout", "12", data="stranger")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assert_one_line(result, "group", "chat id")

    def test_a_chat_id_that_cannot_be_one_ends_it_with_2(self):
        result = self.world.run("connect", NO_KEY, "--timeout", "6", data="no-key")
        self.assert_one_line(result, "chat id")
        self.assertEqual(result.returncode, 2, result.stderr)

    def test_no_boot_node_ends_it_with_3(self):
        words = ["connect", self.gateway.chat_id, "--timeout", "2"]
        boot, self.world.boot = self.world.boot, None
        try:
            result = self.world.run(*words, data="alone")
        finally:
            self.world.boot = boot
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assert_one_line(result, "network", "--bootstrap")

    def test_it_listens_on_loopback_only(self):
        member = self.world.member(self.gateway.chat_id, "hello", data="loopback")
        port = local_port(member, "hello")
        with open("/proc/net/tcp") as table:
            bound = [line.split()[1] for line in table if line.split()[3] == "0A"]
        self.assertIn(f"0100007F:{port:04X}", bound)
        self.assertNotIn(f"00000000:{port:04X}", bound)
        self.assertEqual(member.stop(), 0)


if __name__ == "__main__":
    unittest.main()
