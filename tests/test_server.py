"""The preview: a real server on this machine's loopback, asked as browsers and as strangers ask."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from generator.load import Options
from generator.memory import Memory
from generator.server import builder as building
from generator.server import live, web
from generator.server.builder import Builder, Built
from generator.server.live import Live
from generator.server.watch import saves
from generator.server.web import Server, is_known
from tests.sites import AS_OF, REPOSITORY, TinySite, make_site, note

PATIENCE = 20.0  # seconds until a test gives up: other work may keep the machine busy
CONFIG = "site:\n  title: Ma veille\n  url: https://example.org/veille\n"
POST = "content/posts/2025-09-08-note.md"
FILES = {
    POST: note("A note", "First words.", tags=["cve"]),
    "content/posts/2025-09-09-draft.md": note("A draft", draft=True),
    "content/posts/2999-01-02-later.md": note("A later note"),
    "content/static/own.css": "a { color: red }",
    "content/static/picture.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "content/static/data.json": "{}",
    "content/static/font.woff2": b"wOF2",
    "content/static/words.txt": "é",
    "content/static/odd.veilleext": b"\0",
}


@dataclass
class Preview:
    """A running ``veille serve``."""

    site: TinySite
    process: subprocess.Popen[str]
    address: str
    said: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def ask(self, target: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        """The answer to a request whose target is sent as it is."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, target, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response, response.read()

    def page(self, target: str) -> str:
        response, body = self.ask(target)
        assert response.status == 200, target
        return body.decode()

    def send(self, data: bytes) -> bytes:
        """What comes back for raw bytes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            found = b""
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
                try:
                    connection.shutdown(socket.SHUT_WR)
                except OSError as error:
                    if error.errno != errno.ENOTCONN:  # it has hung up already
                        raise
                while more := connection.recv(65536):
                    found += more
            return found

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Ends it; exit code, and the rest of what it said."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@dataclass
class Events:
    """An open page, as the server sees it."""

    stream: HTTPResponse

    def next(self, kind: str) -> Any:
        """The data of the next event of this kind; others are skipped, but for a reload that nobody expects."""
        found, data = "", None
        while found != kind:
            line = self.stream.readline().decode().strip()
            assert not line.startswith(":"), f"no {kind} for long"
            if line.startswith("event: "):
                found = line[7:]
                assert found == kind or found != "reload", f"reload instead of {kind}"
            elif line.startswith("data: "):
                data = json.loads(line[6:])
        while data is None or line:
            line = self.stream.readline().decode().strip()
            data = json.loads(line[6:]) if line.startswith("data: ") else data
        return data


def start(site: TinySite, *arguments: str) -> Preview:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VEILLE"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "serve", "--port", "0", "--as-of", AS_OF.isoformat(), *arguments],
        cwd=site.root, env={**inherited, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
    )
    preview = Preview(site, process, "")
    assert process.stdout
    for line in process.stdout:
        preview.said.append(line)
        if found := re.match(r"Serving (\S+)", line):
            preview.address = found[1]
            return preview
    raise AssertionError(process.communicate())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview that no test changes."""
    preview = start(make_site(tmp_path_factory.mktemp("serve") / "site", FILES, CONFIG))
    yield preview
    assert preview.stop() == (0, "", "")


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """A preview of its own."""
    preview = start(make_site(tmp_path / "site", FILES, CONFIG))
    yield preview
    preview.stop()


@pytest.fixture
def events(preview: Preview) -> Iterator[Events]:
    """A page that was just opened."""
    seen = re.search(r'data-seen="([^"]+)"', preview.page("/veille/"))
    assert seen
    connection = HTTPConnection("127.0.0.1", preview.port, timeout=PATIENCE)
    connection.request("GET", f"/veille/_veille/events?seen={seen[1]}")
    events = Events(connection.getresponse())
    events.next("state")
    yield events
    connection.close()


# What is served


def test_pages_are_served_below_the_path_of_the_site(shared: Preview):
    assert urlsplit(shared.address).path == "/veille/"
    assert "A note" in shared.page("/veille/")
    assert "First words." in shared.page("/veille/posts/2025/09/08/note/")
    assert "First words." in shared.page("/veille/posts/2025/09/08/note/index.html?query#fragment")


@pytest.mark.parametrize(("target", "location"), [
    ("/", "/veille/"), ("/veille", "/veille/"), ("/veille/tags", "/veille/tags/"),
    ("/veille/tags/cve?x=1", "/veille/tags/cve/"),
])
def test_a_folder_without_its_slash_leads_to_the_page(shared: Preview, target: str, location: str):
    response, _ = shared.ask(target)
    assert (response.status, response.getheader("Location")) == (302, location)


@pytest.mark.parametrize("target", ["/veille/nothing/", "/veille/static/", "/veille/posts/", "/other", "/veille/x.png"])
def test_what_does_not_exist_gets_the_sites_own_page_and_no_listing(shared: Preview, target: str):
    response, body = shared.ask(target)
    assert response.status == 404
    assert (shared.site.root / ".veille/serve/404.html").read_bytes()[:200] == body[:200]


@pytest.mark.parametrize(("name", "kind"), [
    ("", "text/html; charset=utf-8"), ("own.css", "text/css; charset=utf-8"),
    ("words.txt", "text/plain; charset=utf-8"),
    ("picture.svg", "image/svg+xml; charset=utf-8"), ("data.json", "application/json; charset=utf-8"),
    ("feed.xml", "application/xml; charset=utf-8"), ("font.woff2", "font/woff2"),
    ("odd.veilleext", "application/octet-stream"), ("_veille/live.js", "text/javascript; charset=utf-8"),
    ("_veille/live.css", "text/css; charset=utf-8"),
])
def test_every_file_has_its_type(shared: Preview, name: str, kind: str):
    response, _ = shared.ask(f"/veille/{name}")
    assert (response.status, response.getheader("Content-Type")) == (200, kind)
    assert response.getheader("Cache-Control") == "no-store"
    assert response.getheader("X-Content-Type-Options") == "nosniff"


def test_only_pages_get_the_script_and_only_in_the_response(shared: Preview):
    page = shared.page("/veille/")
    assert page.count("<script src=\"/veille/_veille/live.js\"") == 1
    assert page.index("live.js") < page.index("</body>")
    assert shared.page("/veille/words.txt") == "é"
    built = (shared.site.root / ".veille/serve").rglob("*.html")
    assert not [path for path in built if b"live.js" in path.read_bytes()]


def test_a_head_request_gets_the_head_alone(shared: Preview):
    response, body = shared.ask("/veille/words.txt", "HEAD")
    assert (response.status, response.getheader("Content-Length"), body) == (200, "2", b"")
    assert shared.ask("/veille/_veille/events", "HEAD")[0].status == 200


def test_drafts_and_posts_before_their_day_are_shown_and_only_in_the_preview(shared: Preview):
    home = shared.page("/veille/")
    assert "A draft" in home
    assert "Brouillon" in home
    assert "A later note" in home
    assert not (shared.site.root / "output").exists()
    connection = HTTPConnection("127.0.0.1", shared.port, timeout=PATIENCE)
    connection.request("GET", "/veille/_veille/events?seen=other-1")
    with connection.getresponse() as stream:
        events = Events(stream)
        assert events.next("reload") == {}
        assert events.next("state")["early"] == {"/veille/posts/2999/01/02/later/": "scheduled for 2999-01-02"}
    connection.close()


def test_drafts_and_later_posts_can_be_left_out(tmp_path: Path):
    preview = start(make_site(tmp_path / "site", FILES, CONFIG), "--no-drafts", "--no-future")
    home = preview.page("/veille/")
    assert "A note" in home
    assert "A draft" not in home
    assert "A later note" not in home
    preview.stop()


# What is refused

SECRET = "nothing below the site's folder but the site"
OUTSIDE = [
    "/veille/../../config.yaml", "/veille/../../../config.yaml", "/../config.yaml", "/veille/%2e%2e/%2e%2e/config.yaml",
    "/veille/..%2f..%2fconfig.yaml", "/veille/%2e%2e%2f%2e%2e%2fconfig.yaml", "/veille/..%5c..%5cconfig.yaml",
    "/veille/..\\..\\config.yaml", "/veille/....//....//config.yaml", "/veille/%252e%252e/%252e%252e/config.yaml",
    "/veille/.veille-files", "/veille/%2eveille-files", "/veille/.veille-staging/0", "/veille//etc/passwd",
    "//etc/passwd", "/veille/%00", "/veille/index.html%00.css", "/veille/C:/secret", "/veille/link/secret.txt",
    "/veille/link.txt", "/veille/index.html/../../../config.yaml", "/veille/%ff", "/veille/%c0%ae%c0%ae/config.yaml",
    "/veille/./index.html/.", "http://127.0.0.1/veille/../../config.yaml", "file:///etc/passwd", "*",
    "/veille/_veille/../../../config.yaml", "/veille/_veille/live.py", "/veille/_veille/__init__.py",
    "/veille/_veille/",
]


@pytest.mark.parametrize("target", OUTSIDE)
def test_nothing_outside_the_built_site_is_read(shared: Preview, target: str):
    built = shared.site.root / ".veille/serve"
    secret = shared.site.root / "secret"
    secret.mkdir(exist_ok=True)
    (secret / "secret.txt").write_text(SECRET)
    for link, to in ((built / "link", secret), (built / "link.txt", secret / "secret.txt")):
        if not link.is_symlink():
            link.symlink_to(to)
    response, body = shared.ask(target)
    assert response.status in (400, 404)
    assert SECRET.encode() not in body
    assert b"https://example.org/veille\n" not in body
    assert b"root:" not in body
    assert b"import " not in body


@pytest.mark.parametrize(("host", "status"), [
    ("localhost", 200), ("LOCALHOST.:8000", 200), ("127.0.0.1:1", 200), ("127.8.9.1", 200), ("[::1]:8000", 200),
    ("veille.localhost:80", 200), ("evil.example", 421), ("127.0.0.1.evil.example", 421),
    ("localhost.evil.example", 421), ("10.0.0.1", 421), ("", 421), ("localhost:80:80", 421),
    ("a@localhost", 421), ("[::2]", 421), ("0.0.0.0", 421),
])
def test_a_stranger_s_name_gets_nothing(shared: Preview, host: str, status: int):
    for target in ("/veille/", "/veille/_veille/events", "/veille/_veille/live.js"):
        response, body = shared.ask(target, "HEAD", Host=host)
        assert response.status == status, target
        assert not body


def test_beyond_loopback_addresses_and_the_given_name_are_known():
    assert is_known("192.168.1.5:8000", {"desk"}, loopback=False)
    assert is_known("desk:8000", {"desk"}, loopback=False)
    assert not is_known("evil.example", {"desk"}, loopback=False)


@pytest.mark.parametrize("data", [
    b"", b"\r\n\r\n", b"\0" * 100, b"GET", b"GET /\r\n\r\n", b"GET /veille/ HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / HTTP/x\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
    b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n",
    b"GET /veille/<script> HTTP/1.1\r\nHost: <script>\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n",
    b"GET \xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\nExpect: 100-continue\r\nHost: x\r\n\r\n",
])
def test_a_broken_request_harms_nobody(shared: Preview, data: bytes):
    answer = shared.send(data)
    assert not answer or answer.startswith(b"HTTP/1.1 ") or b"400" in answer
    assert b"<script>alert" not in answer
    assert b"200 OK" not in answer
    assert "A note" in shared.page("/veille/")


def test_two_hundred_connections_at_once_all_get_their_page(shared: Preview):
    request = b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with contextlib.ExitStack() as opened:
        connections = [
            opened.enter_context(socket.create_connection(("127.0.0.1", shared.port), timeout=PATIENCE))
            for _ in range(200)
        ]
        for connection in connections:
            connection.sendall(request[:20])
        for connection in connections:
            connection.sendall(request[20:])

        def answer(connection: socket.socket) -> bytes:
            with connection.makefile("rb") as file:
                return file.read()

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(answer, connections))
    assert {data.startswith(b"HTTP/1.1 200 OK") and b"A note" in data for data in answers} == {True}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Makes servers in this process, of a folder with one page."""
    (tmp_path / "index.html").write_text("<body>words</body>")
    with ThreadPoolExecutor() as threads, contextlib.ExitStack() as running:

        def make() -> Server:
            server = running.enter_context(Server(tmp_path, Live(), "127.0.0.1", 0))
            threads.submit(server.serve_forever, 0.01)
            running.callback(server.shutdown)
            return server

        yield make


def test_a_client_that_takes_its_time_is_hung_up_on(small: Callable[[], Server], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web, "_REQUEST_TIME", 0.5)
    server = small()
    began = time.monotonic()
    with socket.create_connection(server.server_address[:2], timeout=PATIENCE) as slow:
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                slow.sendall(b"G")
                time.sleep(0.05)
        with contextlib.suppress(ConnectionError):
            assert not slow.recv(100)
    assert 0.4 < time.monotonic() - began < 6


def test_too_many_connections_are_closed_and_the_others_served(
    small: Callable[[], Server], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(web, "_CONNECTIONS", 3)
    server = small()
    address = server.server_address[:2]
    with contextlib.ExitStack() as opened:
        waiting = [opened.enter_context(socket.create_connection(address, timeout=PATIENCE)) for _ in range(5)]
        for connection in waiting[3:]:
            assert not connection.recv(100)
        waiting[0].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"words" in b"".join(iter(lambda: waiting[0].recv(1000), b""))


# Saves


def test_a_save_reloads_the_page(preview: Preview, events: Events):
    preview.site.write({POST: note("A note", "Better words.")})
    events.next("reload")
    assert "Better words." in preview.page("/veille/posts/2025/09/08/note/")


def test_a_save_that_changes_nothing_tells_nothing(preview: Preview, events: Events):
    preview.site.write({POST: FILES[POST]})
    assert events.next("state")["problems"] == []


def test_new_and_removed_posts_are_seen(preview: Preview, events: Events):
    preview.site.write({"content/posts/deep/2025-09-10-new.md": note("A new note")})
    events.next("reload")
    assert "A new note" in preview.page("/veille/")
    events.next("state")
    preview.site.remove("content/posts/deep/2025-09-10-new.md")
    events.next("reload")
    assert "A new note" not in preview.page("/veille/")


def test_a_saved_style_is_swapped_without_a_reload(preview: Preview, events: Events):
    preview.site.write({"content/static/own.css": "a { color: blue }"})
    assert events.next("style") == {"paths": ["/veille/own.css"]}
    assert preview.page("/veille/own.css") == "a { color: blue }"


def test_a_saved_style_of_the_theme_is_swapped_too(preview: Preview, events: Events):
    preview.site.write({"templates/static/veille.css": "a { color: blue }"})
    assert events.next("style") == {"paths": ["/veille/static/veille.css"]}
    assert 'href="static/veille.css"' in preview.page("/veille/")


def test_settings_and_templates_are_watched(preview: Preview, events: Events):
    preview.site.write({"config.yaml": CONFIG.replace("Ma veille", "Another title")})
    events.next("reload")
    assert "Another title" in preview.page("/veille/")
    events.next("state")
    preview.site.write({"templates/partials/footer.html": "<footer>A new end</footer>"})
    events.next("reload")
    assert "A new end" in preview.page("/veille/")


def test_an_error_is_told_over_the_last_good_site_until_it_is_mended(preview: Preview, events: Events):
    preview.site.write({POST: "---\ntitle: 'Don't <b>'\n---\nLost words."})
    state = events.next("state")
    assert state["stale"]
    assert state["errors"] == 1
    assert state["problems"][0]["severity"] == "error"
    assert state["problems"][0]["text"].startswith(f"{POST}:2:12: error V201: ")
    assert state["early"]
    assert "First words." in preview.page("/veille/posts/2025/09/08/note/")
    preview.site.write({POST: FILES[POST]})
    state = events.next("state")
    assert (state["stale"], state["problems"]) == (False, [])


def test_an_error_in_the_settings_is_told_and_the_site_stays_where_it_is(preview: Preview, events: Events):
    preview.site.write({"config.yaml": "site: {url: https://example.org/elsewhere, titel: x}\n"})
    assert "titel" in events.next("state")["problems"][0]["text"]
    assert "A note" in preview.page("/veille/")


def test_a_site_that_starts_with_an_error_shows_once_it_is_mended(tmp_path: Path):
    preview = start(make_site(tmp_path / "site", {POST: "no front matter"}))
    response, body = preview.ask("/")
    assert response.status == 404
    seen = re.search(rb'<script src="/_veille/live.js" data-seen="([^"]+)"', body)
    assert seen
    connection = HTTPConnection("127.0.0.1", preview.port, timeout=PATIENCE)
    connection.request("GET", f"/_veille/events?seen={seen[1].decode()}")
    events = Events(connection.getresponse())
    assert events.next("state")["errors"] == 1
    preview.site.write({POST: FILES[POST]})
    events.next("reload")
    assert "A note" in preview.page("/")
    connection.close()
    preview.stop()


def test_the_script_writes_no_markup_from_what_it_is_told():
    script = live.script("live.js")
    assert script
    for way in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", ".style", "createContextual"):
        assert way.encode() not in script


# What pages that were away are told


def a_build(*changed: str, written: bool = True) -> Built:
    return Built(written, changed, (), 1, 0.1, (), "/")


def kinds(text: bytes) -> list[str]:
    return re.findall(r"event: (\w+)", text.decode())


def test_a_page_that_was_away_is_told_what_it_missed():
    page = Live()
    seen = page.seen
    page.publish(a_build("own.css"))
    assert kinds(page.begin(seen)[1]) == ["style", "state"]
    page.publish(a_build("index.html", "own.css"))
    assert kinds(page.begin(seen)[1]) == ["style", "reload", "state"]
    assert kinds(page.begin(page.seen)[1]) == ["state"]
    page.publish(a_build(written=False))
    assert kinds(page.begin(page.seen)[1]) == ["state"]


@pytest.mark.parametrize("seen", ["", "x", "-1", "1", "other-1", "…", "0" * 5000])
def test_a_page_of_an_earlier_server_is_loaded_anew(seen: str):
    page = Live()
    assert kinds(page.begin(seen)[1]) == ["reload", "state"]


def test_a_page_that_was_away_for_long_is_loaded_anew():
    page = Live()
    seen = page.seen
    for _ in range(100):
        page.publish(a_build("own.css"))
    assert kinds(page.begin(seen)[1]) == ["reload", "state"]


def test_the_script_goes_before_the_last_end_of_the_body():
    page = live.injected(b"<body><pre>&lt;/body></pre></body><!-- </BODY > --></html>", "/", "a-1")
    assert page.index(b"live.js") > page.index(b"<!--")
    assert live.injected(b"no body", "/", "a-1").startswith(b"no body<script")


# Beginning and end


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(tmp_path: Path, how: signal.Signals):
    preview = start(make_site(tmp_path / "site", FILES, CONFIG))
    connection = socket.create_connection(("127.0.0.1", preview.port), timeout=PATIENCE)
    connection.sendall(b"GET /veille/_veille/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert connection.recv(10)
    assert preview.stop(how) == (0, "", "")
    connection.close()
    deadline = time.monotonic() + PATIENCE
    while lives(preview.process.pid) and time.monotonic() < deadline:  # the last to go is multiprocessing's own tracker
        time.sleep(0.02)
    assert not lives(preview.process.pid)


def lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_ends_cleanly_amid_the_first_build_and_leaves_no_process(tmp_path: Path):
    files = {f"content/posts/2025-09-08-{number}.md": note(f"Note {number}") for number in range(1500)}
    site = make_site(tmp_path / "site", files, CONFIG)
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "-C", str(site.root), "serve", "--port", "0"], cwd=REPOSITORY,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )
    deadline = time.monotonic() + PATIENCE
    while not (site.root / ".veille/lock").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)  # which waits for everyone who holds the pipes
    assert (process.returncode, out, err) == (0, "", "")


def test_a_busy_port_gives_the_next(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES, CONFIG)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        preview = start(site, "--port", str(port))
        assert port < preview.port <= port + 50
        preview.stop()


def test_an_address_that_cannot_be_had_is_told(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES, CONFIG)
    ran = site.process("serve", "--host", "203.0.113.7")
    assert ran.exit_code == 2
    assert "cannot listen on 203.0.113.7, port 8000" in ran.err
    assert "Traceback" not in ran.err


def test_a_folder_without_settings_is_no_site(tmp_path: Path):
    ran = make_site(tmp_path / "site", {POST: note()}, None).process("serve")
    assert ran.exit_code == 1
    assert "there is no config.yaml" in ran.err
    assert not (tmp_path / "site/.veille").exists()


def test_a_helper_that_was_killed_is_not_told_as_a_fault_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuses(*asked: object) -> None:
        raise ChildProcessError("a helper process was ended from outside")

    monkeypatch.setattr(building, "build", refuses)
    built, _ = building._build(tmp_path, Options(), {}, lambda stage, done, total: None, Memory(), ())
    assert built.failure == "a helper process was ended from outside"


def test_a_process_that_builds_and_dies_is_replaced(tmp_path: Path):
    site = make_site(tmp_path / "site", FILES, CONFIG)
    builder = Builder(site.root, Options(output=site.root / ".veille/serve", preview=True))
    try:
        assert builder.build(lambda stage, done, total: None).written
        os.kill(builder._process.pid or 0, signal.SIGKILL)
        assert "ended from outside" in builder.build(lambda stage, done, total: None).failure
        assert builder.build(lambda stage, done, total: None).written
    finally:
        builder.stop()


def test_when_all_is_quiet_after_a_save_a_look_at_everything_is_due(site: TinySite):
    found = saves(site.root)
    assert next(found) == ()
    assert next(found) is None
    site.write({POST: note("A note", "Other words.")})
    assert next(found) == (POST,)
    assert next(found) is None


def test_a_builder_tidies_up_also_when_saves_never_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class Busy:
        saves = 120

        def poll(self, seconds: float) -> bool:
            return True

        def recv(self) -> tuple[str, ...]:
            self.saves -= 1
            if not self.saves:
                raise EOFError
            return ()

        def send(self, answer: object) -> None:
            pass

    class Collector:
        collected = 0

        def collect(self) -> None:
            self.collected += 1

        def __getattr__(self, name: str) -> Callable[[], None]:
            return lambda: None

    monkeypatch.setattr(building, "gc", collector := Collector())
    monkeypatch.setattr(building, "_build", lambda *_: (None, {}))
    monkeypatch.setattr(os, "setsid", lambda: None)
    building._work(Busy(), tmp_path, Options())
    assert collector.collected == 2
