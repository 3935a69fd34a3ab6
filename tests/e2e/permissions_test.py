"""Tests permissions: the first owner, rules that act at once, bans, and a refused member."""

import unittest

from harness import SharedWorld, connect, local_port, refuses
from servers import TcpServer, echo


class Permissions(SharedWorld):
    """One hand-written peer has founded the group and is an admin, another is a plain member; a
    member process uses services."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.founder = cls.world.raw_founder()
        founded = cls.founder.event("founded")
        cls.chat_id = founded["chat_id"]
        cls.gateway = cls.world.gateway("--join", cls.chat_id, "--share",
                                        f"echo={cls.server.port}", create=False)
        cls.token = cls.gateway.event("claim_token")["token"]
        cls.key = cls.gateway.event("group")["own_key"]
        cls.founder.meet(cls.key, cls.gateway)
        assert "is now admin" in cls.world.ctl("admin", "add", founded["own_key"])
        cls.member = cls.world.member(cls.chat_id, "--all")
        cls.port = local_port(cls.member, "echo", 60)
        cls.plain = cls.world.raw_peer(cls.chat_id, "plain")
        cls.plain.meet(cls.key, cls.gateway)

    def setUp(self):
        self.founder.forget()
        self.plain.forget()

    def ask(self, peer, text):
        peer.tell("whisper", self.key, text)
        return peer.answer()

    def user_key(self):
        """Returns the key of the member that uses services, from the gateway's list of
        connections."""
        with connect(self.port) as client:
            client.sendall(b"x")
            client.recv(1)
            listed = self.ask(self.founder, "connections echo")
        self.assertIn("echo", listed)
        return listed.split("(")[1].split(")")[0]

    def test_the_token_makes_one_owner_and_no_second(self):
        self.assertIn("needs the level owner", self.ask(self.plain, "admin list"))
        self.assertIn("4 tries", self.ask(self.plain, "claim 00"))
        self.assertIn("you are an owner", self.ask(self.plain, f"claim {self.token}"))
        self.assertIn("plain", self.ask(self.plain, "admin list"))
        self.assertIn("no token", self.ask(self.founder, f"claim {self.token}"))

    def test_a_changed_rule_acts_on_a_connection_at_once(self):
        key = self.user_key()
        with connect(self.port) as client:
            client.sendall(b"in use")
            self.assertEqual(client.recv(100), b"in use")
            self.assertIn("may not use", self.ask(self.founder, f"deny echo {key}"))
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
        self.member.event("withdrawn", 20, service="echo")
        self.assertTrue(refuses(self.port))
        self.assertIn("removed the rule", self.ask(self.founder, f"acl echo clear {key}"))
        self.assertEqual(local_port(self.member, "echo", 20), self.port)


if __name__ == "__main__":
    unittest.main()
