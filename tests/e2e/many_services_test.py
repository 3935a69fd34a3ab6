"""Tests a gateway with long answers and much stored data."""

import signal
import unittest

from harness import SharedWorld, connect, local_port, read_all
from servers import TcpServer


class ManyServices(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.founder = cls.world.raw_founder()
        founded = cls.founder.event("founded")
        cls.chat_id = founded["chat_id"]
        cls.server = TcpServer(lambda connection: connection.sendall(b"kept"))
        cls.addClassCleanup(cls.server.close)
        shares = [word for number in range(30)
                  for word in ("--share", f"service-{number:02}={3000 + number}")]
        cls.gateway = cls.world.gateway("--join", cls.chat_id, *shares, create=False)
        cls.key = cls.gateway.event("group")["own_key"]
        cls.founder.meet(cls.key, cls.gateway)
        assert "is now admin" in cls.world.ctl("admin", "add", founded["own_key"])

    def ask(self, text):
        self.founder.tell("whisper", self.key, text)
        return self.founder.answer()

    def test_long_answers_come_in_pieces_of_at_most_480_bytes(self):
        piece = self.ask("services")
        text = piece
        while "to use one" not in piece:
            self.assertLessEqual(len(piece.encode()), 480)
            piece = self.founder.answer()
            text += "\n" + piece
        for number in range(30):
            self.assertIn(f"service-{number:02} (tcp {3000 + number})", text)

    def test_bad_ports_and_names_are_refused_with_a_reason(self):
        for words, reason in (("share x 0", "1 to 65535"), ("share x 70000", "70000"),
                              (f"share {'x' * 65} 80", "64"),
                              ("share x 80 @192.0.2.1", "--allow-target"),
                              ("share service-00 81", "taken")):
            self.assertIn(reason, self.ask(words))

    def test_what_was_shared_by_chat_survives_a_restart(self):
        self.assertIn("shared kept", self.ask(f"share kept {self.server.port}"))
        member = self.world.member(self.chat_id, "kept")
        port = local_port(member, "kept", 60)
        for how in (signal.SIGTERM, signal.SIGKILL):
            self.gateway.stop(how)
            # No --share and no --join: both are stored.
            ManyServices.gateway = self.world.gateway(create=False)
            self.assertEqual(local_port(member, "kept", 60), port)
            with connect(port) as client:
                self.assertEqual(read_all(client), b"kept")
            services = {event["service"] for event in self.gateway.events("service")}
            self.assertEqual(len(services), 31)
        self.assertEqual(member.stop(), 0)


if __name__ == "__main__":
    unittest.main()
