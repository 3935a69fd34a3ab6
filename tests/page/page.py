"""The status page as a person sees it, of any gateway whose address is known."""

import atexit
import functools
import os

from webdriver import Browser


@functools.cache
def browser():
    """One for all tests of a process: starting it takes longer than most of them."""
    started = Browser()
    atexit.register(started.close)
    return started


class Page:
    def __init__(self, url):
        self.url = url
        self.browser = browser()

    def open(self, token=None, width=1280, height=800):
        """Opens it as the link does that `ngcshare page` prints."""
        self.browser.resize(width, height, mobile=width < 600)
        # From elsewhere: to the same address with a token it would be no new page.
        self.browser.get("about:blank")
        self.browser.get(self.url + (f"#token={token}" if token else ""))

    def open_ready(self, token, **size):
        self.open(token, **size)
        self.wait_shown("#content")

    def poll(self):
        """Has it ask the gateway now, as when the network is back."""
        self.browser.run("dispatchEvent(new Event('online'))")

    def wait_shown(self, selector):
        self.browser.wait("document.querySelector(values[0])?.checkVisibility()", selector)

    def wait_state(self, start):
        """Waits for a state line that begins with this."""
        self.browser.wait("document.getElementById('state').textContent.startsWith(values[0])", start)

    def wait_text(self, selector, part):
        self.browser.wait("document.querySelector(values[0])?.textContent.includes(values[1])",
                          selector, part)

    def text(self, selector):
        return self.browser.run("return document.querySelector(arguments[0]).textContent", selector)

    def texts(self, selector):
        return self.browser.run(
            "return [...document.querySelectorAll(arguments[0])].map((node) => node.textContent)",
            selector)

    def is_shown(self, selector):
        return self.browser.run(
            "return Boolean(document.querySelector(arguments[0])?.checkVisibility())", selector)

    def use_token(self, token):
        self.browser.type("#token", token)
        self.browser.click("#token-form button")

    def violations(self):
        """What the page did that it must not do: errors, and breaches of its security policy. That
        an answer was 401 or none at all is the gateway's doing."""
        logged = [entry["message"] for entry in self.browser.log()
                  if entry["level"] == "SEVERE" and entry["source"] != "network"]
        return self.browser.run("return violations") + logged

    def save(self, name, whole=True):
        """A screenshot, where the environment names a folder for them."""
        folder = os.environ.get("PAGE_SHOTS")
        if folder:
            os.makedirs(folder, exist_ok=True)
            self.browser.screenshot(os.path.join(folder, f"{name}.png"), whole)
