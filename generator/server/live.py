"""What open pages are told: a number for every change, server-sent events, and the script that listens.

The script is injected into the response. Rendering knows nothing of it; the pages' policy allows it, since it comes
from the site's own host.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import urls
from generator.diagnostics import Diagnostic, Severity, render
from generator.server.builder import Built

FOLDER = "_veille"
"""Below the site's root, the folder of what the server adds; no path of a site begins with an underscore by itself."""
_SHOWN = 50
"""Problems that a page is told of: an author mends the first, and 3,000 would stop the browser."""
_KEPT = 64
"""Events that a page which was away can catch up with; after more it loads anew."""
_END_OF_BODY = re.compile(rb"</body\s*>", re.IGNORECASE)


def script(name: str) -> bytes | None:
    """The bytes of a file that pages load from `FOLDER`, or None."""
    return (Path(__file__).parent / name).read_bytes() if name in ("live.js", "live.css") else None


def injected(page: bytes, mount: str, seen: str) -> bytes:
    """The page with the script that listens for what comes after the event `seen`, at the end of its body."""
    tag = f'<script src="{urls.encoded(mount)}{FOLDER}/live.js" data-seen="{seen}" defer></script>\n'.encode()
    ends = [found.start() for found in _END_OF_BODY.finditer(page)]
    at = ends[-1] if ends else len(page)
    return page[:at] + tag + page[at:]


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    kind: str
    """``state``, ``style`` or ``reload``: the names that live.js listens for."""
    data: str
    """JSON on one line."""


class Live:
    """Hands every change to all open pages; its methods may be called from any thread."""

    def __init__(self) -> None:
        self.mount = "/"
        """Path that the site lives under, decoded; begins and ends with ``/``."""
        self._early: Mapping[str, str] = {}
        self._changed = threading.Condition()
        self._run = secrets.token_hex(4)
        self._number = 0
        self._state = _Event(0, "state", "{}")
        self._events: deque[_Event] = deque(maxlen=_KEPT)
        self._closed = False

    @property
    def address(self) -> str:
        """The site's path, percent-encoded."""
        return urls.encoded(self.mount)

    @property
    def seen(self) -> str:
        """The name of the newest event."""
        return f"{self._run}-{self._number}"

    def publish(self, built: Built) -> None:
        """Tells what a build did: styles are swapped, other changes need a new page, problems come over the page."""
        with self._changed:
            if built.written:
                self.mount = built.mount
                self._early = {urls.encoded(self.mount + url[1:]): f"scheduled for {day}" for url, day in built.early}
            if built.changed and all(path.endswith(".css") for path in built.changed):
                self._add("style", {"paths": [urls.encoded(self.mount + path) for path in built.changed]})
            elif built.changed:
                self._add("reload", {})
            self._state = self._add("state", _told(built, self._early))
            self._changed.notify_all()

    def _add(self, kind: str, data: Mapping[str, object]) -> _Event:
        self._number += 1
        # Ends no line and no script: whatever a note says, an event stays one line.
        event = _Event(self._number, kind, json.dumps(data, ensure_ascii=True))
        self._events.append(event)
        return event

    def begin(self, seen: str) -> tuple[int, bytes]:
        """What a page that has seen `seen` is told when it connects, and the number of the newest event in it."""
        with self._changed:
            run, _, number = seen.rpartition("-")
            known = run == self._run and number.isdecimal() and int(number) <= self._number
            oldest = self._events[0].number if self._events else 1
            if not known or int(number) < oldest - 1:
                missed = [_Event(self._number, "reload", "{}")]
            else:
                missed = [event for event in self._events if event.number > int(number) and event.kind != "state"]
            return self._number, self._text([*missed, self._state])

    def after(self, number: int, patience: float) -> tuple[int, bytes] | None:
        """The events after `number`, as soon as there are some, and the newest one's number; None when it is over.

        After `patience` seconds without any, a comment that only tells whether the page is still there.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._number > number, patience)
            if self._closed:
                return None
            events = [event for event in self._events if event.number > number]
            return self._number, self._text(events) if events else b": still here\n\n"

    def close(self) -> None:
        """Ends all waiting."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _text(self, events: list[_Event]) -> bytes:
        return "".join(
            f"id: {self._run}-{event.number}\nevent: {event.kind}\ndata: {event.data}\n\n" for event in events
        ).encode()


def _told(built: Built, early: Mapping[str, str]) -> Mapping[str, object]:
    worst_first = sorted(built.problems, key=lambda found: -found.severity)
    errors = sum(found.severity is Severity.ERROR for found in built.problems)
    return {
        "stale": not built.written,
        "failure": built.failure,
        "errors": errors,
        "others": len(built.problems) - errors,
        "problems": [_problem(found) for found in worst_first[:_SHOWN]],
        "early": early,
    }


def _problem(found: Diagnostic) -> Mapping[str, str]:
    return {"severity": found.severity.word, "text": render(found)}
