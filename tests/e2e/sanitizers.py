"""Reports of the sanitizers that ngcshare may be built with (NGCSHARE_SANITIZE). A report of any
process of a test fails that test, however the process ended and whoever started it."""

import atexit
import os
import shutil
import tempfile

ON = bool(os.environ.pop("NGCSHARE_SANITIZE", ""))
PATIENCE = 3 if ON else 1  # how many times as long to wait for what a process says

# The processes write a file each, and none without a fault. Everybody may, because tests start
# processes as other users.
_folder = tempfile.mkdtemp(prefix="ngcshare-reports-")
os.chmod(_folder, 0o777)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

# verify_asan_link_order: a test preloads a library.
_options = f"log_path={_folder}/report:exitcode=86:verify_asan_link_order=0"
if ON:
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
        os.environ[name] = ":".join(filter(None, (os.environ.get(name), _options)))


def fail_on_reports():
    """Raises AssertionError with all reports since the last call."""
    reports = []
    for name in sorted(os.listdir(_folder)):
        path = os.path.join(_folder, name)
        with open(path, errors="replace") as file:
            reports.append(file.read())
        os.remove(path)
    if reports:
        raise AssertionError("a sanitizer has reported:\n" + "\n".join(reports))
