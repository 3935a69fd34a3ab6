"""Tests an owner's commands: other groups, rates, edits."""

import hashlib
import os
import time
import unittest

from harness import connect, local_port, read_all, refuses
from owner_case import OwnerCase
from servers import TcpServer, echo

DOWNLOAD = os.urandom(300_000)
RATE = 100_000  # bytes per second


def send_download(connection):
    connection.recv(1)
    connection.sendall(DOWNLOAD)


class Owner(OwnerCase):
    """Also has a member process."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.downloads = TcpServer(send_download)
        cls.addClassCleanup(cls.downloads.close)
        super().prepare("--share", f"download={cls.downloads.port}", "--admin-ports", "1024-65535")
        cls.member = cls.world.member(cls.chat_id, "--all")
        cls.port = local_port(cls.member, "download", 60)

    def test_another_group_is_joined_served_and_left(self):
        other = self.world.raw_founder("other", "other-founder")
        other_id = other.event("founded")["chat_id"]
        self.assertIn("joining", self.ask(f"join {other_id}"))
        self.assertIn("already", self.ask(f"join {other_id}"))
        self.assertIn("no group has this", self.ask("join " + "F" * 64))
        key = other.event("peer", 60)["key"]
        self.gateway.wait_log(f"peer {other.events('founded')[0]['own_key'][:8]} joined", 60)
        self.assertIn(other_id, self.ask("groups"))

        # The other group's founder has no rights here, until an owner gives them, and then for
        # services that are shared there only.
        self.assertIn("yours is member", self.ask(f"share elsewhere {self.server.port}", other, key))
        self.assertIn("are admins", self.ask(f"group-roles {other_id} on"))
        self.assertIn("your role in this one", self.ask("disable download", other, key))
        self.assertIn("shared elsewhere", self.ask(f"share elsewhere {self.server.port}", other,
                                                   key))
        user = self.world.member(other_id, "elsewhere", data="other-member")
        port = local_port(user, "elsewhere", 60)
        with connect(port) as client:
            client.sendall(b"in use")
            self.assertEqual(client.recv(100), b"in use")
            self.assertNotIn("elsewhere", self.ask("services"))
            self.assertIn("may not use", self.ask("deny elsewhere " + "F" * 64, other, key))

            self.assertIn("Reply yes", self.ask(f"leave {other_id[:8].lower()}"))
            self.assertIn("left", self.ask("yes"))
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
        user.event("withdrawn", 40, service="elsewhere")
        self.assertTrue(refuses(port))
        other.event("peer_exit", 40, key=key)
        self.assertNotIn(other_id, self.ask("groups"))
        self.assertNotIn(other_id, [group["chat_id"] for group in self.status()["groups"]])  # needs all names
        services = self.ctl("services")
        self.assertNotIn("elsewhere", services)
        self.assertIn("download", services)
        # Its rules are removed too: a later service of that name is a new one.
        self.assertIn("shared elsewhere", self.ctl("share", "elsewhere", str(self.server.port)))
        self.assertNotIn("deny", self.ctl("acl", "elsewhere"))
        self.assertIn("is no longer shared", self.ctl("unshare", "elsewhere"))

    def test_an_edited_service_keeps_its_rules_and_is_used_at_its_new_port(self):
        self.assertIn("shared moving", self.ctl("share", "moving", "9"))
        local_port(self.member, "moving", 40)
        self.assertIn("moving now has the description", self.ctl("describe", "moving", "stays as it is"))
        self.assertIn("changed: moving", self.ask(f"edit moving {self.server.port}"))
        with connect(local_port(self.member, "moving", 40)) as client:
            client.sendall(b"edited")
            self.assertEqual(client.recv(100), b"edited")
        self.assertIn("stays as it is", self.ctl("services"))
        self.assertIn("is no longer shared", self.ctl("unshare", "moving"))

    def test_a_long_announcement_comes_in_pieces_and_ports_are_bounded(self):
        ports = " ".join(str(port) for port in range(10001, 10121, 2))
        self.founder.forget()
        self.assertIn("shared many", self.ctl("share", "many", *ports.split()))
        first = self.founder.event("message", 20, private=False)["text"]
        second = self.founder.event("message", 20, private=False)["text"]
        self.assertLessEqual(max(len(first.encode()), len(second.encode())), 480)
        self.assertTrue(first.startswith("now shared: many"), first)
        self.assertIn("tcp 10119)", second)
        self.assertIn("shared more", self.ctl("share", "more", "20001-20064/udp"))
        self.assertIn("128 ports", self.ctl("share", "most", "20101-20104/udp"))
        self.assertIn("is no longer shared", self.ctl("unshare", "more"))
        self.assertIn("is no longer shared", self.ctl("unshare", "many"))

    # A rate is an upper limit, so only the time's lower bound is tested.
    def test_a_rate_slows_a_download_and_changes_nothing_in_it(self):
        self.assertIn("rate=100 kB/s", self.ctl("limit", "download", f"rate={RATE}"))
        try:
            began = time.monotonic()
            with connect(self.port, 120) as client:
                client.sendall(b".")
                received = read_all(client)
            took = time.monotonic() - began
        finally:
            self.assertIn("rate=none", self.ctl("limit", "download", "rate=none"))
        self.assertEqual(hashlib.sha256(received).digest(), hashlib.sha256(DOWNLOAD).digest())
        # The initial burst is at most one second's worth.
        self.assertGreater(took, (len(DOWNLOAD) - RATE) / RATE)


if __name__ == "__main__":
    unittest.main()
