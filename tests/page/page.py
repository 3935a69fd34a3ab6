"""Drives the status page of any gateway at a known address, as a person would."""

import atexit
import functools
import os

from webdriver import Browser


@functools.cache
def browser():
    """Returns one browser for all tests of the process, because starting it takes longer than most
    tests."""
    started = Browser()
    atexit.register(started.close)
    return started


class Page:
    def __init__(self, url):
        self.url = url
        self.browser = browser()

    def open(self, token=None, width=1280, height=800):
        """Opens the page as the link printed by `ngcshare page` does."""
        self.browser.resize(width, height, mobile=width < 600)
        # Leaves the page first, because the same address with another token would not load a new
        # page.
        self.browser.get("about:blank")
        self.browser.get(self.url + (f"#token={token}" if token else ""))

    def open_ready(self, token, **size):
        self.open(token, **size)
        self.wait_shown("#content")

    def poll(self):
        """Makes the page ask the gateway now, as when the network is back."""
        self.browser.run("dispatchEvent(new Event('online'))")

    def wait_shown(self, selector):
        self.browser.wait("document.querySelector(values[0])?.checkVisibility()", selector)

    def wait_state(self, start):
        """Waits for a state line with this prefix."""
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
        """Returns the page's errors and violations of its security policy. A 401 or a missing
        answer is the gateway's doing and does not count."""
        logged = [entry["message"] for entry in self.browser.log()
                  if entry["level"] == "SEVERE" and entry["source"] != "network"]
        return self.browser.run("return violations") + logged

    def save(self, name, whole=True):
        """Saves a screenshot if the environment names a folder for it."""
        folder = os.environ.get("PAGE_SHOTS")
        if folder:
            os.makedirs(folder, exist_ok=True)
            self.browser.screenshot(os.path.join(folder, f"{name}.png"), whole)
