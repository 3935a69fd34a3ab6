"""Child processes whose output can be awaited line by line."""

import json
import os
import signal
import subprocess
import threading
import time

import sanitizers


class Process:
    """A child whose standard output is read line by line into a list; tests can wait for lines."""

    def __init__(self, arguments, log_path, stdin=None, env=None):
        self.arguments = arguments
        self.log_path = log_path
        self.lines = []
        self.times = []  # when each line arrived
        self._taken = set()
        self._ended = False
        self._condition = threading.Condition()
        with open(log_path, "ab") as log:
            self.process = subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=log, stdin=stdin, text=True,
                env={**os.environ, **(env or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self.process.pid

    def _read(self):
        for line in self.process.stdout:
            with self._condition:
                self.times.append(time.monotonic())
                self.lines.append(line.rstrip("\n"))
                self._condition.notify_all()
        with self._condition:
            self._ended = True
            self._condition.notify_all()

    def wait_line(self, predicate, timeout):
        """Waits for and returns the first line that the predicate accepts and that was not returned
        before."""
        return self.lines[self._wait(predicate, timeout)]

    def _wait(self, predicate, timeout):
        deadline = time.monotonic() + timeout * sanitizers.PATIENCE
        at = 0
        with self._condition:
            while True:
                while at < len(self.lines):
                    if at not in self._taken and predicate(self.lines[at]):
                        self._taken.add(at)
                        return at
                    at += 1
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(
                        f"{self.arguments[:4]} did not say what was waited for in {timeout} s"
                        f"{' (it has ended)' if self._ended else ''}; it said:\n" +
                        "\n".join(self.lines[-30:]) + "\n" + self.log())
                self._condition.wait(left)

    def forget(self):
        """Discards the lines printed so far."""
        with self._condition:
            self._taken.update(range(len(self.lines)))

    def wait_log(self, text, timeout):
        """Waits until the log contains the text."""
        deadline = time.monotonic() + timeout * sanitizers.PATIENCE
        while True:
            with open(self.log_path, errors="replace") as file:
                if text in file.read():
                    return
            if not self.running() or time.monotonic() > deadline:
                raise AssertionError(f"{self.arguments[:4]} did not log {text!r} in {timeout} s:\n"
                                     + self.log())
            time.sleep(0.05)  # a file tells nobody that it has grown

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()[-6000:]

    def running(self):
        return self.process.poll() is None

    def stop(self, how=signal.SIGTERM, timeout=20):
        if self.running():
            self.process.send_signal(how)
        return self.wait(timeout)

    def wait(self, timeout):
        """Waits for the end of the process and of its output; returns the exit code."""
        try:
            code = self.process.wait(timeout * sanitizers.PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(
                f"{self.arguments[:4]} did not end in {timeout} s:\n{self.log()}") from None
        self._reader.join(5)
        self.process.stdout.close()
        if self.process.stdin:
            self.process.stdin.close()
        return code

    def peak_memory_mb(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        raise AssertionError("no VmHWM")


class Node(Process):
    """A process that prints JSON lines; tests wait for events by name. Each event also has its time
    of arrival."""

    def event(self, name, timeout=40, **fields):
        """Waits for and returns the first event of this name with these fields that was not
        returned before."""
        def matches(event):
            return event.get("event") == name and all(
                event.get(key) == value for key, value in fields.items())
        return self.wait_event(matches, timeout)

    def wait_event(self, predicate, timeout):
        at = self._wait(lambda line: predicate(parsed(line)), timeout)
        return {**parsed(self.lines[at]), "time": self.times[at]}

    def events(self, name, **fields):
        """Returns all such events so far, including those returned before."""
        with self._condition:
            found = [{**parsed(line), "time": at} for line, at in zip(self.lines, self.times)]
        return [event for event in found if event.get("event") == name and all(
            event.get(key) == value for key, value in fields.items())]


def parsed(line):
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
