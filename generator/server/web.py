"""HTTP for one reader: files of one folder, to browsers of this machine, whatever else knocks.

The standard library's server, because what a preview needs is a page of code, and what it must refuse is ours to say
anyway: every answer closes its connection, every request has a deadline, nothing of a request is ever shown.
"""

from __future__ import annotations

import errno
import io
import ipaddress
import mimetypes
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from generator import urls
from generator.disk import below
from generator.server import live
from generator.server.live import Live

_REQUEST_TIME = 10.0
"""Seconds in which a whole request must arrive."""
_ANSWER_TIME = 60.0
"""Seconds in which a whole answer must have left."""
_CONNECTIONS = 400
"""At once; each costs a thread. Further ones are closed unheard."""
_PULSE = 15.0
"""Seconds between two signs of life to an open page, which also find out that it was closed."""
_NEXT_PORTS = 50
"""Ports tried after the one that is wanted."""
_BUSY = (errno.EADDRINUSE, errno.EACCES) if os.name == "nt" else (errno.EADDRINUSE,)
_HIDDEN = ".veille"
"""What begins like this in the output folder is veille's own affair."""

_types = mimetypes.MimeTypes()  # without the system's own tables: the same answer everywhere
_TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".txt": "text/plain",
    ".md": "text/plain", ".json": "application/json", ".map": "application/json", ".xml": "application/xml",
    ".opml": "text/xml", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml", ".webp": "image/webp",
    ".avif": "image/avif", ".woff": "font/woff", ".woff2": "font/woff2", ".ico": "image/x-icon",
    ".wasm": "application/wasm",
}
_TEXT = re.compile(r"text/.*|application/(json|xml|manifest\+json)|image/svg\+xml")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets."""

    status: HTTPStatus
    kind: str
    """Media type with its charset; empty without a body."""
    body: bytes
    location: str = ""
    """Of a redirect: a path of this host, percent-encoded."""


def answer(folder: Path, target: str, page: Live) -> Answer:
    """The answer to a request for `target` (path and query, as sent), from the files below `folder`.

    Never reads a file outside, through a link, or one whose name begins with ``.veille``; never lists a folder.
    """
    parts = _parts(target)
    mount = [part for part in page.mount.split("/") if part]
    if parts is None:
        return _plain(HTTPStatus.BAD_REQUEST)
    if parts[: len(mount)] != mount:
        return _moved(mount, "") if parts in ([""], ["index.html"]) else _missing(folder, page)
    rest = parts[len(mount) :]
    if not rest:
        return _moved(mount, "")
    if rest[0] == live.FOLDER and len(rest) == 2 and (script := live.script(rest[1])) is not None:
        return Answer(HTTPStatus.OK, _type_of(rest[1]), script)
    seen = page.seen  # before the file is read: a page that is older than its number would not be told
    found = _file(folder, [*rest[:-1], rest[-1] or "index.html"])
    if found is None:
        is_folder = rest[-1] and _file(folder, [*rest, "index.html"]) is not None
        return _moved(parts, "") if is_folder else _missing(folder, page)
    name, data = found
    kind = _type_of(name)
    if kind.startswith("text/html"):
        data = live.injected(data, page.mount, seen)
    return Answer(HTTPStatus.OK, kind, data)


def is_known(host: str, names: Iterable[str], loopback: bool) -> bool:
    """Whether the header ``Host`` names this server: what a rebound name of a stranger's site does not (DNS rebinding).

    An address cannot be rebound; on loopback only addresses of loopback make sense.
    """
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:@/\s]+))(?::\d{1,5})?", host)
    if found is None:
        return False
    name = (found[1] or found[2]).lower().removesuffix(".")
    try:
        return ipaddress.ip_address(name).is_loopback or not loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost") or name in names


def _parts(target: str) -> list[str] | None:
    """The decoded parts of a path; None for a path that no file of a site can have."""
    path = target.partition("#")[0].partition("?")[0]
    if not path.startswith("/"):
        return None
    try:
        parts = [unquote(part, errors="strict") for part in path[1:].split("/")]
    except UnicodeDecodeError:
        return None
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part in (".", "..") or (not part and not last) or part.startswith(_HIDDEN):
            return None
        if any(char in "/\\:" or char < " " or char == "\x7f" for char in part):
            return None
    return parts


def _file(folder: Path, parts: list[str]) -> tuple[str, bytes] | None:
    """Name and bytes of a regular file below the folder that is reached through no link."""
    try:
        return parts[-1], below.read(folder, "/".join(parts))
    except (OSError, ValueError):
        return None


def _missing(folder: Path, page: Live) -> Answer:
    seen = page.seen
    found = _file(folder, [urls.output_path(urls.NOT_FOUND)])
    data = found[1] if found else _NO_SITE if not (folder / "index.html").exists() else _NO_PAGE
    return Answer(HTTPStatus.NOT_FOUND, _type_of(".html"), live.injected(data, page.mount, seen))


_NO_SITE = b"<!doctype html>\n<title>veille</title>\n<body>\n<p>There is no site yet. It shows here once it is built.\n"
_NO_PAGE = b"<!doctype html>\n<title>veille</title>\n<body>\n<p>There is no such page.\n"


def _moved(parts: list[str], name: str) -> Answer:
    location = "/" + "".join(f"{quote(part, safe='')}/" for part in parts) + name
    return Answer(HTTPStatus.FOUND, "", b"", location)


def _plain(status: HTTPStatus) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", f"{status.value} {status.phrase}\n".encode())


def _type_of(name: str) -> str:
    ending = os.path.splitext(name if not name.startswith(".") else f"x{name}")[1].lower()
    kind = _TYPES.get(ending) or _types.guess_type(f"x{ending}")[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if _TEXT.fullmatch(kind) else kind


class Server(ThreadingMixIn, HTTPServer):
    """Serves the files below `folder` on `host`, at `port` or the next free one (0: any); `url` says where.

    Raises `OSError` when the address cannot be had.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = os.name != "nt"  # where it would take a port from a server that lives

    def __init__(self, folder: Path, page: Live, host: str, port: int) -> None:
        self.folder = folder
        self.page = page
        self.address_family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self.loopback = ipaddress.ip_address(address[0]).is_loopback
        self.names = {host.lower()} | (set() if self.loopback else {socket.gethostname().lower()})
        self._free = threading.BoundedSemaphore(_CONNECTIONS)
        for wanted in range(port, min(port + _NEXT_PORTS, 65535) + 1) if port else (0,):
            try:
                super().__init__((str(address[0]), wanted), _Handler)
                break
            except OSError as error:
                if error.errno not in _BUSY or wanted in (0, port + _NEXT_PORTS, 65535):
                    raise
        shown = host if ":" not in host else f"[{host}]"
        if address[0] in ("0.0.0.0", "::"):
            shown = "localhost"
        self.origin = f"http://{shown}:{self.server_address[1]}"
        """Scheme, host and port."""

    def server_bind(self) -> None:
        """Binds, without the look-up of a name that the standard library adds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, self.allow_reuse_address)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Gives the connection a thread, or closes it when there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answers, in a thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Forgets connections that broke; tells a defect in one line."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            print(f"veille: a defect in the preview server: {type(error).__name__}: {error}", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(_Until(self.connection, time.monotonic() + _REQUEST_TIME))

    def do_GET(self) -> None:
        self.close_connection = True
        self.connection.settimeout(_ANSWER_TIME)
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1:
            self._send(_plain(HTTPStatus.BAD_REQUEST))
        elif not is_known(hosts[0].strip(), self.server.names, self.server.loopback):
            self._send(_plain(HTTPStatus.MISDIRECTED_REQUEST))
        elif urlsplit(self.path).path == urls.encoded(self.server.page.mount) + f"{live.FOLDER}/events":
            self._stream()
        else:
            self._send(answer(self.server.folder, self.path, self.server.page))

    do_HEAD = do_GET

    def _send(self, found: Answer) -> None:
        self._head(found.status, found.kind)
        self.send_header("Content-Length", str(len(found.body)))
        if found.location:
            self.send_header("Location", found.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(found.body)

    def _stream(self) -> None:
        """Server-sent events, until the page or the server goes."""
        page = self.server.page
        self._head(HTTPStatus.OK, "text/event-stream; charset=utf-8")
        self.end_headers()
        if self.command == "HEAD":
            return
        query = urlsplit(self.path).query
        number, text = page.begin(self.headers.get("Last-Event-ID") or query.removeprefix("seen="))
        self.wfile.write(b"retry: 500\n\n" + text)
        while (told := page.after(number, _PULSE)) is not None:
            number, text = told
            self.wfile.write(text)

    def _head(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Connection", "close")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Says no to what is no request, without a word of it."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        self.request_version = self.protocol_version  # else a request of no version gets an answer without a status
        self._send(_plain(HTTPStatus(code)))

    def version_string(self) -> str:
        return "veille"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the author's problems."""


class _Until(io.RawIOBase):
    """Reads from a socket until a deadline, however slowly its bytes come."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)
