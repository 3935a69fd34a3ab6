"""Tests that an owner can ban a person who has left."""

import unittest

from owner_case import OwnerCase


class OwnerBan(OwnerCase):
    def test_who_left_without_a_word_is_banned_by_the_nickname(self):
        silent = self.world.raw_peer(self.chat_id, "gone")
        # It announces its end only to peers that it has seen; others notice after a minute.
        silent.event("peer", 60, key=self.key)
        silent.event("peer", 60, key=self.founder_key)
        self.founder.wait_event(
            lambda event: event.get("event") == "peer" and event["name"] == "gone", 60)
        silent.tell("quit")
        silent.wait(20)
        self.founder.event("peer_exit", 60)
        self.assertIn("gone", self.ask("ban @gone 1h never said a word"))
        self.assertIn("never said a word", self.ask("ban"))


if __name__ == "__main__":
    unittest.main()
