"""Tests that wrong command lines and data folders give one line on stderr and the right exit code,
and do no harm."""

import hashlib
import os
import sqlite3
import subprocess
import unittest

from harness import NGCSHARE, World, free_port
from process import Node

CHAT_ID = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"


def content_of(folder):
    """Returns every file's name and hash, except the lock, which names its last holder, and
    SQLite's temporary files beside an open database."""
    found = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not os.path.isfile(path) or name == "lock" or name.endswith(("-wal", "-shm")):
            continue
        with open(path, "rb") as file:
            found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)

    def assert_refused(self, code, *arguments, says=(), **keywords):
        result = self.world.run(*arguments, timeout=20, **keywords)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stderr}")
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in says:
            self.assertIn(word, result.stderr)
        self.assertNotIn("what():", result.stderr)

    def test_a_wrong_command_line_ends_it_with_2_and_a_line_that_says_what_is_wrong(self):
        long_name = "x" * 65
        for arguments, words in [
                (["dance"], ["dance", "--help"]),
                (["run", "--dance"], ["--dance"]),
                (["run", "--create"], ["create"]),
                (["run", "surplus"], ["surplus"]),
                (["run", "--share", "web=0"], ["0", "1 to 65535"]),
                (["run", "--share", "web=70000"], ["70000", "1 to 65535"]),
                (["run", "--share", "web=-1"], ["1 to 65535"]),
                (["run", "--share", "web=http"], ["http"]),
                (["run", "--share", "web"], ["NAME=PORT"]),
                (["run", "--share", "=80"], ["name"]),
                (["run", "--share", "a=1", "--share", "a=2", "--create", "x"], ["twice"]),
                (["run", "--share", f"{long_name}=80"], ["64"]),
                (["run", "--share", "a\nb=80"], ["control characters"]),
                (["run", "--share", "web=80/sctp"], ["80/sctp"]),
                (["run", "--share", "web=80@not a host"], ["not a host"]),
                (["run", "--create", "x" * 49], ["48"]),
                (["run", "--join", "1234"], ["chat id"]),
                (["run", "--private"], ["--create"]),
                (["run", "--udp-port", "0", "--create", "x"], ["1 to 65535"]),
                (["run", "--udp-port", "70000", "--create", "x"], ["70000"]),
                (["run", "--bootstrap", "nowhere", "--create", "x"], ["HOST:PORT:KEY"]),
                (["run", "--owner", "me", "--create", "x"], ["64"]),
                (["run", "--proxy", "ftp://x:1", "--create", "x"], ["socks5"]),
                (["run", "--allow-target", "10.0.0.0/99", "--create", "x"], ["10.0.0.0/99"]),
                (["run", "--log-level", "loud", "--create", "x"], ["debug"]),
                (["run", "--log-format", "xml", "--create", "x"], ["json"]),
                (["run", "--password-file", "/nonexistent", "--create", "x"], ["/nonexistent"]),
                (["run", "--bootstrap-nodes", "/nonexistent", "--create", "x"], ["/nonexistent"]),
                (["connect"], ["CHAT_ID"]),
                (["connect", "1234"], ["1234"]),
                (["connect", CHAT_ID[:-1] + "G"], ["64"]),
                (["connect", CHAT_ID, "--invited-by", "0" * 75 + "1"], ["checksum"]),
                (["connect", CHAT_ID, "web=0"], ["web=0", "1 to 65535"]),
                (["connect", CHAT_ID, "web=70000"], ["70000"]),
                (["connect", CHAT_ID, long_name], [long_name]),
                (["connect", CHAT_ID, "--timeout", "soon"], ["--timeout"]),
                (["connect", CHAT_ID, "--bind", "here"], ["here"]),
                (["node", "surplus"], ["surplus"]),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_refused(2, *arguments, says=words)
                self.assertFalse(os.path.exists(self.world.path("once")), "made for nothing")

    def test_a_gateway_without_a_group_ends_with_2(self):
        self.assert_refused(2, "run", data="no-group", says=["--create"])

    def test_a_target_that_is_not_allowed_ends_it_with_2(self):
        self.assert_refused(2, "run", "--create", "x", "--share", "web=80@192.0.2.1",
                            data="not-allowed", says=["192.0.2.1", "--allow-target"])

    def test_the_environment_speaks_like_the_flags_and_flags_beat_it(self):
        self.assert_refused(2, "run", "--create", "x", env={"NGCSHARE_SHARE": "web=70000"},
                            says=["70000"])
        self.assert_refused(2, "run", "--share", "web=0", env={"NGCSHARE_SHARE": "web=70000"},
                            says=["\"0\""])

    def test_help_and_version_end_with_0(self):
        for arguments in (["--help"], ["run", "--help"], ["connect", "--help"], ["version"]):
            result = subprocess.run([NGCSHARE, *arguments], text=True, capture_output=True,
                                    timeout=10)
            self.assertEqual(result.returncode, 0, arguments)
            self.assertIn("ngcshare", result.stdout)

    def test_a_udp_port_that_is_taken_ends_it_with_6(self):
        first = self.world.start(Node, "node", "--udp-port", free_port(), data="first-node")
        port = first.event("node")["bootstrap"].split(":")[1]
        self.assert_refused(6, "node", "--udp-port", port, data="second-node", says=["--udp-port"])
        self.assertEqual(first.stop(), 0)

    def used_folder(self, name):
        """Returns a data folder that a gateway has used."""
        gateway = self.world.gateway("--share", "web=80", data=name)
        gateway.event("group")
        gateway.event("service")
        self.assertEqual(gateway.stop(), 0)
        return self.world.path(name)

    def assert_folder_refused(self, code, folder, says=()):
        before = content_of(folder)
        self.assert_refused(code, "run", "--create", "room", data=os.path.basename(folder),
                            says=says)
        self.assertEqual(content_of(folder), before)

    def test_a_folder_that_another_instance_holds_is_refused_with_5(self):
        gateway = self.world.gateway("--share", "web=80", data="held")
        gateway.event("service")
        folder = self.world.path("held")
        gateway.event("group")
        self.assert_folder_refused(5, folder, says=[f"process {gateway.pid}", "--data-dir"])
        self.assertTrue(gateway.running())
        self.assertEqual(gateway.stop(), 0)
        self.used_folder("held")  # free again

    def test_a_newer_database_is_refused_with_5(self):
        folder = self.used_folder("newer")
        database = sqlite3.connect(os.path.join(folder, "ngcshare.db"))
        database.execute("PRAGMA user_version = 9999")
        database.close()
        self.assert_folder_refused(5, folder, says=["newer"])

    def test_a_database_of_something_else_is_refused_with_5(self):
        folder = self.used_folder("foreign")
        with open(os.path.join(folder, "ngcshare.db"), "wb") as file:
            file.write(b"this is no database " * 1000)
        self.assert_folder_refused(5, folder, says=["ngcshare.db"])

    def test_a_lost_half_of_a_folder_is_refused_with_5_unless_a_new_start_is_meant(self):
        for name in ("ngcshare.db", "profile.tox"):
            folder = self.used_folder("lost-" + name)
            self.world.write(f"lost-{name}/{name}", b"")
            says = [f"{name}: is missing or empty", "--new-start"]
            self.assert_folder_refused(5, folder, says=says)
            checked = self.world.run("run", "--check", data="lost-" + name)
            self.assertEqual(checked.returncode, 5, checked.stderr)
            self.assertIn(says[0], checked.stderr)
            gateway = self.world.gateway("--share", "web=80", "--new-start", data="lost-" + name)
            gateway.event("group")
            self.assertEqual(gateway.stop(), 0)
            self.used_folder("lost-" + name)

    def test_a_folder_in_place_of_the_database_is_refused_with_5(self):
        os.makedirs(self.world.path("db-folder") + "/ngcshare.db")
        self.assert_folder_refused(5, self.world.path("db-folder"), says=["ngcshare.db"])

    def test_a_folder_in_place_of_the_profile_is_refused_with_5(self):
        folder = self.used_folder("profile-folder")
        os.remove(os.path.join(folder, "profile.tox"))
        os.makedirs(os.path.join(folder, "profile.tox"))
        self.assert_folder_refused(5, folder, says=["profile.tox"])

    def test_a_file_in_place_of_the_folder_is_refused_with_5(self):
        self.world.write("file", "not a folder")
        self.assert_refused(5, "run", "--create", "room", data="file", says=["file"])
        with open(self.world.path("file"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "not a folder")

    def test_a_damaged_profile_ends_it_with_1_and_is_left_as_it_is(self):
        folder = self.used_folder("damaged")
        self.world.write("damaged/profile.tox", b"\x00" * 500)
        self.assert_folder_refused(1, folder, says=["profile.tox"])

    def test_what_it_writes_is_for_its_owner_alone(self):
        folder = self.used_folder("private")
        self.assertEqual(os.stat(folder).st_mode & 0o077, 0)
        for name in os.listdir(folder):
            mode = os.stat(os.path.join(folder, name)).st_mode
            self.assertEqual(mode & 0o077, 0, name)


if __name__ == "__main__":
    unittest.main()
