"""Tests that all problems of a configuration are reported at once, before anything starts."""

import json
import os
import socket
import subprocess
import time
import unittest

from command_line_test import content_of
from harness import NGCSHARE, World, free_port

GOOD, WARNING = "the configuration is good\n", "ngcshare: warning: "
NOBODY = 65534
KEY = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)
        cls.world.write("empty", "")
        cls.world.write("secret", "a secret\n")
        cls.world.write("long", "x" * 33)
        cls.world.write("token", "x" * 16)
        cls.world.write("nodes.json", "{")
        for name in ("empty", "secret", "long", "token"):
            os.chmod(cls.world.path(name), 0o600)
        os.makedirs(cls.world.path("folder"))

    def check(self, *arguments, data="new", env=None, **keywords):
        words = self.world.words("run", "--check", *arguments, data=data, log_level="error")
        return subprocess.run(words, text=True, capture_output=True, timeout=60,
                              env={**os.environ, **(env or {})}, **keywords)

    def assert_good(self, *arguments, warnings=(), **keywords):
        result = self.check(*arguments, **keywords)
        self.assertEqual((result.returncode, result.stdout), (0, GOOD), result.stderr)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), len(warnings), result.stderr)
        for line, words in zip(lines, warnings):
            self.assertTrue(line.startswith(WARNING), line)
            self.assertIn(words, line)

    def assert_bad(self, code, expected, *arguments, **keywords):
        """`expected`: for each line of output, in any order, the text that it contains."""
        result = self.check(*arguments, **keywords)
        lines = result.stderr.splitlines()
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertEqual(len(lines), len(expected), result.stderr)
        for words in expected:
            self.assertTrue(any(words in line for line in lines), f"{words}: {result.stderr}")
        for line in lines:
            self.assertTrue(line.startswith("ngcshare: "), line)

    def test_a_good_configuration_is_called_so_and_nothing_is_made(self):
        self.assert_good("--create", "room", "--share", "web=80", "--udp-port", free_port(),
                         "--password-file", self.world.path("secret"))
        self.assertFalse(os.path.exists(self.world.path("new")))

    def test_each_mistake_has_its_line(self):
        path = self.world.path
        taken_tcp, taken_udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        with taken_tcp, taken_udp:
            taken_tcp.bind(("127.0.0.1", 0))
            taken_tcp.listen()
            taken_udp.bind(("127.0.0.1", 0))
            tcp, udp = (taken.getsockname()[1] for taken in (taken_tcp, taken_udp))
            for code, line, arguments, env in [
                    (2, "there is no flag --shar; did you mean --share?", ["--shar", "a=1"], {}),
                    (2, "there is no NGCSHARE_SHARES; did you mean NGCSHARE_SHARE?", [],
                     {"NGCSHARE_SHARES": "a=1"}),
                    (2, "set NGCSHARE_PASSWORD_FILE to its path", [], {"NGCSHARE_PASSWORD": "x"}),
                    (2, "set NGCSHARE_PASSPHRASE_FILE to its path", [], {"NGCSHARE_PASSPHRASE": "x"}),
                    (2, "NGCSHARE_JSON is a switch", [], {"NGCSHARE_JSON": "perhaps"}),
                    (2, "missing: No such file", ["--password-file", path("missing")], {}),
                    (2, "it is a folder", ["--passphrase-file", path("folder")], {}),
                    (2, "the file is empty", [], {"NGCSHARE_PASSPHRASE_FILE": path("empty")}),
                    (2, "1 to 32 bytes", ["--password-file", path("long")], {}),
                    (2, "fewer than 16", ["--http", "1024", "--http-token-file", path("secret")], {}),
                    (2, "missing", ["--http", "1024", "--http-owner-token-file", path("missing")], {}),
                    (2, "must differ from the viewers'", ["--http", "1024", "--http-token-file", path("token"),
                                                "--http-owner-token-file", path("token")], {}),
                    (2, "is not [ADDRESS:]PORT", ["--http", "localhost:80"], {}),
                    (6, "--http", ["--http", str(tcp)], {}),
                    (2, "not a list of boot nodes", ["--bootstrap-nodes", path("nodes.json")], {}),
                    (2, "missing: No such file", ["--env-file", path("missing")], {}),
                    (2, "10.0.0.7 is not allowed", [], {"NGCSHARE_SHARE": "web=80@10.0.0.7"}),
                    (2, "used twice", ["--share", "a=1", "--share", "a=2"], {}),
                    (6, f"--udp-port: udp port {udp} is taken", ["--udp-port", udp], {}),
                    (6, f"--tcp-relay-port: tcp port {tcp} is taken", ["--tcp-relay-port", tcp],
                     {}),
            ]:
                with self.subTest(line=line):
                    self.assert_bad(code, [line], "--create", "room", *arguments, env=env)
        self.assert_bad(2, ["there is no group yet"])

    def test_many_mistakes_have_a_line_each(self):
        self.world.write("many.env", "NGCSHARE_NICKNAME_OF_MINE=x\nnonsense\nNGCSHARE_JOIN=abc\n")
        self.world.write("in-the-way", "")
        with socket.socket(type=socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            self.assert_bad(2, [
                "there is no flag --colour", "there is no NGCSHARE_SHARES",
                "many.env: line 1: there is no NGCSHARE_NICKNAME_OF_MINE", "many.env: line 2: ",
                "\"abc\" is not a chat id", "missing: No such file", "\"http\" is not a port",
                "10.0.0.7 is not allowed", f"udp port {port} is taken", "in-the-way is a file",
            ], "--colour", "red", "--share", "a=http", "--share", "b=1@10.0.0.7", "--password-file",
                self.world.path("missing"), "--udp-port", port, "--env-file", self.world.path("many.env"),
                data="in-the-way/data", env={"NGCSHARE_SHARES": "x"})

    def test_what_may_be_meant_is_only_warned_of(self):
        path = self.world.write("public", "a secret")
        os.chmod(path, 0o644)
        self.assert_good("--create", "room", "--password-file", path, "--share",
                         "web=80@nobody.invalid", "--allow-target", "nobody.invalid",
                         warnings=["everybody on this machine can read", "cannot be resolved here"])

    def test_programs_get_one_object(self):
        result = self.check("--create", "room", "--share", "a", "--json")
        self.assertEqual(result.returncode, 2)
        event = json.loads(result.stdout)
        self.assertEqual((event["event"], event["good"], event["warnings"]), ("check", False, []))
        self.assertEqual(result.stderr, f"ngcshare: {event['errors'][0]}\n")

    def used_folder(self, name):
        gateway = self.world.gateway("--share", "web=80", data=name)
        gateway.event("group")
        gateway.event("service")
        return gateway

    def test_a_folder_in_use_is_reported_and_left_alone(self):
        gateway = self.used_folder("used")
        folder = self.world.path("used")
        names, before = sorted(os.listdir(folder)), content_of(folder)
        self.assert_bad(5, [f"in use by another ngcshare (process {gateway.pid})"], data="used")
        self.assertEqual((sorted(os.listdir(folder)), content_of(folder)), (names, before))
        self.assertEqual(gateway.stop(), 0)
        names, before = sorted(os.listdir(folder)), content_of(folder)
        self.assert_good("--share", "web=81", data="used")
        self.assertEqual((sorted(os.listdir(folder)), content_of(folder)), (names, before))

    def test_files_of_the_folder_are_looked_at(self):
        self.assertEqual(self.used_folder("broken").stop(), 0)
        now = time.time()
        os.utime(self.world.path("broken/profile.tox"), (now + 3 * 86400, now + 3 * 86400))
        self.assert_bad(1, ["profile.tox was written at"], data="broken")
        self.world.write("broken/ngcshare.db", b"this is no database " * 100)
        self.world.write("broken/profile.tox", b"toxEsave" + bytes(200))
        self.assert_bad(5, ["is not a database", "profile.tox is encrypted"], data="broken")
        self.assert_bad(5, ["is not a database", "does not open profile.tox"],
                        "--passphrase-file", self.world.path("secret"), data="broken")

    def test_a_folder_of_another_user_is_told_with_its_owner(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to be somebody else")
        os.chmod(self.world.folder, 0o755)
        os.makedirs(self.world.path("of-root"), mode=0o755)
        self.addCleanup(os.chmod, self.world.folder, 0o700)
        try:
            self.check("--create", "room", data="of-root", user=NOBODY)
        except PermissionError:
            self.skipTest("another user may not run the program here")
        rights = f"belongs to uid 0 (mode 0755), and this is uid {NOBODY}"
        self.assert_bad(5, [f"of-root: cannot be read and written: it {rights}"],
                        "--create", "room", data="of-root", user=NOBODY)
        self.assert_bad(5, [f"of-root/new: cannot be created: {self.world.path('of-root')} {rights}"],
                        "--create", "room", data="of-root/new", user=NOBODY)
        self.assert_bad(2, ["secret: Permission denied: it belongs to uid 0 (mode 0600)"],
                        "--create", "room", "--password-file", self.world.path("secret"),
                        data="/tmp/ngcshare-never-made", user=NOBODY)


class EnvironmentOfOtherCommands(unittest.TestCase):
    def test_one_environment_serves_several(self):
        world = World(boot=False)
        self.addCleanup(world.close)
        env = {"NGCSHARE_SHARE": "web=80", "NGCSHARE_TIMEOUT": "1", "NGCSHARE_BIND": "127.0.0.1"}
        self.assertEqual(world.run("connect", KEY, "--list", env=env).returncode, 3)
        self.assertEqual(world.run("run", "--check", "--create", "a", env=env).returncode, 0)
        for command in (["connect", KEY], ["node"]):
            result = world.run(*command, env={"NGCSHARE_UDP_PROT": "1", "NGCSHARE_COLOUR": "red"})
            self.assertEqual(result.returncode, 2)
            self.assertEqual(len(result.stderr.splitlines()), 2, result.stderr)
        version = subprocess.run([NGCSHARE, "version"], env={"NGCSHARE_COLOUR": "red"}, timeout=10)
        self.assertEqual(version.returncode, 0)


if __name__ == "__main__":
    unittest.main()
