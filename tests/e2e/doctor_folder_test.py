"""Tests the findings of ngcshare doctor in good and broken folders, without a network, and that it
changes nothing."""

import json
import os
import subprocess
import unittest

from command_line_test import content_of
from doctor_case import DoctorCase
from harness import NGCSHARE, free_port


class DoctorFolder(DoctorCase):
    def test_a_folder_that_is_looked_at_stays_as_it_was(self):
        folder = self.gateway("used", "--share", "web=80")
        before = content_of(folder)
        names = sorted(os.listdir(folder))
        _, checks = self.doctor("--timeout", "1", data="used")
        self.assert_state(checks, gateway="ok", profile="ok", database="ok")
        self.assertEqual(content_of(folder), before)
        self.assertEqual(sorted(os.listdir(folder)), names)

    def test_no_network(self):
        dead = f"127.0.0.1:{free_port()}:{'AB' * 32}"
        code, checks = self.doctor("--bootstrap", dead, "--timeout", "5", data="offline")
        self.assertEqual(code, 1)
        self.assert_state(checks, UDP="fail", TCP_relays="fail", Tox_network="fail",
                          data_folder="ok")
        self.assertIn("5 s", checks["Tox network"]["finding"])
        self.assertNotIn("NAT", checks)

    def test_targets_that_do_not_answer(self):
        folder = self.gateway("targets", "--share", f"down={free_port()}")
        shares = ["--share", f"down={free_port()}", "--share", "far=80@192.0.2.1",
                  "--share", "nowhere=80@nowhere.invalid", "--allow-target", "nowhere.invalid",
                  "--share", "game=7000/udp"]
        code, checks = self.doctor("--timeout", "8", *shares, data="targets")
        self.assertEqual(code, 1)
        self.assert_state(checks, share_down="fail", share_far="fail", share_nowhere="fail",
                          share_game="ok")
        self.assertIn("--allow-target 192.0.2.1", checks["share far"]["advice"])
        self.assertTrue(os.path.isdir(folder))

    def test_a_damaged_database(self):
        folder = self.gateway("damaged")
        path = os.path.join(folder, "ngcshare.db")
        with open(path, "r+b") as file:
            file.seek(4096)
            file.write(b"\x55" * 8192)
        before = content_of(folder)
        code, checks = self.doctor("--timeout", "1", data="damaged")
        self.assertEqual(code, 1)
        self.assert_state(checks, database="fail", profile="ok")
        self.assertIn("restore", checks["database"]["advice"])
        self.assertEqual(content_of(folder), before)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to be somebody else")
    def test_a_folder_that_is_closed_to_this_user(self):
        os.chmod(self.world.folder, 0o755)
        folder = self.world.path("closed")
        os.makedirs(folder, mode=0o700)
        for path, words in ((folder, "mode 0700"), (self.world.path("never"), "cannot create it")):
            result = subprocess.run(
                [NGCSHARE, "doctor", "--json", "--data-dir", path, "--no-default-bootstrap",
                 "--no-local-discovery", "--timeout", "1"], text=True, capture_output=True,
                timeout=60, user=65534, group=65534, extra_groups=[])
            self.assertEqual(result.returncode, 1, result.stderr)
            checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
            self.assertEqual(checks["data folder"]["state"], "fail")
            self.assertIn(words, checks["data folder"]["finding"])
            self.assertNotIn("database", checks)

    def test_a_person_reads_80_columns_and_a_verdict(self):
        result = self.world.run("doctor", "--timeout", "1", data="person")
        lines = result.stdout.splitlines()
        self.assertEqual(result.stderr, "")
        self.assertEqual(lines[0].split()[:3], ["OK", "program", "ngcshare"])
        self.assertIn("Something is wrong: ", result.stdout)
        for line in lines:
            self.assertTrue(len(line) <= 80 or self.world.folder in line, line)


if __name__ == "__main__":
    unittest.main()
