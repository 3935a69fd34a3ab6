"""Checks that every folder of the program includes only what its CMakeLists.txt declares.

    python3 -m unittest layout_test

Each folder under protocol/, storage/ and bot/ is one library. Its ngcshare_library() names the other
folders (USES) and the installed packages (PACKAGES) that its own files include. The rules:

- an include is of the own folder, of one in USES, of a package in PACKAGES, or of the standard library;
- a package with one home is included nowhere else (HOMES);
- nothing is declared that is not included, and no folder uses itself in a circle;
- every source is listed, and every folder has its row in ARCHITECTURE.md's table, with its sentence;
- a folder's tests stand in the folder of the same name under tests/ and link that library alone.
"""
import os
import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOPS = ("protocol", "storage", "bot")

# The start of an include between angle brackets -> the package that it belongs to.
PACKAGES = {
    "asio": "asio", "asio.hpp": "asio", "boost": "boost", "cxxopts.hpp": "cxxopts",
    "nlohmann": "json", "prometheus": "prometheus", "readline": "readline", "sodium.h": "sodium",
    "spdlog": "spdlog", "SQLiteCpp": "sqlite", "sqlite3.h": "sqlite", "tox": "toxcore",
}
LINUX = {"sys/epoll.h", "sys/prctl.h", "sys/syscall.h", "linux"}
# A package that only one library may use.
HOMES = {"toxcore": "bot_tox", "boost": "bot_http", "cxxopts": "bot_options",
         "readline": "bot_console", "prometheus": "bot_status", "sqlite": ("storage_database",
         "storage_stores", "storage_folder")}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def package_of(header):
    """Returns the package of a header in angle brackets, or None for the C++ standard library."""
    first = header.split("/")[0]
    if header in LINUX or first in LINUX:
        return "linux"
    if first in PACKAGES:
        return PACKAGES[first]
    return "posix" if header.endswith(".h") else None


class Library:
    """What one folder declares and what it has."""

    def __init__(self, root, folder, text):
        self.folder = folder
        self.name = folder.replace("/", "_")
        comment = re.match(r"((?:#[^\n]*\n)+)", text)
        self.sentence = " ".join(line[1:].strip() for line in comment[1].splitlines()) if comment else ""
        call = re.search(r"ngcshare_library\((\w+)(.*?)\)", re.sub(r"#[^\n]*", "", text), re.DOTALL)
        self.declared_name = call[1]
        values = {"USES": set(), "PACKAGES": set(), "SOURCES": set(), "GENERATED": set()}
        keyword = None
        for word in call[2].split():
            if word in values:
                keyword = word
            else:
                values[keyword].add(word)
        self.uses, self.packages, self.sources = values["USES"], values["PACKAGES"], values["SOURCES"]
        self.files = sorted(path for path in (root / folder).iterdir()
                            if path.name.endswith((".h", ".cc", ".h.in")))


def libraries(root):
    found = {}
    for top in TOPS:
        for path in sorted((root / top).rglob("CMakeLists.txt")):
            text = path.read_text()
            if "ngcshare_library(" in text:
                library = Library(root, path.parent.relative_to(root).as_posix(), text)
                found[library.name] = library
    return found


def check_includes(library, known):
    """Yields what is wrong with the includes of one library."""
    used, packages = set(), set()
    for path in library.files:
        for quoted, angled in INCLUDE.findall(path.read_text()):
            if quoted:
                target = os.path.dirname(quoted).replace("/", "_")
                if target == library.name:
                    continue
                used.add(target)
                if target not in known:
                    yield f"{library.folder}/{path.name} includes {quoted}, which is in no library"
                elif target not in library.uses:
                    yield f"{library.folder}/{path.name} includes {quoted}: {target} is not in its USES"
            elif package := package_of(angled):
                packages.add(package)
                if package not in library.packages:
                    yield f"{library.folder}/{path.name} includes <{angled}>: {package} is not in its PACKAGES"
                homes = HOMES.get(package, library.name)
                if library.name not in ((homes,) if isinstance(homes, str) else homes):
                    yield f"{library.folder}/{path.name} includes <{angled}>, which is for {homes} alone"
    for name in sorted(library.uses - used):
        yield f"{library.folder} declares USES {name} and includes nothing of it"
    for name in sorted(library.packages - packages):
        yield f"{library.folder} declares PACKAGES {name} and includes nothing of it"


def check_files(library):
    if library.declared_name != library.name:
        yield f"{library.folder} is the library {library.declared_name}; it should be {library.name}"
    for path in library.files:
        if path.suffix == ".cc" and path.name not in library.sources:
            yield f"{library.folder}/{path.name} is not in SOURCES"


def check_circles(known):
    """Yields one circle for each library that uses itself through others."""
    done = set()

    def walk(name, way):
        if name in way:
            yield "circle: " + " -> ".join(way[way.index(name):] + [name])
        elif name in known and name not in done:
            for other in sorted(known[name].uses):
                yield from walk(other, way + [name])
            done.add(name)

    for name in sorted(known):
        yield from walk(name, [])


def check_homeless(root, known):
    """Yields sources that stand in a folder without a library, but for those of the program itself."""
    folders = {library.folder for library in known.values()}
    for top in TOPS:
        for path in sorted((root / top).rglob("*")):
            folder = path.parent.relative_to(root).as_posix()
            if path.suffix in (".h", ".cc") and folder not in folders and folder != "bot":
                yield f"{folder}/{path.name} belongs to no library"


def check_table(root, known):
    """Yields folders whose row in ARCHITECTURE.md is missing or has another sentence."""
    rows = dict(re.findall(r"^\| `([a-z_/]+)` \| (.*?) \|", (root / "ARCHITECTURE.md").read_text(),
                           re.MULTILINE))
    for library in known.values():
        if rows.get(library.folder) != library.sentence:
            yield (f"ARCHITECTURE.md says of {library.folder}: {rows.get(library.folder)!r}; "
                   f"its CMakeLists.txt says: {library.sentence!r}")


def check_tests(root, known):
    """Yields tests that link more than the library of their folder."""
    for path in sorted((root / "tests").rglob("CMakeLists.txt")):
        name = path.parent.relative_to(root / "tests").as_posix().replace("/", "_")
        text = re.sub(r"#[^\n]*", "", path.read_text())
        for library in re.findall(r"ngcshare_test\(\s*\w+\s+LIBRARY\s+(\w+)", text):
            if name in known and library != name:
                yield f"tests/{path.parent.relative_to(root / 'tests')} links {library}, not {name}"


def problems(root):
    known = libraries(root)
    found = []
    for library in known.values():
        found += check_files(library)
        found += check_includes(library, known)
    found += check_circles(known)
    found += check_homeless(root, known)
    found += check_table(root, known)
    found += check_tests(root, known)
    return found


class LayoutTest(unittest.TestCase):
    def test_every_include_is_declared(self):
        self.assertGreater(len(libraries(ROOT)), 25)
        self.assertEqual(problems(ROOT), [])


# A tree without a fault; each case below puts one in.
SAMPLE = {
    "protocol/base/CMakeLists.txt": "# Bytes.\nngcshare_library(protocol_base SOURCES text.cc)\n",
    "protocol/base/text.cc": '#include "protocol/base/text.h"\n#include <string>\n',
    "protocol/base/text.h": "#pragma once\n",
    "storage/CMakeLists.txt": "add_subdirectory(files)\n",
    "bot/http/CMakeLists.txt": "# A server.\nngcshare_library(bot_http\n  USES protocol_base\n"
                               "  PACKAGES boost posix SOURCES server.cc)\n",
    "bot/http/server.cc": '#include <boost/beast/http.hpp>\n#include <unistd.h>\n'
                          '#include "protocol/base/text.h"\n',
    "bot/main.cc": '#include "bot/http/server.h"\n',
    "tests/bot/http/CMakeLists.txt": "ngcshare_test(http_test LIBRARY bot_http SOURCES a.cc)\n",
    "ARCHITECTURE.md": "| `protocol/base` | Bytes. | std |\n| `bot/http` | A server. | Boost |\n",
}
# Name, file, its new text, and a part of the complaint.
FAULTS = (
    ("undeclared folder", "protocol/base/text.h", '#include "bot/http/server.h"\n', "not in its USES"),
    ("unknown folder", "protocol/base/text.h", '#include "bot/nowhere/x.h"\n', "in no library"),
    ("undeclared package", "protocol/base/text.h", "#include <unistd.h>\n", "not in its PACKAGES"),
    ("package away from its home", "protocol/base/text.h", "#include <tox/tox.h>\n", "for bot_tox alone"),
    ("indented include", "protocol/base/text.h", '  # include "bot/http/server.h"\n', "not in its USES"),
    ("unused folder", "bot/http/server.cc", "#include <boost/x.hpp>\n#include <unistd.h>\n",
     "includes nothing of it"),
    ("unused package", "bot/http/server.cc",
     '#include <boost/x.hpp>\n#include "protocol/base/text.h"\n', "declares PACKAGES posix"),
    ("unlisted source", "protocol/base/other.cc", "", "not in SOURCES"),
    ("wrong name", "protocol/base/CMakeLists.txt",
     "# Bytes.\nngcshare_library(base SOURCES text.cc)\n", "should be protocol_base"),
    ("circle", "protocol/base/CMakeLists.txt",
     "# Bytes.\nngcshare_library(protocol_base USES bot_http SOURCES text.cc)\n", "circle: "),
    ("no library", "bot/new/thing.cc", "", "belongs to no library"),
    ("other sentence", "ARCHITECTURE.md", "| `protocol/base` | Bits. | std |\n", "says of protocol/base"),
    ("test of another library", "tests/bot/http/CMakeLists.txt",
     "ngcshare_test(http_test LIBRARY protocol_base SOURCES a.cc)\n", "links protocol_base"),
)


class RulesTest(unittest.TestCase):
    def problems_of(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return problems(root)

    def test_a_tree_without_a_fault_has_none(self):
        self.assertEqual(self.problems_of(SAMPLE), [])

    def test_each_fault_is_found(self):
        for name, file, text, complaint in FAULTS:
            with self.subTest(name):
                found = self.problems_of(SAMPLE | {file: text})
                self.assertTrue(any(complaint in problem for problem in found), found)


if __name__ == "__main__":
    unittest.main()
