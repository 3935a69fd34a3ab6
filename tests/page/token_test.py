"""Tests how the page gets its token, and its behaviour without a valid one."""

import samples
from fake_gateway import OWNER, VIEWER
from page_case import PageCase


class TokenTest(PageCase):
    def test_it_is_taken_from_the_link_and_out_of_the_location(self):
        page = self.open(samples.ordinary())
        self.assertEqual(self.browser.run("return location.href"), self.gateway.url)
        self.assertEqual(self.browser.run("return document.cookie"), "")
        asked = [request for request in self.gateway.requests if request[1].startswith("/api/")]
        self.assertEqual({request[2] for request in asked}, {f"Bearer {OWNER}"})
        self.assertFalse([request for request in self.gateway.requests if OWNER in request[1]])
        self.assertFalse(page.is_shown("#token-form"))

    def test_it_is_remembered_by_the_tab_when_the_page_is_loaded_anew(self):
        page = self.open(samples.ordinary())
        self.browser.reload()
        page.wait_state("Ready")
        self.assertFalse(page.is_shown("#token-form"))

    def test_without_one_nothing_is_asked_of_the_gateway(self):
        page = self.serve(samples.ordinary())
        page.open()
        page.wait_shown("#token-form")
        self.assertIn("ngcshare page", page.text("#token-form"))
        self.assertFalse(page.is_shown("#content"))
        self.assertEqual([path for _, path, _, _ in self.gateway.requests if "/api/" in path], [])
        page.save("token")

    def test_a_wrong_one_is_said_and_another_can_be_given(self):
        page = self.serve(samples.ordinary())
        page.open("wrong")
        page.wait_text("#token-problem", "does not accept")
        self.assertFalse(page.is_shown("#content"))
        page.use_token(OWNER)
        page.wait_state("Ready")
        self.assertTrue(page.is_shown("#content"))
        self.assertFalse(page.is_shown("#token-form"))
        self.assertEqual(self.browser.run("return document.getElementById('token').value"), "")

    def test_what_no_header_can_carry_is_refused_without_a_request(self):
        page = self.serve(samples.ordinary())
        page.open()
        page.wait_shown("#token-form")
        page.use_token("tök en")
        page.wait_text("#token-problem", "does not accept")
        self.assertEqual([path for _, path, _, _ in self.gateway.requests if "/api/" in path], [])

    def test_one_that_is_taken_back_ends_the_view(self):
        page = self.open(samples.ordinary())
        self.browser.click("#connections [data-part=drop]")
        page.wait_shown("#ask")
        self.gateway.refuse_all = True
        page.poll()
        page.wait_shown("#token-form")
        self.assertFalse(page.is_shown("#content"))
        self.assertFalse(page.is_shown("#ask"))
        self.browser.reload()
        page.wait_shown("#token-form")
        self.assertEqual(page.text("#token-problem"), "")  # the token was discarded, not tried again

    def test_it_can_be_forgotten(self):
        page = self.open(samples.ordinary())
        self.browser.click("#forget")
        page.wait_shown("#token-form")
        self.assertEqual(self.browser.run("return sessionStorage.length"), 0)

    def test_a_link_pasted_into_the_open_page_is_taken_too(self):
        page = self.open(samples.ordinary(), VIEWER)
        self.assertTrue(page.is_shown("#read-only"))
        self.browser.get(f"{self.gateway.url}#token={OWNER}")
        self.browser.wait("document.body.classList.contains('owner')")
        self.assertEqual(self.browser.run("return location.hash"), "")
