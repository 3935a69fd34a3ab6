"""Tests readers of the output and the log that stop reading or go, and programs in the
background."""

import os
import signal
import subprocess
import sys
import time
import unittest

from harness import NGCSHARE, World
from process import Node
from terminal import Terminal

CHAT_ID = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"

# Starts its arguments as a background job of the terminal. After a line was typed there, prints
# whether that has stopped the job, and whether the job has left the terminal as it was.
SHELL = """
import os, signal, sys, time
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.execv(sys.argv[1], sys.argv[1:])
os.setpgid(job, job)
sys.stdin.readline()
for _ in range(20):
    stopped = os.waitpid(job, os.WUNTRACED | os.WNOHANG)[0]
    if stopped:
        break
    time.sleep(0.05)
print("stopped" if stopped else "runs", "blocking" if os.get_blocking(0) else "changed", flush=True)
os.kill(job, signal.SIGKILL)
"""


def full_pipe():
    """Returns the ends of a pipe in which there is no room."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(writer, True)
    return reader, writer


class Output(unittest.TestCase):
    def setUp(self):
        self.world = World(boot=False)
        self.addCleanup(self.world.close)

    def popen(self, *arguments, data="data", **keywords):
        process = subprocess.Popen(self.world.words(*arguments, data=data), **keywords)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_until_healthy(self):
        deadline = time.monotonic() + 20
        words = [NGCSHARE, "health", "--data-dir", self.world.path("data")]
        while subprocess.run(words, capture_output=True).returncode != 0:
            self.assertLess(time.monotonic(), deadline, "the gateway does not answer")

    def test_a_gateway_whose_output_nobody_reads_serves_and_ends_and_so_does_its_status(self):
        reader, writer = full_pipe()
        gateway = self.popen("run", "--create", "room", stdout=writer, stderr=writer)
        self.wait_until_healthy()
        status = subprocess.Popen([NGCSHARE, "status", "--data-dir", self.world.path("data"),
                                   "--watch", "--json"], stdout=subprocess.PIPE)
        self.addCleanup(status.kill)
        status.stdout.readline()
        status.stdout.close()
        self.assertEqual(status.wait(20), 1)
        gateway.send_signal(signal.SIGTERM)
        self.assertEqual(gateway.wait(10), 0)
        os.close(reader)
        os.close(writer)

    def test_a_member_ends_when_the_reader_of_its_output_has_gone(self):
        member = self.world.start(Node, "connect", CHAT_ID, data="data")
        member.event("joining")
        reader = subprocess.Popen(["head", "-1"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        second = self.popen("connect", CHAT_ID, "--json", data="second", stdout=reader.stdin,
                            stderr=subprocess.DEVNULL)
        reader.stdin.close()
        self.assertEqual(reader.wait(20), 0)
        self.assertEqual(second.wait(20), 1)
        self.assertTrue(member.running())

    def test_nohup_is_respected(self):
        gateway = self.popen("run", "--create", "room", "--json", stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.addCleanup(gateway.stdout.close)
        self.wait_until_healthy()
        gateway.send_signal(signal.SIGHUP)
        gateway.send_signal(signal.SIGTERM)
        output, _ = gateway.communicate(timeout=10)
        self.assertEqual(gateway.returncode, 0)
        self.assertNotIn('"reload"', output)

    def test_a_member_in_the_background_is_not_stopped_by_what_is_typed(self):
        words = self.world.words("connect", CHAT_ID, data="data")
        shell = Terminal([sys.executable, "-c", SHELL, *words])
        self.addCleanup(shell.close)
        shell.wait("joining group")
        shell.type("a line for the shell\n")
        self.assertIn("runs", shell.wait(" blocking\n"))

    def test_enter_shows_the_services_to_a_person_at_the_terminal(self):
        terminal = Terminal(self.world.words("connect", CHAT_ID, data="data", log_level="error"))
        self.addCleanup(terminal.close)
        terminal.wait("joining group")
        terminal.type("\n")
        terminal.wait("LOCAL ADDRESS")

    def test_secrets_stay_out_of_core_dumps(self):
        node = self.world.start(Node, "node", "--no-udp", data="data")
        node.event("node")
        with open(f"/proc/{node.pid}/limits") as limits:
            core = next(line for line in limits if line.startswith("Max core file size"))
        self.assertEqual(core.split()[4:6], ["0", "0"])


if __name__ == "__main__":
    unittest.main()
