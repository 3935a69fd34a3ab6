"""Tests deploy/compose.yaml: a game that is reachable through the gateway only, and a confined
gateway."""

import json
import os
import unittest

from tools import NGCSHARE, SOURCE, help_flags, run

PYTHON = "/usr/bin/python3"  # Debian's Python, which has a package of PyYAML
LOAD = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)"
FILE = os.path.join(SOURCE, "deploy/compose.yaml")


@unittest.skipUnless(os.path.exists(PYTHON) and run(PYTHON, "-c", "import yaml").returncode == 0,
                     "python3-yaml is not installed")
class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        loaded = run(PYTHON, "-c", LOAD, FILE)
        assert loaded.returncode == 0, loaded.stderr
        cls.file = json.loads(loaded.stdout)
        cls.gateway = cls.file["services"]["gateway"]
        cls.game = cls.file["services"]["luanti"]

    def test_the_game_is_reached_by_no_other_way(self):
        for service in self.file["services"].values():
            self.assertFalse({"ports", "expose", "network_mode", "privileged"} & set(service))
        self.assertEqual(self.game["networks"], ["game"])
        self.assertTrue(self.file["networks"]["game"]["internal"])

    def test_the_gateway_reaches_the_game_and_the_world(self):
        self.assertEqual(set(self.gateway["networks"]), {"game", "outside"})
        self.assertFalse((self.file["networks"]["outside"] or {}).get("internal", False))
        host = self.gateway["environment"]["NGCSHARE_SHARE"].split("@")[1]
        self.assertIn(host, self.file["services"])
        self.assertEqual(self.gateway["environment"]["NGCSHARE_ALLOW_TARGET"], host)

    def test_the_gateway_may_write_its_folder_and_nothing_else(self):
        self.assertTrue(self.gateway["read_only"])
        self.assertEqual(self.gateway["cap_drop"], ["ALL"])
        self.assertEqual(self.gateway["security_opt"], ["no-new-privileges:true"])
        self.assertEqual(self.gateway["volumes"], ["gateway:/data"])
        self.assertIn("gateway", self.file["volumes"])
        self.assertNotIn("user", self.gateway, "the image's, which is not root")

    def test_it_has_the_time_to_end_in(self):
        self.assertGreaterEqual(int(self.gateway["stop_grace_period"].rstrip("s")), 10)

    def test_the_program_knows_every_variable(self):
        known = {"NGCSHARE_" + flag[2:].upper().replace("-", "_") for flag in help_flags("run")}
        self.assertLessEqual(set(self.gateway["environment"]), known)

    def test_the_program_takes_the_values(self):
        """Passes everything but the secret; only the data folder is then missing."""
        environment = {name: value for name, value in self.gateway["environment"].items()
                       if not value.startswith("/run/secrets/")}
        result = run(NGCSHARE, "run", "--data-dir", "/dev/null/x", "--no-default-bootstrap",
                     "--no-local-discovery", env=environment)
        self.assertEqual(result.returncode, 5, result.stderr)

    def test_secrets_are_those_that_are_named(self):
        path = self.gateway["environment"]["NGCSHARE_PASSPHRASE_FILE"]
        self.assertEqual([path], [f"/run/secrets/{name}" for name in self.gateway["secrets"]])
        self.assertLessEqual(set(self.gateway["secrets"]), set(self.file["secrets"]))


if __name__ == "__main__":
    unittest.main()
