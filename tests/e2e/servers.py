"""Servers on 127.0.0.1 that the tests share. Their ports are from the test process's block, not
from the system, so that a member's local port near them is not taken by another process."""

import collections
import os
import queue
import socket
import struct
import subprocess
import threading

from harness import free_port


class TcpServer:
    """Calls a function with each connection, in a thread of its own."""

    def __init__(self, handler=None, port=0):
        self.serve(handler)
        self.port = port or free_port()
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=2048)
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self, handler):
        """Sets the handler from now on; result() waits for the value that it returns or raises."""
        self.handler = handler
        self.results = queue.Queue()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, self.handler, self.results),
                             daemon=True).start()

    @staticmethod
    def _serve(connection, handler, results):
        connection.settimeout(30)
        with connection:
            try:
                results.put(handler(connection))
            except Exception as problem:  # handed to the test
                results.put(problem)

    def result(self, timeout=20):
        return self.results.get(timeout=timeout)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def echo(connection):
    while part := connection.recv(65536):
        connection.sendall(part)


def reset(connection):
    """Closes a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class UdpEcho:
    """Echoes each datagram, but answers "size N" with N bytes. `sources` has the last datagrams of
    each sender's address."""

    def __init__(self, port=0):
        self.port = port or free_port()
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", self.port))
        self.sources = {}
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                datagram, source = self.socket.recvfrom(65536)
            except OSError:
                return
            self.sources.setdefault(source, collections.deque(maxlen=1000)).append(datagram)
            if datagram.startswith(b"size "):
                datagram = b"x" * int(datagram[5:])
            self.socket.sendto(datagram, source)

    def close(self):
        self.socket.close()


class Refusing:
    """A target that refuses connections: nobody listens on its port. The port is bound
    nevertheless; otherwise a member on this machine could listen there and receive the gateway's
    connections.
    """

    def __init__(self):
        self.port = free_port()
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", self.port))

    def close(self):
        self.socket.close()


class FullBacklog:
    """A target that never answers: it listens, but its queue is full, so the system drops
    connection requests."""

    def __init__(self):
        self.port = free_port()
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(0)
        self.waiting = []
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self.waiting.append(waiting)

    def close(self):
        for waiting in self.waiting:
            waiting.close()
        self.listener.close()


NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/root;
    location /upload/ {{
      dav_methods PUT;
      create_full_put_path on;
      client_max_body_size 0;
    }}
  }}
}}
"""


class Nginx:
    """A real nginx as the test's own child, with all its files in the world's folder."""

    def __init__(self, world, name="nginx"):
        self.folder = world.path(name)
        self.root = os.path.join(self.folder, "root")
        os.makedirs(os.path.join(self.root, "upload"))
        self.port = free_port()
        config = world.write(name + ".conf", NGINX.format(folder=self.folder, port=self.port))
        self.process = world.keep(NginxProcess(config, world.path(name + ".log"), self.port))

    def file(self, name, size):
        """Creates a file of random bytes; returns its path."""
        path = os.path.join(self.root, name)
        with open(path, "wb") as file:
            file.write(os.urandom(size))
        return path


class NginxProcess:
    def __init__(self, config, log_path, port):
        with open(log_path, "ab") as log:
            self.process = subprocess.Popen(["nginx", "-c", config, "-e", log_path],
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_until_listening(port, self.process)

    def running(self):
        return self.process.poll() is None

    def wait(self, timeout):
        return self.process.wait(timeout)


def wait_until_listening(port, process):
    """Asks a server that does not report its readiness until it answers."""
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError("the server has ended")
    raise AssertionError("the server does not listen")
