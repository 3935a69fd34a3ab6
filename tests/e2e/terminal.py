"""A program under a pseudo-terminal; tests type keys and wait for its output."""

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import time

# Escape sequences that move the cursor or set colours.
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\x07\x0f]")


class Terminal:
    def __init__(self, arguments, env=None):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            arguments, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            # Without a controlling terminal, Ctrl-C would be an ordinary key.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm", "INPUTRC": "/dev/null", **(env or {})})
        os.close(slave)
        self.raw = b""
        self.seen = 0

    def running(self):
        return self.process.poll() is None

    def type(self, keys):
        os.write(self.master, keys.encode())

    def shown(self):
        return ESCAPES.sub(b"", self.raw).decode(errors="replace").replace("\r", "")

    def wait(self, text, timeout=20):
        """Waits until the text is shown after the previous match; returns the output up to it."""
        deadline = time.monotonic() + timeout
        while True:
            new = self.shown()[self.seen:]
            if text in new:
                until = new.index(text) + len(text)
                self.seen += until
                return new[:until]
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{text!r} was not shown, but {new!r}")

    def _read(self, timeout):
        """Reads more output; returns False at its end."""
        if not select.select([self.master], [], [], timeout)[0]:
            return True
        try:
            part = os.read(self.master, 65536)
        except OSError:  # the program has ended
            part = b""
        self.raw += part
        return bool(part)

    def end(self, timeout=20):
        """Reads the remaining output; returns the exit code."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self._read(deadline - time.monotonic()):
            pass
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def hang_up(self):
        if self.master is not None:
            os.close(self.master)
        self.master = None

    def close(self):
        if self.running():
            self.process.kill()
        self.process.wait()
        self.hang_up()
