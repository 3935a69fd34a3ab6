"""Tests ngcshare connect --list."""

import json
import unittest

from member_case import MemberCase


class MemberList(MemberCase):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.table = cls.start("list", "--list")
        cls.objects = cls.start("list-json", "--list", "--json")

    def test_the_list_shows_what_is_offered_and_opens_nothing(self):
        self.assertEqual(self.table.wait(60), 0, self.table.log())
        rows = [line.split() for line in self.table.lines if line]
        key = next(row[1] for row in rows if row[0] == "hello")
        self.assertIn(["SERVICE", "FROM", "PORT", "STATE", "DESCRIPTION"], rows)
        self.assertIn(["hello", key, "tcp", str(self.server.port), "up"], rows)
        self.assertIn(["game", key, "tcp+udp", "27015", "up"], rows)
        self.assertIn(["dns", key, "udp", "5353", "up"], rows)

    def test_json_is_one_object_a_line(self):
        self.assertEqual(self.objects.wait(60), 0, self.objects.log())
        for line in self.objects.lines:
            self.assertIn("event", json.loads(line))
        offered = {event["service"]: event for event in self.objects.events("offer")}
        self.assertEqual(set(offered), {"hello", "game", "dns"})
        self.assertEqual(offered["game"]["port"], 27015)
        self.assertTrue(offered["game"]["udp"])


if __name__ == "__main__":
    unittest.main()
