"""The preview, put together: build, watch, build again, tell the pages, until somebody says stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec.structs import replace

from generator import cache
from generator.load import Options, Progress
from generator.server.builder import Builder, Built
from generator.server.live import Live
from generator.server.watch import saves
from generator.server.web import Server

Done = Callable[[Built, tuple[str, ...], str], None]
"""Called after each build, with the files whose saving led to it (none for the first) and the site's address."""


class NoAddress(Exception):
    """The address cannot be listened on; the message says which and why."""


def serve(
    root: Path, options: Options, host: str, port: int, progress: Callable[[], AbstractContextManager[Progress]],
    done: Done,
) -> None:
    """Serves the site in the folder `root` until the process gets SIGINT or SIGTERM; then returns.

    The site is built into a folder of its own, so that no draft ever lies in the published one. Changes the handlers of
    both signals: to be called from the main thread of a process that does nothing else. `progress` accompanies one
    build. Raises `NoAddress`.
    """
    folder = root / cache.FOLDER / cache.PREVIEW
    live = Live()
    builder = None
    server = None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server = _listening(folder, live, host, port)
        builder = Builder(root, replace(options, output=folder, preview=True))
        answering = threading.Thread(target=server.serve_forever, daemon=True)
        for saved in saves(root):
            with progress() as update:
                built = builder.build(update, saved or ())
            if saved is None and not built.changed:
                continue  # a file that is being saved may fail that look, and is the next that the watcher tells of
            live.publish(built)
            if not answering.ident:
                answering.start()  # until now browsers wait: a page that is still to be built is no missing page
            done(built, saved or (), server.origin + live.address)
    except KeyboardInterrupt:
        pass
    finally:
        # From here on the end is certain: a second Ctrl-C would only make it ugly.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        live.close()
        if builder:
            builder.stop()
        if server:
            server.server_close()


def _listening(folder: Path, live: Live, host: str, port: int) -> Server:
    try:
        return Server(folder, live, host, port)
    except OSError as error:
        raise NoAddress(f"cannot listen on {host}, port {port}: {error.strerror or error}") from error
