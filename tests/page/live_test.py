"""Tests that the page follows the gateway without a reload."""

import samples
from fake_gateway import OWNER
from page_case import PageCase


class LiveTest(PageCase):
    def test_values_change_and_focus_scrolling_and_what_was_typed_stay(self):
        page = self.open(samples.ordinary())
        self.browser.run("window.same = true")
        self.browser.click("[data-part=rules] summary")
        self.browser.type("[data-part=person]", "half a na")
        self.browser.run("scrollTo(0, 200); window.node = document.querySelector('.service')")
        minecraft = self.gateway.status["services"][0]
        minecraft["connections"] = 5
        minecraft["bytes_in"] += 10_000_000
        self.gateway.status["services"].insert(0, samples.service("first"))
        page.wait_text(".service:nth-child(2) [data-part=connections]", "5")
        page.wait_text(".service:nth-child(2) [data-part=in]", "MB/s")
        self.assertEqual(page.text(".service h3"), "first")
        self.assertTrue(self.browser.run(
            "return same && node === document.querySelector('.service:nth-child(2)')"))
        self.assertEqual(self.browser.run("return document.activeElement.value"), "half a na")
        self.assertTrue(self.browser.run("return node.querySelector('details').open"))
        self.assertGreater(self.browser.run("return scrollY"), 0)

    def test_people_come_and_go(self):
        page = self.open(samples.ordinary())
        self.assertEqual(page.texts("#connections tbody [data-part=nick]"), ["alice", "bob"])
        self.gateway.status["connections"] = [samples.connection(18, "bob"),
                                              samples.connection(19, "aaron")]
        page.poll()
        page.wait_text("#connections tbody", "aaron")
        self.assertEqual(page.texts("#connections tbody [data-part=nick]"), ["aaron", "bob"])
        self.gateway.status["connections"] = []
        page.poll()
        page.wait_shown("#connections .empty")

    def test_a_row_that_goes_hands_the_focus_to_its_section(self):
        page = self.open(samples.ordinary())
        self.browser.run("document.querySelector('#connections [data-part=drop]').focus()")
        del self.gateway.status["connections"][0]
        page.poll()
        self.browser.wait("document.activeElement.id === 'connections-title'")

    def test_a_row_that_moves_keeps_the_focus(self):
        page = self.open(samples.ordinary())
        self.browser.run("document.querySelector('#connections tr:nth-child(2) button').focus()")
        self.gateway.status["connections"][1]["nick"] = "aaron"  # bob, now before alice
        page.poll()
        page.wait_text("#connections tbody tr:first-child", "aaron")
        self.assertEqual(self.browser.run("return document.activeElement.ariaLabel"),
                         "Drop connection 18 of aaron")

    def test_it_recovers_by_itself_after_the_gateway_was_away(self):
        page = self.open(samples.ordinary())
        self.gateway.stop()
        page.wait_state("Gateway not reachable since ")
        self.assertIn("continues by itself", page.text("#trouble"))
        self.assertTrue(page.is_shown("#content"))
        self.assertTrue(page.text("#age").startswith("As of"))
        page.save("away")
        self.gateway.status["uptime"] = 3
        self.gateway.start()
        page.wait_state("Ready")
        self.assertFalse(page.is_shown("#trouble"))
        self.assertIn("3\u00a0s", page.text("#uptime"))

    def test_an_answer_that_is_no_status_is_trouble_too(self):
        page = self.open(samples.ordinary())
        for nonsense in (None, {"services": [None]}):
            with self.subTest(nonsense):
                self.gateway.status_for = lambda level, answer=nonsense: answer
                page.poll()
                page.wait_state("No status since ")
                del self.gateway.status_for
                self.browser.click("#retry")
                page.wait_state("Ready")
                self.assertFalse(page.is_shown("#trouble"))

    def test_nothing_is_asked_while_the_page_is_hidden(self):
        page = self.open(samples.ordinary())
        hide = ("Object.defineProperty(document, 'hidden', {configurable: true, value: arguments[0]});"
                "document.dispatchEvent(new Event('visibilitychange'));")

        def asked():  # the browser fetches icons at any time
            return sum(request[1] == "/api/status" for request in self.gateway.requests)
        self.gateway.status["uptime"] = 7200
        page.poll()
        page.wait_text("#uptime", "2\u00a0h")  # so that no request is under way
        self.browser.run(hide, True)
        before = asked()
        self.browser.run_async("setTimeout(arguments[0], 3000)")  # longer than the page's interval
        self.assertEqual(asked(), before)
        self.gateway.status["version"] = "9.9.9"
        self.browser.run(hide, False)
        page.wait_text("#version", "9.9.9")

    def test_the_state_line_is_only_touched_when_the_state_changes(self):
        page = self.open(samples.ordinary())
        page.wait_state("Ready")
        self.browser.run("""
            window.spoken = [];
            new MutationObserver(() => spoken.push(document.getElementById('state').textContent))
              .observe(document.getElementById('state'), {childList: true, subtree: true});""")
        self.gateway.status["uptime"] = 7200
        page.poll()
        page.wait_text("#uptime", "2\u00a0h")
        self.assertEqual(self.browser.run("return spoken"), [])
        self.gateway.status.update(ready=False, not_ready="the group is not reached")
        page.poll()
        page.wait_state("Not ready: the group is not reached")
        self.assertEqual(self.browser.run("return spoken"),
                         ["Not ready: the group is not reached"])

    def test_members_that_are_absent_leave_their_sections_out(self):
        page = self.open({"ready": True})
        page.wait_state("Ready")
        for name in ("services", "connections", "links", "groups", "counts", "log"):
            self.assertFalse(page.is_shown(f"#{name}"), name)
        self.assertEqual(page.text("#now-connections"), "–")

    def test_the_chart_has_a_point_for_each_sample(self):
        page = self.open(samples.ordinary())
        points = ("document.querySelector('[data-series=%s]').getAttribute('d')"
                  ".split(/[ML]/).length - 1")
        for series in ("in", "out"):
            self.browser.wait(f"{points % series} === 150")
        for series in ("in", "out"):
            self.gateway.status["throughput"][series] += [0, 5_000_000, 123_000]
        page.poll()
        self.browser.wait(f"{points % 'out'} === 153")
        page.wait_text("#chart", "6\u00a0MB/s")  # the axis has grown
        self.assertEqual(page.text("#now-out"), "123\u00a0kB/s")
        self.assertIn("at most 5.00\u00a0MB/s", page.text("#chart-about"))

    def test_the_chart_follows_the_width_of_the_window(self):
        page = self.open(samples.ordinary())
        self.gateway.stop()
        page.poll()
        page.wait_state("Gateway not reachable")  # so that no answer redraws it
        self.browser.resize(1000, 800)
        self.browser.wait("(svg => svg.clientWidth > 700 && svg.clientWidth < 1000)"
                          "(document.querySelector('#chart svg'))")
        self.gateway.start()

    def test_a_moment_of_the_chart_is_reached_by_keyboard(self):
        page = self.open(samples.ordinary())
        self.browser.run("document.querySelector('#chart svg').focus()")
        self.browser.press("\ue012", "\ue012", "\ue012")  # left
        page.wait_text("#chart-moment", "4\u00a0s ago: ")
        self.assertEqual(self.browser.run(
            "return document.querySelector('#chart svg').getAttribute('aria-valuetext')"),
            page.text("#chart-moment"))

    def test_five_hundred_connections(self):
        page = self.open(samples.busy(500))
        rows = "document.querySelectorAll('#connections tbody tr').length"
        self.assertEqual(self.browser.run(f"return {rows}"), 25)
        self.browser.click("#connections .more")
        self.browser.wait(f"{rows} === 500")
        self.assertIn("500 connections of 1\u202f234", page.text("#connections .note"))
        self.browser.run("window.last = document.querySelector('#connections tbody tr:last-child')")
        self.gateway.status["connections"][0]["bytes_in"] = 77_000_000_000
        page.poll()
        page.wait_text("#connections tbody", "77.0\u00a0GB")
        self.assertTrue(self.browser.run("return last.isConnected"))
        self.browser.type("#connection-filter", "PLAYER07")
        self.browser.wait(f"{rows} === 13")
        self.browser.run("const order = document.getElementById('connection-order');"
                         "order.value = 'newest'; order.dispatchEvent(new Event('change'));")
        self.assertEqual(set(page.texts("#connections tbody [data-part=nick]")), {"player07"})

    def test_the_log_is_filtered_by_level(self):
        page = self.open(samples.ordinary())
        page.wait_text("#log-list", "joined")
        self.assertNotIn("is offered", page.text("#log-list"))
        self.browser.run("const level = document.getElementById('log-level');"
                         "level.value = 'warning'; level.dispatchEvent(new Event('change'));")
        self.assertEqual(page.texts("#log-list [data-part=level]"), ["warning", "error"])

    def test_the_chat_id_is_copied_or_at_least_selected(self):
        page = self.open(samples.ordinary())
        self.browser.click("#groups [data-part=copy]")
        page.wait_text("#notice-text", "The chat id ")
        if "selected" in page.text("#notice-text"):
            self.assertEqual(self.browser.run("return String(getSelection())"), samples.CHAT_ID)

    def test_what_to_do_next_is_said_where_there_is_nothing(self):
        page = self.open(samples.empty())
        page.wait_state("Not ready: the network is not reached yet")
        self.assertIn("/share", page.text("#services .empty"))
        for name in ("services", "connections", "links", "groups", "log"):
            self.assertTrue(page.is_shown(f"#{name} .empty"), name)
        page.save("empty")


class ReadyTest(PageCase):
    def test_a_gateway_that_is_away_at_first_is_shown_when_it_comes(self):
        page = self.serve(samples.ordinary())
        page.open()
        page.wait_shown("#token-form")
        self.gateway.stop()
        page.use_token(OWNER)
        page.wait_state("Gateway not reachable since ")
        self.gateway.start()
        page.wait_state("Ready")
