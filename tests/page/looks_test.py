"""Tests the page's appearance: names from strangers, narrow screens, contrast, the keyboard."""

import pathlib

import samples
from fake_gateway import OWNER, VIEWER
from page_case import PageCase

CONTRAST = (pathlib.Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


class HostileTest(PageCase):
    def test_names_of_strangers_are_text(self):
        page = self.open(samples.hostile())
        nicks = page.texts("#connections tbody [data-part=nick]")
        self.assertIn("<img src=x onerror=alert(1)>", nicks)
        self.assertIn("<script>window.hacked = 1</script>", nicks)
        self.assertIn("  proto  ", page.texts("#refusals dt"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('img').length"), 1)
        self.assertFalse(self.browser.run("return 'hacked' in window"))
        self.assertEqual(page.text("title"), "ngcshare – not ready: <img src=x onerror=alert(1)>")

    def test_what_deceives_is_made_visible(self):
        page = self.open(samples.hostile())
        text = page.text("#content")
        for hidden in ("\u202e", "\u2066", "\u200b", "\x07", "\x1b"):
            self.assertNotIn(hidden, text)
        nicks = page.texts("#connections tbody [data-part=nick]")
        self.assertIn("\ufffdgnp.evil\ufffd", nicks)
        self.assertIn("admin\ufffd\ufffd\ufffd\ufffd[31m", nicks)
        self.assertIn("W" * 200 + "…", nicks)
        self.assertIn("Z\u0351\u0342\u0313a" * 8, nicks)
        # Harmless foreign characters stay unchanged.
        self.assertIn("\u0627\u0644\u0639\u0631\u0628\u064a\u0629", nicks)
        self.assertIn("\U0001f468\u200d\U0001f469\u200d\U0001f467", nicks)


class LooksTest(PageCase):
    def test_no_screen_scrolls_sideways(self):
        statuses = {"hostile": samples.hostile(), "busy": samples.busy(), "empty": samples.empty(),
                    "ordinary": samples.ordinary()}
        page = self.serve(None)
        for name, status in statuses.items():
            self.gateway.status = status
            for width, height in ((320, 640), (390, 844), (768, 1024), (1280, 800)):
                with self.subTest(name, width=width):
                    page.open_ready(OWNER, width=width, height=height)
                    page.save(f"{name}-{width}")
                    self.assertLessEqual(
                        self.browser.run("return document.documentElement.scrollWidth"), width)

    def test_texts_and_lines_stand_out_in_light_and_dark(self):
        self.addCleanup(lambda: self.browser.color_scheme("light"))
        page = self.serve(samples.ordinary())
        for scheme in ("light", "dark"):
            self.browser.color_scheme(scheme)
            with self.subTest(scheme):
                page.open_ready(OWNER)
                self.browser.click(".service summary")
                page.wait_text("[data-part=rules-note]", "rule")
                self.browser.click(".service:nth-child(3) [data-part=switch]")
                page.wait_shown("#notice")
                self.gateway.stop()
                page.poll()
                page.wait_state("Gateway not reachable")
                page.save(scheme)
                found = self.browser.run(CONTRAST)
                self.gateway.start()
                self.assertGreater(found["looked"], 100)
                self.assertEqual(found["poor"], [])

    def test_every_control_has_a_name_and_is_reached_by_tab(self):
        self.open(samples.ordinary())
        self.browser.run("document.querySelector('.service summary').click()")
        nameless = self.browser.run("""
            return [...document.querySelectorAll('button, input, select, summary, [tabindex="0"]')]
              .filter((node) => node.checkVisibility())
              .filter((node) => !(node.ariaLabel || node.labels?.length || node.textContent.trim()))
              .map((node) => node.outerHTML)""")
        self.assertEqual(nameless, [])
        wanted = self.browser.run("""
            window.reached = new Set();
            addEventListener('focusin', (event) => reached.add(event.target));
            window.controls = [...document.querySelectorAll('button, input, select, summary, #chart svg')]
              .filter((node) => node.checkVisibility());
            return controls.length""")
        self.browser.run("document.querySelector('.skip').focus()")
        self.browser.press(*["\ue004"] * (wanted + 1))  # tab
        self.assertEqual(self.browser.run(
            "return controls.filter((node) => !reached.has(node)).map((node) => node.outerHTML)"), [])

    def test_a_viewer_on_a_phone(self):
        page = self.open(samples.ordinary(), VIEWER, width=390, height=844)
        self.assertTrue(page.is_shown("#connections tbody tr"))
        page.save("viewer-390")
