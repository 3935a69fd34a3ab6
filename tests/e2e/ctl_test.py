"""Tests ngcshare ctl, which commands a running gateway from another process on its machine."""

import json
import os
import signal
import socket
import stat
import subprocess
import unittest

from harness import NGCSHARE, SharedWorld, World, connect, local_port, refuses
from servers import TcpServer, echo
from terminal import Terminal

REFUSED = 8
NOT_RUNNING = 9


def ctl(folder, *words, script=None):
    return subprocess.run([NGCSHARE, "ctl", "--data-dir", folder, *words], text=True, timeout=60,
                          capture_output=True, input=script if script is not None else "")


class Ctl(unittest.TestCase):
    """A gateway without other members in its group."""

    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)
        cls.gateway = cls.world.gateway("--share", "base=80")
        cls.gateway.event("service")
        cls.folder = cls.world.path("gateway")

    def assert_done(self, *words, **keywords):
        result = ctl(self.folder, *words, **keywords)
        self.assertEqual((result.returncode, result.stderr), (0, ""), words)
        return result.stdout

    def test_a_command_is_answered_on_standard_output_with_0(self):
        self.assertIn("shared web (tcp 8080)", self.assert_done("share", "web", "8080"))
        self.assertIn("\nweb (tcp 8080), 0 connections", self.assert_done("services"))
        self.assertIn("web is no longer shared", self.assert_done("unshare", "web"))

    def test_words_stay_as_the_shell_made_them(self):
        name = "it's \"my\" \\ server"
        self.assert_done("share", name, "25565")
        self.assertIn(f"\n{name} (tcp 25565)", self.assert_done("services"))
        self.assert_done("unshare", name)

    def test_a_refusal_goes_to_standard_error_with_8(self):
        for words, reason in ((["dance"], "no such command"), (["share"], "usage: share"),
                              (["share", "web", "0"], "1 to 65535"),
                              (["share", "base", "81"], "taken"),
                              (["share", "web", "80", "@192.0.2.1"], "--allow-target"),
                              (["unshare", "x" * 20000], "too long")):
            result = ctl(self.folder, *words)
            self.assertEqual((result.returncode, result.stdout), (REFUSED, ""), words)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.assertIn(reason, result.stderr)

    def test_json_is_one_object_for_each_answer(self):
        answer = json.loads(self.assert_done("services", "--json"))
        self.assertEqual((answer["version"], answer["ok"]), (1, True))
        self.assertIn("base (tcp 80)", answer["text"])
        refused = ctl(self.folder, "--json", "dance")
        self.assertEqual((refused.returncode, refused.stderr), (REFUSED, ""))
        self.assertFalse(json.loads(refused.stdout)["ok"])
        script = ctl(self.folder, "--json", script="services\nhelp\n")
        self.assertEqual([json.loads(line)["ok"] for line in script.stdout.splitlines()],
                         [True, True])

    def test_a_script_is_said_line_by_line_and_goes_on_after_a_refusal(self):
        script = "# two services\n\nshare s1 8001\r\nshare 's 2' 8002\nservices\n"
        told = self.assert_done(script=script)
        self.assertIn("\ns 2 (tcp 8002)", told)
        self.assertIn("\ns1 (tcp 8001)", told)
        result = ctl(self.folder, script="unshare s1\nshare s3 0\ndance\n  unshare 's 2'")
        self.assertEqual(result.returncode, REFUSED)
        self.assertEqual(result.stdout, "s1 is no longer shared\ns 2 is no longer shared\n")
        first, second = result.stderr.splitlines()
        self.assertIn("line 2:", first)
        self.assertIn("line 3:", second)
        self.assert_done(script="")

    def test_without_a_gateway_it_ends_with_9_and_says_what_to_do(self):
        for folder in (self.world.path("missing"), self.world.folder):
            for words in (["services"], ["--json", "services"]):
                result = ctl(folder, *words)
                self.assertEqual((result.returncode, result.stdout), (NOT_RUNNING, ""))
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertIn(f"no gateway is running on {folder}", result.stderr)
                self.assertIn("--data-dir", result.stderr)
        self.assertFalse(os.path.exists(self.world.path("missing")))

    def test_the_folder_is_also_taken_from_the_environment(self):
        result = subprocess.run([NGCSHARE, "ctl", "services"], text=True, capture_output=True,
                                timeout=60, env={**os.environ, "NGCSHARE_DATA_DIR": self.folder})
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_nonsense_on_the_socket_harms_nobody(self):
        path = os.path.join(self.folder, "control.sock")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        for said in (b"", b"\n", b"hello\n", b"\x00" * 100, b"[" * 16000 + b"\n", b"a" * 100000,
                     b'{"command":"share e 80"', b'{"version":9,"command":"help"}\n'):
            with socket.socket(socket.AF_UNIX) as program:
                program.connect(path)
                try:
                    program.sendall(said)
                except (BrokenPipeError, ConnectionResetError):
                    pass
        self.assertNotIn("\ne ", self.assert_done("services"))


class Members(SharedWorld):
    """A gateway with a member that is affected by commands from the control socket."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(echo)
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with("base=80")
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        local_port(cls.member, "base", 60)
        cls.plain = cls.world.raw_peer(cls.gateway.chat_id, "plain")
        cls.plain.meet(cls.gateway.events("group")[0]["own_key"], cls.gateway)

    def test_a_service_is_shared_announced_used_and_taken_back(self):
        folder = self.world.path("gateway")
        shared = ctl(folder, "share", "told", str(self.server.port))
        self.assertEqual(shared.returncode, 0, shared.stderr)
        self.assertIn("now shared: told", self.plain.event("message", private=False)["text"])
        port = local_port(self.member, "told", 20)
        with connect(port) as client:
            client.sendall(b"through")
            self.assertEqual(client.recv(100), b"through")
        self.assertEqual(ctl(folder, "unshare", "told").returncode, 0)
        self.assertIn("no longer shared: told",
                      self.plain.event("message", private=False)["text"])
        self.member.event("closed", service="told")
        self.assertTrue(refuses(port))


class Restarts(unittest.TestCase):
    def setUp(self):
        self.world = World(boot=False)
        self.addCleanup(self.world.close)

    def start(self):
        gateway = self.world.gateway("--share", "base=80")
        gateway.event("service")
        return gateway

    def assert_is_offline(self, folder):
        """Asserts that commands work on the database, and that those which need a gateway say
        so."""
        listed = ctl(folder, "services")
        self.assertEqual(listed.returncode, 0)
        self.assertIn("base (tcp 80)", listed.stdout)
        self.assertIn("no gateway is running", listed.stderr)
        refused = ctl(folder, "status")
        self.assertEqual(refused.returncode, REFUSED)
        self.assertIn("needs a running gateway", refused.stderr)
        described = ctl(folder, "describe", "base", "while it was away")
        self.assertEqual(described.returncode, 0, described.stderr)

    def test_the_socket_goes_with_the_gateway_and_that_of_a_killed_one_is_replaced(self):
        folder = self.world.path("gateway")
        path = os.path.join(folder, "control.sock")
        self.assertEqual(self.start().stop(), 0)
        self.assertFalse(os.path.exists(path))
        self.start().stop(signal.SIGKILL)
        self.assertTrue(os.path.exists(path))
        self.assert_is_offline(folder)
        os.chmod(path, 0o777)
        gateway = self.start()
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        listed = ctl(folder, "services")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        self.assertIn("while it was away", listed.stdout)
        self.assertEqual(gateway.stop(), 0)

    def test_something_else_in_its_place_ends_the_gateway_with_5(self):
        os.makedirs(self.world.path("taken"), 0o700)
        self.world.write("taken/control.sock", "somebody's")
        result = self.world.run("run", "--create", "room", data="taken")
        self.assertEqual(result.returncode, 5)
        self.assertIn("control.sock", result.stderr.splitlines()[-1])
        with open(self.world.path("taken/control.sock"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "somebody's")


class AtThePrompt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)
        cls.gateway = cls.world.gateway("--share", "base=80", "--share", "my server=81")
        cls.gateway.event("service", service="my server")
        cls.folder = cls.world.path("gateway")
        cls.history = os.path.join(cls.folder, "ctl_history")

    def setUp(self):
        if os.path.exists(self.history):
            os.remove(self.history)

    def prompt(self, folder=None):
        terminal = Terminal([NGCSHARE, "ctl", "--data-dir", folder or self.folder])
        self.addCleanup(terminal.close)
        return terminal

    def kept(self):
        with open(self.history, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_commands_are_answered_until_the_end_of_input(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("services\n")
        terminal.wait("base (tcp 80)")
        terminal.wait("ngcshare> ")
        terminal.type("\ndance\n")
        terminal.wait("no such command")
        terminal.wait("ngcshare> ")
        terminal.type("\x04")
        self.assertEqual(terminal.end(), 0)
        for word in ("exit", "quit"):
            terminal = self.prompt()
            terminal.wait("ngcshare> ")
            terminal.type(word + "\n")
            self.assertEqual(terminal.end(), 0)

    def test_tab_completes_commands_and_services(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("serv\t")
        terminal.wait("services ")
        terminal.type("\n")
        terminal.wait("base (tcp 80)")
        terminal.wait("ngcshare> ")
        terminal.type("s\t\t")  # more than one
        self.assertIn("services", terminal.wait("status"))
        terminal.type("\x15")
        for typed in ("unshare m\t", "unshare \"m\t", "unshare my\\ s\t"):
            terminal.type(typed + "\n")
            terminal.wait("my server is no longer shared")
            self.assertEqual(ctl(self.folder, "share", "my server", "81").returncode, 0)
            terminal.wait("ngcshare> ")
        terminal.type("x\t\n")  # completes to nothing, not to a file name
        terminal.wait("no such command")

    def test_lines_are_remembered_in_a_file_for_its_owner_alone(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        for line in ("services", "help share", "help share ", " help unshare"):
            terminal.type(line + "\n")
            terminal.wait("ngcshare> ")
        self.assertEqual(self.kept(), ["services", "help share"])  # before it ends
        self.assertEqual(stat.S_IMODE(os.stat(self.history).st_mode), 0o600)
        terminal.type("\x04")
        self.assertEqual(terminal.end(), 0)

        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("\x1b[A\x1b[A\n")  # twice up
        terminal.wait("base (tcp 80)")
        terminal.wait("ngcshare> ")
        self.assertEqual(self.kept(), ["services", "help share", "services"])

    def test_the_history_is_bounded(self):
        with open(self.history, "w", encoding="utf-8") as file:
            file.write("".join(f"help {number}\n" for number in range(1500)))
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("services\n")
        terminal.wait("base (tcp 80)")
        terminal.wait("ngcshare> ")
        self.assertEqual(self.kept(), [f"help {number}" for number in range(501, 1500)] +
                         ["services"])

    def test_control_c_drops_the_line(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("unshare base")
        terminal.wait("unshare base")
        terminal.type("\x03")
        terminal.wait("ngcshare> ")
        terminal.type("services\n")
        terminal.wait("base (tcp 80)")

    def test_lines_that_are_pasted_are_commands_each(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("\x1b[200~help services\ndance\nservices\x1b[201~")
        terminal.wait("services")
        terminal.type("\n")
        for answer in ("lists the shared services", "no such command", "base (tcp 80)", "ngcshare> "):
            terminal.wait(answer)
        terminal.type("help services\nservices\n")  # typed ahead
        for answer in ("lists the shared services", "base (tcp 80)"):
            terminal.wait(answer)

    def test_stopped_and_continued_it_shows_the_line_again(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.type("serv")
        terminal.wait("serv")
        # Ctrl-Z stops nothing in a session without a shell, but the prompt still receives it.
        terminal.type("\x1a")
        terminal.wait("ngcshare> serv")
        terminal.type("ices\n")
        terminal.wait("base (tcp 80)")

    def test_it_ends_with_its_terminal(self):
        terminal = self.prompt()
        terminal.wait("ngcshare> ")
        terminal.hang_up()
        terminal.process.wait(20)

    def test_it_outlives_a_restart_of_the_gateway(self):
        world = World(boot=False)
        self.addCleanup(world.close)
        gateway = world.gateway("--share", "base=80")
        gateway.event("service")
        terminal = self.prompt(world.path("gateway"))
        terminal.wait("ngcshare> ")
        gateway.stop()
        terminal.type("services\n")
        terminal.wait("no gateway is running")
        terminal.wait("ngcshare> ")
        world.gateway("--share", "base=80").event("service")
        terminal.type("services\n")
        terminal.wait("base (tcp 80)")

    def test_without_a_gateway_there_is_no_prompt(self):
        terminal = self.prompt(self.world.path("missing"))
        terminal.wait("no gateway is running")
        self.assertEqual(terminal.end(), NOT_RUNNING)
        self.assertNotIn("ngcshare> ", terminal.shown())


if __name__ == "__main__":
    unittest.main()
