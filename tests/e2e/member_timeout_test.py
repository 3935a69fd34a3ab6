"""Tests ngcshare connect --timeout, and the exit codes of members that do not get what they
want."""

import time
import unittest

from harness import World, connect, local_port
from member_case import MemberCase

# Chat ids are Ed25519 keys: the first is a valid one (from RFC 8032's examples), the other is not.
STRANGER = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"
NO_KEY = "E4D1F6A7" * 8
TIMEOUT = "20"  # seconds, in which a member sees the gateway even on a busy machine


class MemberTimeout(MemberCase):
    @classmethod
    def prepare(cls):
        super().prepare()
        # All wait for their timeouts at the same time.
        cls.stranger = cls.start("stranger", "--timeout", TIMEOUT, chat_id=STRANGER)
        cls.begin = time.monotonic()
        cls.in_time = cls.start("in-time", "hello", "--json", "--timeout", TIMEOUT)
        cls.port = local_port(cls.in_time, "hello")
        cls.nothing = cls.start("nothing", "nothing", "--timeout", TIMEOUT)

    def test_a_service_that_nobody_offers_ends_it_with_7(self):
        self.assert_ends(self.nothing, 7, "nothing", "--list")

    def test_a_timeout_does_not_end_a_member_that_has_its_services(self):
        with self.assertRaises(AssertionError):
            self.in_time.event("failed", timeout=self.begin + int(TIMEOUT) + 1 - time.monotonic())
        with connect(self.port) as client:
            self.assertEqual(client.recv(10), b"hello")
        with open("/proc/net/tcp", encoding="ascii") as table:
            bound = [line.split()[1] for line in table if line.split()[3] == "0A"]
        self.assertIn(f"0100007F:{self.port:04X}", bound)  # on loopback and nowhere else
        self.assertNotIn(f"00000000:{self.port:04X}", bound)
        self.assertEqual(self.in_time.stop(), 0)

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
