"""Tests that an owner can change settings from the page, and a viewer cannot."""

import queue

import samples
from fake_gateway import OWNER, VIEWER
from page_case import PageCase

MINECRAFT, WIKI, MUSIC = (f".service:nth-child({place})" for place in (1, 2, 3))
RULES = ("minecraft: for all members, not for observers\n"
         "allow alice (2BD806C9)\ndeny bob (allow x) (0A1B2C3D)\ndeny 55667788")


class CommandTest(PageCase):
    def sent(self):
        """Returns the next command that reached the gateway."""
        line, headers = self.gateway.commands.get(timeout=10)
        self.assertEqual(headers["Authorization"], f"Bearer {OWNER}")
        self.assertEqual(headers["Content-Type"], "application/json")
        return line

    def assert_none_sent(self):
        with self.assertRaises(queue.Empty):
            self.gateway.commands.get_nowait()

    def open_rules(self, service):
        self.browser.click(f"{service} summary")
        self.page.wait_text(f"{service} [data-part=rules-note]", "ule")

    def test_a_viewer_sees_no_action(self):
        page = self.open(samples.ordinary(), VIEWER)
        self.assertTrue(page.is_shown("#read-only"))
        shown = self.browser.run("""
            return [...document.querySelectorAll('main button, main details, main [data-part=person]')]
              .filter((node) => node.checkVisibility()).map((node) => node.textContent.trim())""")
        self.assertEqual(shown, ["Copy"])

    def test_what_ends_connections_is_asked_first(self):
        page = self.open(samples.ordinary())
        self.browser.click(f"{MINECRAFT} [data-part=switch]")
        page.wait_shown("#ask")
        self.assertIn("2 connections to it will end", page.text("#ask-text"))
        self.browser.click("#ask-no")
        self.browser.wait("!document.getElementById('ask').open")
        self.assert_none_sent()
        self.browser.click(f"{MINECRAFT} [data-part=switch]")
        page.wait_shown("#ask")
        self.gateway.answers["disable minecraft"] = {"ok": True, "text": "minecraft is off"}
        page.save("ask", whole=False)
        self.browser.click("#ask-yes")
        self.assertEqual(self.sent(), "disable minecraft")
        page.wait_text("#notice-text", "minecraft is off")
        self.assertEqual(self.browser.run("return document.getElementById('notice').dataset.tone"),
                         "good")

    def test_escape_is_no(self):
        page = self.open(samples.ordinary())
        self.browser.click("#connections [data-part=drop]")
        page.wait_shown("#ask")
        self.browser.press("\ue00c")
        self.browser.wait("!document.getElementById('ask').open")
        self.assert_none_sent()

    def test_what_ends_nothing_is_not_asked(self):
        page = self.open(samples.ordinary())
        self.browser.click(f"{MUSIC} [data-part=switch]")
        self.assertEqual(self.sent(), "enable music")
        self.browser.click(f"{WIKI} [data-part=switch]")
        self.assertEqual(self.sent(), "disable wiki")
        self.assertFalse(page.is_shown("#ask"))

    def test_a_refusal_is_shown(self):
        page = self.open(samples.ordinary())
        self.gateway.answers["enable music"] = {"ok": False, "text": "there is no service music"}
        self.browser.click(f"{MUSIC} [data-part=switch]")
        page.wait_text("#notice-text", "there is no service music")
        self.assertEqual(self.browser.run("return document.getElementById('notice').dataset.tone"),
                         "bad")

    def test_the_change_is_seen_at_once(self):
        page = self.open(samples.ordinary())

        def enable(line, headers):
            self.gateway.status["services"][2]["enabled"] = True
            return {"ok": True, "text": line}
        self.gateway.run = enable
        self.browser.click(f"{MUSIC} [data-part=switch]")
        page.wait_text(f"{MUSIC} [data-part=switch]", "Disable")

    def test_a_connection_is_dropped(self):
        page = self.open(samples.ordinary())
        self.browser.click("#connections [data-part=drop]")
        page.wait_shown("#ask")
        self.assertIn("alice (2BD806C9) is using minecraft", page.text("#ask-text"))
        self.browser.click("#ask-yes")
        self.assertEqual(self.sent(), "drop 17")

    def test_names_are_quoted_as_the_command_language_wants_it(self):
        status = samples.ordinary()
        status["services"] = [samples.service('my "game" \\ 1', enabled=False)]
        self.open(status)
        self.browser.click("[data-part=switch]")
        self.assertEqual(self.sent(), 'enable "my \\"game\\" \\\\ 1"')

    def test_rules_are_shown_and_cleared(self):
        page = self.open(samples.ordinary())
        self.gateway.answers["acl minecraft"] = {"ok": True, "text": RULES}
        self.open_rules(MINECRAFT)
        self.assertEqual(self.sent(), "acl minecraft")
        self.assertEqual(page.texts(f"{MINECRAFT} .rule [data-part=person]"),
                         ["alice (2BD806C9)", "bob (allow x) (0A1B2C3D)", "55667788"])
        self.assertEqual(page.texts(f"{MINECRAFT} .rule [data-part=effect]"),
                         ["allow", "deny", "deny"])
        page.save("rules")
        self.browser.click(f"{MINECRAFT} .rule:nth-child(2) [data-part=clear]")
        self.assertEqual(self.sent(), "acl minecraft clear 0A1B2C3D")
        self.assertEqual(self.sent(), "acl minecraft")  # the present value

    def test_a_person_is_allowed_and_denied(self):
        page = self.open(samples.ordinary())
        self.open_rules(WIKI)
        self.assertEqual(self.sent(), "acl wiki")
        person = samples.key("alice")
        self.browser.type(f"{WIKI} [data-part=person]", person)
        self.browser.click(f"{WIKI} [data-part=allow]")
        self.assertEqual(self.sent(), f"allow wiki {person}")
        self.assertEqual(self.sent(), "acl wiki")
        self.browser.wait("document.querySelector(values[0]).value === ''",
                          f"{WIKI} [data-part=person]")
        self.browser.type(f"{WIKI} [data-part=person]", "@two words")
        self.browser.click(f"{WIKI} [data-part=deny]")
        page.wait_shown("#ask")
        self.assert_none_sent()
        self.browser.click("#ask-yes")
        self.assertEqual(self.sent(), 'deny wiki "@two words"')

    def test_people_who_were_seen_are_suggested(self):
        self.open(samples.ordinary())
        options = self.browser.run("return [...document.querySelectorAll('#people option')]"
                                   ".map((option) => [option.value, option.label])")
        self.assertIn([samples.key("carol"), "carol (4C26D907)"], options)
        self.assertEqual(len(options), 3)

    def test_the_policy_and_observers_are_set(self):
        page = self.open(samples.ordinary())
        self.open_rules(MINECRAFT)
        self.assertEqual(self.sent(), "acl minecraft")
        choose = ("const policy = document.querySelector(arguments[0]); policy.value = 'list';"
                  "policy.dispatchEvent(new Event('change'));")
        self.browser.run(choose, f"{MINECRAFT} [data-part=policy]")
        page.wait_shown("#ask")
        self.browser.click("#ask-no")
        self.browser.wait("document.querySelector(values[0]).value === 'members'",
                          f"{MINECRAFT} [data-part=policy]")
        self.assert_none_sent()
        self.browser.run(choose, f"{MINECRAFT} [data-part=policy]")
        page.wait_shown("#ask")
        self.browser.click("#ask-yes")
        self.assertEqual(self.sent(), "acl minecraft list")
        self.assertEqual(self.sent(), "acl minecraft")
        self.browser.click(f"{MINECRAFT} [data-part=observers]")
        self.assertEqual(self.sent(), "acl minecraft observers on")

    def test_a_gateway_that_is_gone_is_said(self):
        page = self.open(samples.ordinary())
        self.gateway.stop()
        self.browser.click(f"{MUSIC} [data-part=switch]")
        page.wait_text("#notice-text", "gave no answer")
        self.gateway.start()
