"""Tests two gateways that run on copies of one data folder."""

import shutil
import unittest

from harness import SharedWorld, free_port


class CopiedFolder(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.gateway = cls.gateway_with(f"web={free_port()}")
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        cls.member.event("listening", 60)

    # The member changes to the copy at once, and back when the gateway has missed it for a minute.
    def test_is_noticed_when_a_member_changes_from_one_to_the_other(self):
        shutil.copytree(self.world.path("gateway"), self.world.path("copy"),
                        ignore=shutil.ignore_patterns("control.sock"))
        copy = self.world.gateway("--share", f"web={free_port()}", data="copy")
        copy.event("joined", 60)
        problem = self.gateway.event("copied", 120)["problem"]
        self.assertIn("a copy of this data folder runs elsewhere, as 1 peer shows", problem)
        status = self.world.ask("status", "--json")
        self.assertIn(problem, status)


if __name__ == "__main__":
    unittest.main()
