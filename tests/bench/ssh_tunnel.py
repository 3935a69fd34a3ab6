"""`ssh -L` on loopback, the usual alternative, with a private sshd: it has its own key and
configuration and runs as a child in the foreground."""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time

CONFIGURATION = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""
SSHD = "/usr/sbin/sshd"


class SshTunnel:
    def __init__(self, folder):
        self.folder = folder
        self.children = []
        self.address = None

    def close(self):
        for child in reversed(self.children):
            child.terminate()
            child.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(target_port):
    """Opens a forwarding to 127.0.0.1:target_port; returns None if ssh or sshd is missing."""
    if not os.path.exists(SSHD) or not shutil.which("ssh"):
        return None
    tunnel = SshTunnel(tempfile.mkdtemp(prefix="ngcshare-ssh-"))
    try:
        return _open(tunnel, target_port)
    except BaseException:
        tunnel.close()
        raise


def _open(tunnel, target_port):
    from harness import free_port
    folder, port, local = tunnel.folder, free_port(), free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"],
                       check=True)
    with open(f"{folder}/sshd_config", "w") as file:
        file.write(CONFIGURATION.format(port=port, folder=folder))
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # sshd's privilege separation needs it
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
             "stderr": subprocess.DEVNULL}
    tunnel.children.append(subprocess.Popen(
        [SSHD, "-D", "-e", "-f", f"{folder}/sshd_config"], **quiet))
    _wait_for(port)
    tunnel.children.append(subprocess.Popen(
        ["ssh", "-N", "-F", "none", "-i", f"{folder}/user", "-o", "StrictHostKeyChecking=no",
         "-o", f"UserKnownHostsFile={folder}/known", "-o", "BatchMode=yes", "-p", str(port),
         "-L", f"127.0.0.1:{local}:127.0.0.1:{target_port}",
         f"{getpass.getuser()}@127.0.0.1"], **quiet))
    _wait_for(local)
    tunnel.address = ("127.0.0.1", local)
    return tunnel


def _wait_for(port):
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
