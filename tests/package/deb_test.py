"""Tests the .deb: that it can be built, is complete, and that its scripts and program work."""

import glob
import os
import shutil
import tempfile
import unittest

from tools import CPACK, NGCSHARE, SOURCE, BUILD, needs, run

FILES = """
./etc/ngcshare/ngcshare.env
./usr/bin/ngcshare
./usr/lib/systemd/system/ngcshare.service
./usr/lib/sysusers.d/ngcshare.conf
./usr/share/bash-completion/completions/ngcshare
./usr/share/doc/ngcshare/changelog.Debian.gz
./usr/share/doc/ngcshare/changelog.gz
./usr/share/doc/ngcshare/copyright
./usr/share/doc/ngcshare/examples/passphrase.conf
./usr/share/fish/vendor_completions.d/ngcshare.fish
./usr/share/man/man1/ngcshare-run.1.gz
./usr/share/man/man1/ngcshare.1.gz
./usr/share/zsh/vendor-completions/_ngcshare
""".split()


@needs("dpkg-deb")
class Deb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="ngcshare-deb-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        made = run(CPACK, "-G", "DEB", "-B", cls.folder, cwd=BUILD)
        if made.returncode != 0:
            raise AssertionError(made.stdout + made.stderr)
        [cls.deb] = glob.glob(os.path.join(cls.folder, "*.deb"))
        cls.root = os.path.join(cls.folder, "root")
        run("dpkg-deb", "-R", cls.deb, cls.root)

    def read(self, path):
        with open(os.path.join(self.root, path)) as file:
            return file.read()

    def field(self, name):
        return run("dpkg-deb", "-f", self.deb, name).stdout.strip()

    def test_it_has_what_it_must_in_the_hands_of_root(self):
        listed = run("dpkg-deb", "-c", self.deb).stdout.splitlines()
        for line in listed:
            mode, owner = line.split()[:2]
            self.assertEqual(owner, "root/root", line)
            self.assertNotIn("s", mode, line)
            self.assertNotEqual(mode[8], "w", line)
        self.assertLessEqual(set(FILES), {line.split()[5] for line in listed})

    def test_it_says_what_it_is_and_needs(self):
        version = run(NGCSHARE, "version").stdout.split()[1]
        self.assertEqual(self.field("Package"), "ngcshare")
        self.assertEqual(self.field("Version"), version + "-1")
        depends = self.field("Depends")
        for package in ("libc6 ", "libsodium23", "libsqlite3-0", "systemd-sysusers"):
            self.assertIn(package, depends)

    def test_its_program_runs(self):
        result = run(os.path.join(self.root, "usr/bin/ngcshare"), "version")
        self.assertEqual(result.stdout, run(NGCSHARE, "version").stdout)

    def test_its_unit_names_its_program(self):
        with open(os.path.join(SOURCE, "deploy/ngcshare.service")) as unit:
            self.assertEqual(self.read("usr/lib/systemd/system/ngcshare.service"), unit.read())

    def test_what_an_admin_edits_is_kept_over_an_upgrade(self):
        self.assertEqual(self.read("DEBIAN/conffiles"), "/etc/ngcshare/ngcshare.env\n")

    def test_its_scripts_can_be_read(self):
        for name in ("postinst", "prerm", "postrm"):
            path = os.path.join(self.root, "DEBIAN", name)
            self.assertTrue(os.access(path, os.X_OK))
            self.assertEqual(run("sh", "-n", path).returncode, 0)

    @needs("systemd-sysusers")
    def test_it_makes_the_user_that_the_unit_names(self):
        where = os.path.join(self.folder, "users")
        os.makedirs(os.path.join(where, "etc"))
        made = run("systemd-sysusers", f"--root={where}",
                   os.path.join(self.root, "usr/lib/sysusers.d/ngcshare.conf"))
        self.assertEqual(made.returncode, 0, made.stderr)
        with open(os.path.join(where, "etc/passwd")) as file:
            self.assertRegex(file.read(), r"(?m)^ngcshare:.*:/var/lib/ngcshare:.*nologin$")
        self.assertIn("\nUser=ngcshare\n", self.read("usr/lib/systemd/system/ngcshare.service"))

    @needs("lintian")
    def test_lintian_finds_no_error(self):
        result = run("lintian", "--allow-root", "--fail-on", "error", self.deb)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_an_installation_elsewhere_stays_there(self):
        """Runs cmake --install with another prefix, as a user without root would."""
        prefix = os.path.join(self.folder, "own")
        installed = run("cmake", "--install", BUILD, "--prefix", prefix)
        self.assertEqual(installed.returncode, 0, installed.stderr)
        with open(os.path.join(prefix, "lib/systemd/system/ngcshare.service")) as unit:
            self.assertIn(f"\nExecStart={prefix}/bin/ngcshare run\n", unit.read())
        self.assertTrue(os.path.exists(os.path.join(prefix, "etc/ngcshare/ngcshare.env")))


if __name__ == "__main__":
    unittest.main()
