"""Tests ngcshare connect --list."""

import json
import unittest

from member_case import MemberCase


class MemberList(MemberCase):
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


if __name__ == "__main__":
    unittest.main()
