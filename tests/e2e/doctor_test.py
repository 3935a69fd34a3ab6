"""Tests the findings of ngcshare doctor in good and broken environments, and that it changes
nothing."""

import json
import os
import subprocess
import time
import unittest

from command_line_test import content_of
from harness import NGCSHARE, World, free_port
from process import Node
from servers import TcpServer, echo


class DoctorTest(unittest.TestCase):
    """Runs in a private network of three boot nodes with relays."""

    longMessage = True

    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)
        cls.nodes = []
        for i in range(3):
            port = str(free_port())
            node = cls.world.start(Node, "node", "--udp-port", port, "--tcp-relay-port", port,
                                   data=f"boot{i}")
            cls.nodes.append(node.event("node", timeout=20)["bootstrap"])

    def network(self):
        return [word for node in self.nodes for word in ("--bootstrap", node)]

    def doctor(self, *arguments, data):
        """Runs ngcshare doctor; returns its exit code and its findings by name."""
        result = self.world.run("doctor", "--json", *arguments, data=data, timeout=90)
        self.assertEqual(result.stderr, "")
        report = json.loads(result.stdout)
        checks = {check["name"]: check for check in report["checks"]}
        self.assertEqual(len(checks), len(report["checks"]), "a name twice")
        failed = [name for name, check in checks.items() if check["state"] == "fail"]
        self.assertEqual(result.returncode, 1 if failed else 0, report["verdict"])
        self.assertEqual(report["state"] == "fail", bool(failed))
        for name in failed:
            self.assertIn(name, report["verdict"])
        for check in checks.values():
            self.assertEqual("advice" in check, check["state"] != "ok", check)
        return result.returncode, checks

    def assert_state(self, checks, **states):
        for name, state in states.items():
            check = checks[name.replace("_", " ")]
            self.assertEqual(check["state"], state, check)

    def gateway(self, data, *arguments):
        """Runs a gateway and ends it."""
        gateway = self.world.gateway(*arguments, data=data)
        gateway.event("group")
        self.assertEqual(gateway.stop(), 0)
        return self.world.path(data)

    def await_ready(self, data, timeout=40):
        deadline = time.monotonic() + timeout
        words = [NGCSHARE, "health", "--ready", "--data-dir", self.world.path(data)]
        while (answer := subprocess.run(words, text=True, capture_output=True)).returncode != 0:
            self.assertLess(time.monotonic(), deadline, answer.stderr)
            time.sleep(0.2)

    def test_all_is_well_before_the_first_start(self):
        server = TcpServer(echo)
        self.addCleanup(server.close)
        code, checks = self.doctor(*self.network(), "--share", f"web={server.port}", data="new")
        self.assertEqual(code, 0)
        self.assert_state(checks, data_folder="ok", gateway="ok", profile="ok", database="ok",
                          clock="ok", boot_nodes="ok", UDP="ok", TCP_relays="ok",
                          Tox_network="ok", NAT="ok", share_web="ok")
        self.assertIn("3 of 3", checks["UDP"]["finding"])
        self.assertEqual(checks["UDP"]["figures"]["answered"], 3)
        self.assertGreater(checks["UDP"]["figures"]["median_ms"], 0)
        self.assertIn("3 of 3", checks["TCP relays"]["finding"])
        self.assertGreater(checks["Tox network"]["figures"]["connected_ms"], 0)
        self.assertEqual(checks["NAT"]["figures"]["kind"], "none")
        self.assertEqual(checks["NAT"]["figures"]["nodes_asked"], 3)
        self.assertEqual(checks["NAT"]["figures"]["address"], "127.0.0.1")
        self.assertFalse(os.path.exists(self.world.path("new")), "made for nothing")

    def test_a_running_gateway_is_asked_and_goes_on(self):
        gateway = self.world.gateway("--share", "web=80", *self.network(), data="running")
        gateway.event("group")
        self.await_ready("running")
        before = sorted(os.listdir(self.world.path("running")))
        _, checks = self.doctor(*self.network(), "--timeout", "5", data="running")
        self.assertIn(f"process {gateway.pid}", checks["gateway"]["finding"])
        self.assert_state(checks, gateway="ok", profile="ok", database="ok", UDP="ok")
        self.assertTrue(checks["gateway"]["figures"]["ready"])
        self.assertEqual(checks["groups"]["figures"], {"groups": 1, "connected": 1})
        self.assertEqual(checks["database"]["figures"]["groups"], 1)
        self.assertEqual(checks["database"]["figures"]["services"], 1)
        self.assertIn("share web", checks)
        self.assertEqual(sorted(os.listdir(self.world.path("running"))), before)
        self.assertTrue(gateway.running())
        self.assertEqual(gateway.stop(), 0)

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

    def test_a_proxy_that_is_not_there(self):
        code, checks = self.doctor(*self.network(), "--proxy", f"socks5://127.0.0.1:{free_port()}",
                                   "--timeout", "3", data="proxy")
        self.assertEqual(code, 1)
        self.assert_state(checks, proxy="fail", UDP="ok", Tox_network="fail")
        self.assertNotIn("NAT", checks)

    def test_a_taken_port_is_named(self):
        taken = self.nodes[0].split(":")[1]
        code, checks = self.doctor(*self.network(), "--udp-port", taken, data="taken")
        self.assertEqual(code, 1)
        self.assert_state(checks, Tox_network="fail")
        self.assertIn(taken, checks["Tox network"]["finding"])
        self.assertIn("--udp-port", checks["Tox network"]["advice"])

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
