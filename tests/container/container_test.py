"""Tests of the image from the Dockerfile: its metadata, its contents, and a gateway in it, run as a
container engine would run it. run.sh starts this file.

All traffic stays on 127.0.0.1: the only boot node runs from the image.
"""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from process import Node

IMAGE = os.environ.pop("NGCSHARE_IMAGE")
BUILDAH = os.environ.pop("NGCSHARE_BUILDAH").split()
LIMIT_MB = 120
END_WITHIN = 10  # seconds, after which container engines kill

# Creates by hand the namespaces that compose.yaml requests: the entry point is the first process,
# the root is read-only, and no capability is left.
CONTAIN = """
set -e
root=$1 data=$2 user=$3
shift 3
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$data" "$root/data"
mount -t tmpfs tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid="$user" --regid="$user" --clear-groups --bounding-set=-all \\
  --inh-caps=-all --no-new-privs env -i "$@"
"""


def buildah(*words):
    result = subprocess.run([*BUILDAH, *words], text=True, capture_output=True, timeout=300)
    if result.returncode != 0:
        raise AssertionError(f"buildah {words}: {result.stderr}")
    return result.stdout.strip()


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.config = json.loads(buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]
        cls.container = buildah("from", "--pull-never", IMAGE)
        cls.addClassCleanup(buildah, "rm", cls.container)
        cls.root = buildah("mount", cls.container)
        cls.folder = tempfile.mkdtemp(prefix="ngcshare-container-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)

    def data_folder(self, name, uid):
        path = os.path.join(self.folder, name)
        os.mkdir(path, 0o700)
        os.chown(path, uid, uid)
        return path

    def run_once(self, *words):
        """Runs a command by buildah in a new container. Not for commands that go online: only
        start() confines those to this machine."""
        return subprocess.run([*BUILDAH, "run", "--isolation", "chroot", self.container, "--",
                               *words], text=True, capture_output=True, timeout=120)

    def run_beside(self, process, uid, *words):
        """Runs a command in the namespaces of a running container, as an engine runs a health
        check."""
        [first] = children(process.pid)
        return subprocess.run(["nsenter", "--target", str(first), "--mount", "--pid", "--root",
                               "setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                               "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs",
                               "env", "-i", *self.config["Env"], *words],
                              text=True, capture_output=True, timeout=120)

    def start(self, name, *command, uid, data, **variables):
        """Starts the entry point, confined, with a command (by default the image's own)."""
        environment = [*self.config["Env"], "NGCSHARE_JSON=1", "NGCSHARE_NO_LOCAL_DISCOVERY=1",
                       "NGCSHARE_NO_DEFAULT_BOOTSTRAP=1",
                       *(f"NGCSHARE_{key}={value}" for key, value in variables.items())]
        words = [*self.config["Entrypoint"], *(command or self.config["Cmd"])]
        process = Node(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", CONTAIN,
                        "sh", self.root, data, str(uid), *environment, *words],
                       log_path=os.path.join(self.folder, name + ".log"))
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        """Sends the image's stop signal to the container's first process and returns the exit
        code."""
        if process.running():
            [first] = children(process.pid)
            os.kill(first, getattr(signal, self.config["StopSignal"]))
        return process.wait(30)

    def boot_node(self, uid):
        node = self.start("node", "node", uid=uid, data=self.data_folder(f"node-{uid}", uid),
                          UDP_PORT=random.randrange(20000, 30000))
        return node.event("node")["bootstrap"]

    def wait_until_ready(self, gateway, uid):
        deadline = time.monotonic() + 120
        while (said := self.run_beside(gateway, uid, "ngcshare", "health",
                                       "--ready")).returncode != 0:
            self.assertLess(time.monotonic(), deadline, said.stderr)

    # -- metadata --------------------------------------------------------------------------------

    def test_labels_and_settings(self):
        labels = {name.removeprefix("org.opencontainers.image."): value
                  for name, value in self.config["Labels"].items()}
        version = self.run_once("ngcshare", "version").stdout.split()[1]
        self.assertEqual(labels["version"], version)
        self.assertEqual(labels["licenses"], "GPL-3.0-or-later")
        self.assertRegex(labels["revision"], "^([0-9a-f]{40}|unknown)$")
        self.assertEqual(self.config["User"], "1000:1000")
        self.assertEqual(list(self.config["Volumes"]), ["/data"])
        self.assertEqual(self.config["StopSignal"], "SIGTERM")
        self.assertEqual(self.config["Entrypoint"][0], "tini")
        check = self.config["Healthcheck"]
        self.assertEqual(check["Test"], ["CMD", "ngcshare", "health"])
        self.assertEqual(check["StartPeriod"], 120 * 10**9)

    # -- contents --------------------------------------------------------------------------------

    def files(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)
                yield path, os.lstat(path)

    def test_it_is_small_and_gives_nobody_rights(self):
        size = sum(status.st_size for _, status in self.files()) / 1e6
        print(f"{size:.0f} MB", end=" ", flush=True)
        self.assertLess(size, LIMIT_MB)
        self.assertEqual([path for path, status in self.files()
                          if stat.S_ISREG(status.st_mode) and status.st_mode & 0o6000], [])

    def test_no_tool_to_build_with_is_left(self):
        for name in ("gcc", "g++", "cmake", "git", "make"):
            self.assertFalse(os.path.exists(os.path.join(self.root, "usr/bin", name)), name)

    # -- running ---------------------------------------------------------------------------------

    def test_without_a_gateway_it_is_not_well(self):
        result = self.run_once(*self.config["Healthcheck"]["Test"][1:])
        self.assertEqual(result.returncode, 1)
        self.assertIn("no gateway is running on /data", result.stderr)

    def test_a_folder_of_somebody_else_is_refused(self):
        gateway = self.start("refused", uid=1000, data=self.data_folder("others", 1234),
                             CREATE="room")
        self.assertEqual(gateway.wait(30), 5)
        self.assertIn("/data", gateway.log())

    def test_the_configuration_can_be_checked(self):
        data = self.data_folder("checked", 1000)
        good = self.start("good", "run", "--check", uid=1000, data=data, CREATE="room")
        self.assertEqual(good.wait(30), 0, good.log())
        bad = self.start("bad", "run", "--check", uid=1000, data=data, CREATE="room", SHAER="web=80",
                         PASSPHRASE_FILE="/run/secrets/missing")
        self.assertEqual(bad.wait(30), 2)
        self.assertIn("NGCSHARE_SHAER", bad.log())
        self.assertIn("/run/secrets/missing", bad.log())

    def check_a_gateway(self, uid):
        bootstrap = self.boot_node(uid)
        data = self.data_folder(f"data-{uid}", uid)
        given = {"CREATE": "room", "SHARE": "web=80", "BOOTSTRAP": bootstrap}
        known = []
        for name in ("first", "second"):
            gateway = self.start(f"{name}-{uid}", uid=uid, data=data, **given)
            tox_id = gateway.event("identity")["tox_id"]
            known.append((tox_id, gateway.event("group")["chat_id"]))
            gateway.event("service", service="web")
            healthy = self.run_beside(gateway, uid, *self.config["Healthcheck"]["Test"][1:])
            self.assertEqual((healthy.returncode, healthy.stderr), (0, ""))
            self.wait_until_ready(gateway, uid)
            begin = time.monotonic()
            self.assertEqual(self.end(gateway), 0)
            took = time.monotonic() - begin
            print(f"ended in {took:.2f} s", end=" ", flush=True)
            self.assertLess(took, END_WITHIN)
            given = {"BOOTSTRAP": bootstrap}  # the rest is stored
        self.assertEqual(known[0], known[1], "who it is, and its group")
        for name in os.listdir(data):
            status = os.stat(os.path.join(data, name))
            self.assertEqual((status.st_uid, status.st_mode & 0o077), (uid, 0), name)

    def test_a_gateway_as_the_images_user(self):
        self.check_a_gateway(1000)

    def test_a_gateway_as_a_user_that_nobody_knows(self):
        self.check_a_gateway(4242)

    def test_a_volume_that_the_image_made_is_anybodys(self):
        """An engine gives a named volume the mode of the folder in the image."""
        mode = os.stat(os.path.join(self.root, "data")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o1777)


if __name__ == "__main__":
    unittest.main()
