"""Tests the systemd unit: that systemd accepts it, and how exposed the service is."""

import os
import tempfile
import unittest

from tools import NGCSHARE, PAGES, SOURCE, needs, run

UNIT = os.path.join(SOURCE, "deploy/ngcshare.service")
PASSPHRASE = os.path.join(SOURCE, "deploy/passphrase.conf")
EXPOSURE = 20  # tenths


@needs("systemd-analyze")
class Unit(unittest.TestCase):
    def test_it_leaves_little_open(self):
        result = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                     f"--threshold={EXPOSURE}", UNIT)
        self.assertEqual(result.returncode, 0, result.stdout[-200:] + result.stderr)
        print("\n" + result.stdout.strip().splitlines()[-1])

    def verify(self, text, drop_in=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "ngcshare.service")
            with open(path, "w") as file:  # verify requires the program to exist
                file.write(text.replace("/usr/bin/ngcshare", NGCSHARE))
            if drop_in:
                os.mkdir(path + ".d")
                with open(os.path.join(path + ".d", "passphrase.conf"), "w") as file:
                    file.write(drop_in)
            return run("systemd-analyze", "verify", "--man=no", path)

    def test_systemd_finds_nothing_wrong(self):
        with open(UNIT) as unit, open(PASSPHRASE) as passphrase:
            text, drop_in = unit.read(), passphrase.read()
        for result in (self.verify(text), self.verify(text, drop_in)):
            self.assertEqual((result.returncode, result.stderr), (0, ""))
        wrong = self.verify(text.replace("WatchdogSec=30s", "WatchdogSec=often"))
        self.assertIn("often", wrong.stderr)
        self.assertIn("Nonsense", self.verify(text, drop_in + "Nonsense=1\n").stderr)

    def test_what_it_sets_is_taken_by_the_program(self):
        """Tests its variables, and the configuration file as installed and with a group in it."""
        with open(UNIT) as unit:
            [line] = [line for line in unit if line.startswith("Environment=")]
        with tempfile.TemporaryDirectory() as folder, \
                open(os.path.join(PAGES, "ngcshare.env")) as template:
            edited = os.path.join(folder, "ngcshare.env")
            with open(edited, "w") as file:
                file.write(template.read().replace("#NGCSHARE_CREATE=NAME", "NGCSHARE_CREATE=room"))
            line = line.strip().removeprefix("Environment=").replace("%S", folder)
            variables = dict(word.split("=") for word in line.split())
            self.assertEqual(variables["NGCSHARE_ENV_FILE"], "/etc/ngcshare/ngcshare.env")
            checked = run(NGCSHARE, "run", "--check",
                          env={**variables, "NGCSHARE_ENV_FILE": edited})
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_manager_waits_longer_than_the_end_takes(self):
        with open(UNIT) as unit:
            settings = dict(line.split("=", 1) for line in unit.read().splitlines()
                            if "=" in line and not line.startswith("#"))
        self.assertGreaterEqual(int(settings["TimeoutStopSec"].rstrip("s")), 10)


if __name__ == "__main__":
    unittest.main()
