"""Tests ngcshare connect: its local ports, its output and its exit codes."""

import json
import re
import socket
import time
import unittest

from harness import SharedWorld, World, connect, free_port, local_port
from process import Node
from servers import TcpServer

# Chat ids are Ed25519 keys: the first is a valid one (from RFC 8032's examples), the other is not.
STRANGER = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"
NO_KEY = "E4D1F6A7" * 8


class Member(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.server = TcpServer(lambda connection: connection.sendall(b"hello"))
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"hello={cls.server.port}", "game=27015/both", "dns=5353/udp")
        cls.taken = free_port()
        cls.addClassCleanup(socket.create_server(("127.0.0.1", cls.taken)).close)
        # The members that never join give up while the others work.
        cls.stranger = cls.start_member("stranger", STRANGER, "--timeout", "12")

    @classmethod
    def start_member(cls, name, chat_id, *arguments):
        words = cls.world.words("connect", chat_id, *arguments, data=name, log_level="error")
        return cls.world.keep(Node(words, log_path=cls.world.path(name + ".log")))

    def start(self, name, *arguments):
        # Join one after the other: members that join together take long to see the gateway.
        return self.start_member(name, self.gateway.chat_id, *arguments)

    def assert_ends(self, process, code, *words):
        """Asserts that the process ends with `code`, after one line that contains all of
        `words`."""
        self.assertEqual(process.wait(60), code, process.log())
        self.assertEqual(len(process.log().splitlines()), 1, process.log())
        for word in words:
            self.assertIn(word, process.log())

    def test_a_suggested_port_that_is_taken_gives_the_next_one_and_says_so(self):
        process = self.start("taken", "hello")
        line = process.wait_line(lambda line: line.startswith("hello is ready: "), 40)
        port = int(re.search(r"127\.0\.0\.1:(\d+)", line)[1])
        self.assertGreater(port, self.server.port)
        self.assertLess(port, self.server.port + 20)
        self.assertIn(f"its usual port is {self.server.port}", line)
        with connect(port) as client:
            self.assertEqual(client.recv(10), b"hello")
        self.assertEqual(process.stop(), 0)

    def test_a_port_that_was_asked_for_and_is_taken_ends_it_with_6(self):
        self.assert_ends(self.start("asked", f"hello={self.taken}"), 6, f"127.0.0.1:{self.taken}", "=PORT")

    def test_a_port_that_was_asked_for_is_used_again_after_a_restart(self):
        port = free_port()
        for chosen in (f"hello={port}", "hello"):
            member = self.world.member(self.gateway.chat_id, chosen, data="again")
            self.assertEqual(local_port(member, "hello"), port)
            self.assertEqual(member.stop(), 0)

    def test_the_list_shows_what_is_offered_and_opens_nothing(self):
        process = self.start("list", "--list")
        self.assertEqual(process.wait(60), 0, process.log())
        rows = [line.split() for line in process.lines if line]
        key = next(row[1] for row in rows if row[0] == "hello")
        self.assertIn(["SERVICE", "FROM", "PORT", "LOCAL", "ADDRESS"], rows)
        self.assertIn(["hello", key, "tcp", str(self.server.port), "-"], rows)
        self.assertIn(["game", key, "tcp+udp", "27015", "-"], rows)
        self.assertIn(["dns", key, "udp", "5353", "-"], rows)

    def test_json_is_one_object_a_line(self):
        process = self.start("list-json", "--list", "--json")
        self.assertEqual(process.wait(60), 0, process.log())
        for line in process.lines:
            self.assertIn("event", json.loads(line))
        offered = {event["service"]: event for event in process.events("offer")}
        self.assertEqual(set(offered), {"hello", "game", "dns"})
        self.assertEqual(offered["game"]["port"], 27015)
        self.assertTrue(offered["game"]["udp"])

    def test_a_service_that_nobody_offers_ends_it_with_7(self):
        self.assert_ends(self.start("nothing", "nothing", "--timeout", "12"), 7, "nothing", "--list")

    def test_a_timeout_does_not_end_a_member_that_has_its_services(self):
        begin = time.monotonic()
        member = self.start("in-time", "hello", "--json", "--timeout", "12")
        port = local_port(member, "hello")
        with self.assertRaises(AssertionError):
            member.event("failed", timeout=begin + 13 - time.monotonic())
        with connect(port) as client:
            self.assertEqual(client.recv(10), b"hello")
        with open("/proc/net/tcp", encoding="ascii") as table:
            bound = [line.split()[1] for line in table if line.split()[3] == "0A"]
        self.assertIn(f"0100007F:{port:04X}", bound)  # on loopback and nowhere else
        self.assertNotIn(f"00000000:{port:04X}", bound)
        self.assertEqual(member.stop(), 0)

    def test_a_chat_id_that_nobody_knows_ends_it_with_3(self):
        self.assert_ends(self.stranger, 3, "group", "chat id")

    def test_a_chat_id_that_cannot_be_one_ends_it_with_2(self):
        result = self.world.run("connect", NO_KEY, data="no-key")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("chat id", result.stderr)

    def test_no_boot_node_ends_it_with_3(self):
        alone = World(boot=False)
        self.addCleanup(alone.close)
        result = alone.run("connect", self.gateway.chat_id, "--timeout", "2", log_level="error")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("--bootstrap", result.stderr)


if __name__ == "__main__":
    unittest.main()
