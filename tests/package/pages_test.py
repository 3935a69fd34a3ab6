"""Tests the manual pages as man shows them, and the completions in their shells."""

import glob
import os
import tempfile
import unittest

from tools import NGCSHARE, PAGES, help_flags, needs, run, subcommands


def pages():
    return sorted(glob.glob(os.path.join(PAGES, "man1/*.1.gz")))


class ManPages(unittest.TestCase):
    def test_each_subcommand_has_one(self):
        names = [os.path.basename(page) for page in pages()]
        expected = ["ngcshare.1.gz"] + [f"ngcshare-{name}.1.gz" for name in subcommands()
                                        if name != "version"]
        self.assertEqual(sorted(names), sorted(expected))

    @needs("man")
    def test_man_shows_them_without_a_warning(self):
        for page in pages():
            shown = run("man", "--warnings", "-E", "UTF-8", "-l", page,
                        env={"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_KEEP_STDERR": "1"})
            self.assertEqual((shown.returncode, shown.stderr), (0, ""), page)
            self.assertIn("NAME", shown.stdout)

    @needs("man")
    def test_the_page_of_run_tells_its_flags(self):
        shown = run("man", "-l", os.path.join(PAGES, "man1/ngcshare-run.1.gz"),
                    env={"LC_ALL": "C.UTF-8", "MANWIDTH": "200"}).stdout
        for flag in help_flags("run"):
            self.assertIn(f"       {flag}", shown)

    @needs("mandoc")
    def test_mandoc_finds_nothing_wrong(self):
        for page in pages():
            result = run("sh", "-c", 'zcat "$1" | mandoc -T lint -W warning', "sh", page)
            self.assertEqual((result.returncode, result.stdout), (0, ""), page)


class Bash(unittest.TestCase):
    @needs("bash")
    def complete(self, *words):
        """Returns the completions that Tab offers after these words, the last of which is
        unfinished."""
        script = ('source "$1"; shift; complete -p ngcshare >/dev/null || exit 1; '
                  'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; '
                  '_ngcshare; printf "%s\\n" "${COMPREPLY[@]}"')
        result = run("bash", "-c", script, "bash", os.path.join(PAGES, "completions/ngcshare"),
                     "ngcshare", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.split()

    def test_first_come_the_subcommands(self):
        self.assertEqual(self.complete(""), ["help", *subcommands()])
        self.assertEqual(self.complete("conn"), ["connect"])

    def test_then_the_flags_that_help_lists(self):
        for subcommand in subcommands():
            self.assertEqual(self.complete(subcommand, "--"), help_flags(subcommand))
        self.assertEqual(self.complete("run", "--share", "web=80", "--all"), ["--allow-target"])

    def test_behind_a_flag_what_it_takes(self):
        self.assertEqual(self.complete("run", "--congestion", ""), ["bbr", "cubic"])
        self.assertEqual(self.complete("run", "--nick", ""), [])
        self.assertEqual(self.complete("run", "--data-dir", "/us"), ["/usr"])
        self.assertEqual(self.complete("run", "--passphrase-file", "/etc/os-rel"),
                         ["/etc/os-release"])

    def test_ctl_knows_the_commands(self):
        self.assertEqual(self.complete("ctl", "unsh"), ["unshare"])
        self.assertIn("services", self.complete("ctl", ""))
        self.assertEqual(self.complete("ctl", "unshare", ""), [])


class OtherShells(unittest.TestCase):
    @needs("zsh")
    def test_zsh_takes_its_file(self):
        result = run("zsh", "-f", "-n", os.path.join(PAGES, "completions/_ngcshare"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    @needs("zsh")
    def test_zsh_calls_arguments_with_each_flag(self):
        script = ('_arguments() { print -rl -- "$@" }; _describe() { :; }; '
                  'words=(ngcshare run --); CURRENT=3; source "$1"')
        result = run("zsh", "-f", "-c", script, "zsh", os.path.join(PAGES, "completions/_ngcshare"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        offered = [line.lstrip("*").split("[")[0] for line in result.stdout.splitlines()]
        self.assertEqual([word for word in offered if word.startswith("--")], help_flags("run"))

    @needs("fish")
    def test_fish_offers_the_flags(self):
        path = os.path.join(PAGES, "completions/ngcshare.fish")
        with tempfile.TemporaryDirectory() as home:  # fish creates folders there
            environment = {"HOME": home, "PATH": os.path.dirname(NGCSHARE) + ":" + os.environ["PATH"]}
            result = run("fish", "--no-config", "-c",
                         f"source {path}; complete -C 'ngcshare run --'", env=environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        offered = [line.split("\t")[0] for line in result.stdout.splitlines()]
        self.assertEqual(sorted(offered), sorted(help_flags("run")))


if __name__ == "__main__":
    unittest.main()
