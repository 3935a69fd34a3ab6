"""Tests the commands in the group and in private messages, and who may give them."""

import contextlib
import os
import threading
import unittest

from harness import SharedWorld, connect, free_port, local_port, refuses
from servers import TcpServer, echo


def udp_ports(pid):
    """Returns the local ports of a process's udp sockets."""
    sockets = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    ports = set()
    for table in ("udp", "udp6"):
        with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:
            for fields in (line.split() for line in lines.readlines()[1:]):
                if f"socket:[{fields[9]}]" in sockets:
                    ports.add(int(fields[1].rsplit(":", 1)[1], 16))
    assert ports
    return ports


class Chat(SharedWorld):
    """One hand-written peer has founded the group, whose roles count, another is a plain member."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.founder = cls.world.raw_founder()
        cls.chat_id = cls.founder.event("founded")["chat_id"]
        cls.gateway = cls.start_gateway("--share", "base=80")
        cls.key = cls.gateway.event("group")["own_key"]
        cls.founder.meet(cls.key, cls.gateway)
        assert "are admins" in cls.world.ctl("group-roles", cls.chat_id, "on")
        cls.member = cls.world.member(cls.chat_id, "--all")
        local_port(cls.member, "base", 60)
        cls.plain = cls.world.raw_peer(cls.chat_id, "plain")
        cls.plain.meet(cls.key, cls.gateway)

    @classmethod
    def start_gateway(cls, *arguments):
        cls.page = free_port()
        return cls.world.gateway("--join", cls.chat_id, "--admin-ports", "1024-65535", "--http",
                                 cls.page, *arguments, create=False)

    def setUp(self):
        self.founder.forget()
        self.plain.forget()

    def ask(self, peer, text):
        """Sends a private message and returns the first piece of the answer."""
        peer.tell("whisper", self.key, text)
        return peer.answer()

    def share(self, name, how=""):
        self.assertIn("shared " + name, self.ask(self.founder, f"/share {name} "
                                                 f"{self.server.port}{how}"))
        return local_port(self.member, name, 20)

    def unshare(self, name):
        self.assertIn(name, self.ask(self.founder, f"/unshare {name} --yes"))
        self.member.event("withdrawn", 20, service=name)

    def test_a_service_shared_by_chat_is_used_and_can_be_withdrawn_while_in_use(self):
        port = self.share("chatted")
        announced = self.plain.event("message", private=False)["text"]
        self.assertIn("chatted", announced)
        with connect(port) as client:
            client.sendall(b"in use")
            self.assertEqual(client.recv(100), b"in use")
            self.assertIn("1 connection\n", self.ask(self.founder, "/services") + "\n")
            self.unshare("chatted")
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
        self.assertTrue(refuses(port))
        self.assertNotIn("chatted", self.ask(self.founder, "/services"))

    def test_all_prefixes_work_in_the_group_and_are_answered_in_private(self):
        for prefix in ("/", "!", "ngcshare:", "ngcshare: "):
            self.plain.tell("say", prefix + "services")
            self.assertIn("base", self.plain.event("message", private=True)["text"], prefix)

    def test_what_is_no_command_is_left_alone_in_the_group(self):
        self.plain.tell("say", "services?")
        self.plain.tell("say", "!help")
        answer = self.plain.event("message", private=True)["text"]
        self.assertTrue(answer.startswith("services"), answer)  # help's first line

    def test_a_plain_member_may_not_share_and_is_told_why(self):
        for words in ("share evil 22", "unshare base"):
            answer = self.ask(self.plain, words)
            self.assertIn("needs the level group admin", answer)
            self.assertIn("member", answer)
        self.assertIn("base", self.ask(self.plain, "services"))
        self.assertNotIn("share NAME", self.ask(self.plain, "help"))

    def test_the_founder_rules_what_is_shared_in_the_group_alone(self):
        for words in ("disable base", "unshare base --yes", "edit base 81"):
            self.assertIn("your role in this one covers only", self.ask(self.founder, words))
        for port in (22, self.page):
            self.assertIn("--admin-ports", self.ask(self.founder, f"share mine {port}"))
        self.assertIn("needs the level owner", self.ask(self.founder, "group-roles"))

    def test_a_typing_error_gets_the_nearest_command(self):
        self.assertIn("did you mean services?", self.ask(self.founder, "/servces"))

    def test_a_moderator_may_share(self):
        moderator = self.world.raw_peer(self.chat_id, "moderator")
        moderator.meet(self.key, self.gateway)
        own_key = moderator.event("joined")["own_key"]
        self.founder.event("peer", 60, key=own_key)
        self.founder.tell("role", own_key, "moderator")
        # The role reaches the gateway some time later, without an event.
        for _ in range(8):
            answer = self.ask(moderator, f"share moderated {self.server.port}")
            if "shared" in answer:
                break
            threading.Event().wait(0.5)
        self.assertIn("shared moderated", answer)
        for port in udp_ports(self.gateway.pid):
            self.assertIn("--admin-ports", self.ask(moderator, f"share mine {port}/udp"))
        self.unshare("moderated")


if __name__ == "__main__":
    unittest.main()
