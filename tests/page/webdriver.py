"""Drives a headless Chromium over WebDriver, using only the standard library.

The browser resolves no name but 127.0.0.1, so neither a page nor the browser itself reaches a
network.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--no-proxy-server", "--window-size=1280,800",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver's key for an element in JSON
PATIENCE_SECONDS = 15
DRIVER_STARTS = 5

# Collects errors and violations, starting before the page's first script.
WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
addEventListener('error', (event) => violations.push(String(event.message)));
addEventListener('unhandledrejection', (event) => violations.push(String(event.reason)));
"""

# Resolves as soon as the expression is true; evaluates it before each frame.
WAIT = """
const [expression, values, done] = arguments;
const holds = new Function('...values', `return (${expression});`);
const look = () => { if (holds(...values)) done(true); else requestAnimationFrame(look); };
look();
"""


class Browser:
    """One browser with one tab. REQUIRES: close() at the end."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ngcshare-page-")
        self.session = ""
        self.driver = None
        try:
            self.base = f"http://127.0.0.1:{self._start_driver()}"
            self._begin()
        except BaseException:
            self.close()
            raise

    def _start_driver(self):
        """Starts chromedriver and returns its port. Starts it again where it ends at once:
        chromedriver gets a free port of IPv4 from the kernel and then needs the same one of IPv6,
        which a connection of another test may have."""
        with tempfile.TemporaryFile("w+") as errors:
            for _ in range(DRIVER_STARTS):
                self.driver = subprocess.Popen(
                    [os.environ.get("PAGE_CHROMEDRIVER", "chromedriver"), "--port=0"],
                    stdout=subprocess.PIPE, stderr=errors, text=True)
                for line in self.driver.stdout:
                    started = re.search(r"started successfully on port (\d+)", line)
                    if started:
                        return int(started[1])
                self._end_driver()
            errors.seek(0)
            raise AssertionError(f"chromedriver did not start: {errors.read()}")

    def _begin(self):
        options = {"args": [*FLAGS, f"--user-data-dir={self.folder}"]}
        if "PAGE_CHROMIUM" in os.environ:
            options["binary"] = os.environ["PAGE_CHROMIUM"]
        always = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL"},
                  "timeouts": {"script": PATIENCE_SECONDS * 1000}}
        answer = self._request("POST", "/session", {"capabilities": {"alwaysMatch": always}})
        self.session = f"/session/{answer['sessionId']}"
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def close(self):
        try:
            if self.session:
                self._request("DELETE", self.session)
        finally:
            self._end_driver()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end_driver(self):
        if self.driver:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
            self.driver = None

    def _request(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        # Ignores proxies of the environment, because the server is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            with problem:
                value = json.load(problem)["value"]
            raise AssertionError(f"{value['error']}: {value['message']}") from None

    def _post(self, path, **body):
        return self._request("POST", self.session + path, body)

    def devtools(self, command, **parameters):
        return self._post("/goog/cdp/execute", cmd=command, params=parameters)

    def get(self, url):
        self._post("/url", url=url)

    def reload(self):
        self._post("/refresh")

    def run(self, script, *values):
        """Runs the function body `script` and returns its result."""
        return self._post("/execute/sync", script=script, args=list(values))

    def run_async(self, script, *values):
        """Runs the function body `script`; returns the value that it passes to its last argument, a
        function."""
        return self._post("/execute/async", script=script, args=list(values))

    def wait(self, expression, *values):
        """Waits until the JavaScript expression, which sees `values`, is true."""
        try:
            self.run_async(WAIT, expression, list(values))
        except AssertionError as problem:
            raise AssertionError(f"not true: {expression} {values}: {problem}") from None

    def find(self, selector):
        found = self._post("/element", **{"using": "css selector", "value": selector})
        return f"/element/{found[ELEMENT]}"

    def click(self, selector):
        self._post(self.find(selector) + "/click")

    def type(self, selector, text):
        self._post(self.find(selector) + "/value", text=text)

    def press(self, *keys):
        """Presses keys one after another at the focused element."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._post("/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def resize(self, width, height, mobile=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=mobile)

    def color_scheme(self, name):
        self.devtools("Emulation.setEmulatedMedia",
                      features=[{"name": "prefers-color-scheme", "value": name}])

    def screenshot(self, path, whole=False):
        picture = self.devtools("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))

    def log(self):
        """Returns the browser's log since the last call."""
        return self._post("/se/log", type="browser")
