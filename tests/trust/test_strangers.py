"""The preview among strangers: other machines, other sites' pages, clients that never end, links that come and go."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.sites import make_site
from tests.test_server import CONFIG, FILES, PATIENCE, Preview, start

SECRET = b"not for the preview"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    running = start(make_site(tmp_path_factory.mktemp("strangers") / "site", FILES, CONFIG))
    yield running
    assert running.stop() == (0, "", "")


def own_address() -> str:
    """An address of this machine that is not loopback's; empty without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing
        return str(probe.getsockname()[0])
    return ""


def test_other_machines_reach_nothing(preview: Preview):
    address = own_address()
    if address and not address.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((address, preview.port), timeout=5)
    assert preview.address.startswith(("http://127.0.0.1:", "http://localhost:"))


@pytest.mark.parametrize("data", [
    b"GET /veille/\r\n", b"GET /veille/\n", b"get /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /veille/ HTTP/1.1\nHost: evil.example\n\n",
    b"GET /veille/ HTTP/2.0\r\nHost: localhost\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /veille/ HTTP/1.1\r\nHost : localhost\r\n\r\n", b"GET /veille/ HTTP/1.1\r\n Host: localhost\r\n\r\n",
    b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n evil.example\r\n\r\n",
    b"GET /veille/ HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n",
    b"GET /veille/ HTTP/1.1\r\nHost: localhost\0.evil.example\r\n\r\n",
    b"GET /veille/ HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n\r\n",
    b"GET http://localhost/veille/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"TRACE /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"DELETE /veille/index.html HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"PUT /veille/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na",
    b"A" * 5000 + b" / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET " + b"/" * 60_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /veille/" + b"%2e%2e/" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, b"\r\n" * 50_000, b"\x80\x80" * 1000, b" " * 70_000,
    b"GET /veille/ HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 50\r\n\r\n"
    b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /veille/ HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
])
def test_what_is_no_plain_request_of_this_machine_gets_no_page(preview: Preview, data: bytes):
    answer = preview.send(data)
    assert b"A note" not in answer
    assert b"200 OK" not in answer
    assert b"Traceback" not in answer
    assert b"A note" in preview.send(b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n")


def test_two_requests_in_one_connection_get_one_answer(preview: Preview):
    answer = preview.send(b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2)
    assert answer.count(b"HTTP/1.1 200 OK") == 1


def test_pages_of_other_sites_may_read_nothing(preview: Preview):
    response, _ = preview.ask("/veille/", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_clients_that_neither_ask_nor_read_leave_room_for_the_author(preview: Preview):
    with contextlib.ExitStack() as opened:
        for number in range(150):
            client = opened.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=PATIENCE))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.sendall((b"GET /veille/ HTTP/1.1\r\nHost: localhost\r\n", b"G", b"")[number % 3])
            if number % 3 == 0:
                client.sendall(b"\r\n")  # and its answer is never read
        began = time.monotonic()
        assert "A note" in preview.page("/veille/")
        assert time.monotonic() - began < PATIENCE


def test_a_link_that_comes_and_goes_is_never_followed(preview: Preview):
    built = preview.site.root / ".veille/serve"
    outside = preview.site.root / "outside"
    outside.mkdir()
    (outside / "index.html").write_bytes(SECRET)
    page, aside = built / "swapped", built / "aside"
    page.mkdir()
    (page / "index.html").write_text("<body>public")
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            page.rename(aside)
            os.symlink(outside, page)
            page.unlink()
            aside.rename(page)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        answers = [preview.ask("/veille/swapped/")[1] for _ in range(200)]
    finally:
        over.set()
        swapper.join()
    assert not any(SECRET in answer for answer in answers)
    assert any(b"public" in answer for answer in answers)
