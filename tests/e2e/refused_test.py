"""Tests gateways and members that a group refuses or kicks out."""

import unittest

from harness import World, free_port


class Refused(unittest.TestCase):
    """Each test has a world of its own, because its group is spoilt afterwards."""

    longMessage = True

    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def second_gateway(self, chat_id, *words):
        return self.world.gateway("--join", chat_id, "--share", f"second={free_port()}", *words,
                                  data="second", create=False)

    def test_a_lie_about_the_password_ends_nobody(self):
        first = self.world.gateway("--share", f"web={free_port()}")
        chat_id = first.event("group")["chat_id"]
        liar = self.world.raw_peer(chat_id, "liar")
        liar.event("joined", 60)
        self.assertEqual(first.stop(), 0)
        liar.tell("lie", "there is a password")
        member = self.world.member(chat_id, "--all")
        second = self.second_gateway(chat_id)
        for process in (member, second):
            reason = process.event("outside", 60)["reason"]
            self.assertIn("refused 3 times, at last because of a wrong password", reason)
            self.assertTrue(process.running())
        liar.tell("quit")
        self.world.gateway("--share", f"web={free_port()}")
        for process in (member, second):
            process.event("joined", 120)

    def test_a_gateway_knows_the_password_that_the_founder_has_changed(self):
        founder = self.world.raw_founder()
        founder.tell("password", "older")
        chat_id = founder.event("founded")["chat_id"]
        words = ("--password-file", self.world.write("older", "older\n"))
        gateway = self.second_gateway(chat_id, *words)
        gateway.event("joined", 60)
        founder.tell("password", "newer")
        gateway.event("password_changed")
        self.assertEqual(gateway.stop(), 0)
        gateway = self.second_gateway(chat_id, *words)
        gateway.event("joined", 60)
        self.assertEqual(gateway.events("outside"), [])

    def test_a_gateway_that_was_kicked_out_says_so_and_comes_back(self):
        founder = self.world.raw_founder()
        chat_id = founder.event("founded")["chat_id"]
        gateway = self.second_gateway(chat_id)
        own_key = gateway.event("group")["own_key"]
        gateway.event("joined", 60)
        founder.event("peer", key=own_key)
        founder.tell("kick", own_key)
        self.assertEqual(gateway.event("outside")["reason"], "kicked out once")
        groups = self.world.ask("ctl", "groups", data="second")
        self.assertIn("kicked out once", groups)
        self.assertEqual(gateway.stop(), 0)
        self.second_gateway(chat_id).event("joined", 60)


if __name__ == "__main__":
    unittest.main()
