"""The common base of the tests of ngcshare doctor."""

import json
import unittest

from harness import World


class DoctorCase(unittest.TestCase):
    longMessage = True

    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)

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
