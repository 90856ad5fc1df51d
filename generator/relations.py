"""What notes have to do with one another: the same event told by other sources, and notes that help to understand one.

A page that shows another note's title is written anew when that title changes or another note takes its place. So that
a new note changes a handful of pages and not hundreds, everything here looks backwards:

* a word counts by how rare it was among the notes of the days *before* a note, in classes of doublings. A new note
  changes the weights of nothing that is older, and those of later notes only where a class ends;
* a note picks at most `RELATED` *older* notes; an older note shows those that picked it beside its own picks. A new
  note can therefore change the pages of the notes it picks, and of those within `DAYS` that tell the same event.

The work grows with the number of notes: rare words lead from note to note, each to its `_REACH` newest notes at most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from math import sqrt
from operator import itemgetter
from typing import NamedTuple

from msgspec import MsgspecError, Struct
from msgspec.msgpack import Decoder, encode

from generator.latest import latest
from generator.model import Post, Relations
from generator.titlewords import TRADE, WORD, Forms

DAYS = 3
"""Civil days between two notes that may tell the same event."""
SAME_CVE, SAME_WORDS = 0.15, 0.40
"""Least similarity of the titles of two notes on one event: with a CVE in common, and without."""
ALSO, RELATED = 6, 4
"""At most so many notes of each kind."""

_REACH = 8  # notes that one word, tag or CVE leads to: the newest that are older than the note
_BEGINNING = 256  # notes that every site is taken to have had, so that its first notes have rare words too
_USED = 16  # of these, the notes that used each word of the trade
_FAINT, _RARE, _TOP = 3, 7, 10
"""Weights, in doublings. Up to `_FAINT` a word is in every eighth title and counts for nothing; from `_RARE` it leads
to other notes; beyond `_TOP` one word would outweigh all others of a title."""
_NAMED = 2  # times the weight: a word in the source's title and in the headline is a name
_ENOUGH = 230  # the least bond of related notes: a CVE, a rare name that both are about, or three rare words
_CVE, _MANY = 17, 6  # the weight of a CVE: one in common is enough; those of a note with more share the weight of six
_HINT = 90  # the least bond of notes whose titles may be alike
_ONE_OF = 20  # a note that names so many CVEs more than are shared is a list, and not about them
_FRESH = 100  # newest notes that are related anew each time: those that authors still change
_WORTH_KEEPING = 400  # notes that take longer to relate than what is kept takes to write

_Ties = tuple[list[tuple[float, int]], list[tuple[float, int]]]
_Found = tuple[tuple[int, ...], tuple[int, ...]]
_NONE: _Found = ((), ())
_decode = Decoder(_Ties).decode


class _Facts(NamedTuple):  # made three times as fast as a frozen dataclass
    """All that this room looks at in a post: not its text."""

    day: int
    title: str
    headline: str
    tags: tuple[str, ...]
    cves: tuple[str, ...]
    host: str
    article: str
    """Address of the article that it summarises; its own when there is none."""


class _Note(NamedTuple):
    """A post with the weights of its words."""

    day: int
    words: dict[str, int]
    """Of title and headline, with their weights."""
    size: float
    """Of `words` as a vector."""
    leads: dict[str, int]
    """Terms that lead to other notes, with their weights: rare words, CVEs, rare tags."""
    cves: frozenset[str]
    host: str
    article: str
    """Address of the article that it summarises; its own when there is none."""


class Past(Struct, frozen=True):
    """What is known of the notes before some day: from there on, relating goes on without looking at them again."""

    mark: str
    """Digest of all that was looked at in them."""
    used: dict[str, int]
    """Words and tags, and how many notes used each."""
    leads: dict[str, tuple[tuple[int, int], ...]]
    """Terms that lead to notes, and the places and weights of the newest."""
    recent: tuple[_Note, ...]
    """Those of the last `DAYS`, the oldest first."""
    ties: tuple[bytes, ...]
    """Of each note, encoded, for the few that a later one touches: rank and negative place of the notes of its event,
    and of those that picked it or that it picked."""
    found: tuple[_Found, ...]
    """Of each note, its relations among them."""


def relate(posts: Sequence[Post]) -> Mapping[str, Relations]:
    """The relations of posts, by path; posts without any are left out. `posts` come newest first, as in `Site.posts`.

    `also` holds posts of other sources within `DAYS` that tell the same event: the cosine of their words, title and
    headline together, is at least `SAME_WORDS`, or `SAME_CVE` when a CVE is in both; newest first. `related` holds
    others with CVEs, rare tags or rare words in common, the closest first. Neither shows two posts on one article.
    """
    return go_on(posts, None)[0]


def go_on(posts: Sequence[Post], past: Past | None) -> tuple[Mapping[str, Relations], Past | None]:
    """As `relate`, in less time when `past` fits the posts, and what the next time may begin with.

    Nothing else depends on `past`: one that does not fit is as none.
    """
    oldest_first = posts[::-1]
    found, then = _related_on(tuple(map(_facts, oldest_first)), past)
    at = oldest_first.__getitem__
    return {
        post.path: Relations(tuple(map(at, also)), tuple(map(at, close)))
        for post, (also, close) in zip(oldest_first, found, strict=True) if also or close
    }, then


@latest(lambda facts: None)
def _related_on(facts: Sequence[_Facts], past: Past | None) -> tuple[list[_Found], Past | None]:
    """As `_related`, but a past that does not fit is as none."""
    if past and past.mark != _mark(facts[: len(past.ties)]):
        past = None
    try:
        found, then = _related(facts, past)
        if len(found) == len(facts):
            return found, then
    except (IndexError, KeyError, ValueError, MsgspecError):  # a past that fits and yet is none of ours
        pass
    return _related(facts, None)


@latest(len)
def _mark(facts: Sequence[_Facts]) -> str:
    return blake2b(encode(facts), digest_size=16).hexdigest()


@latest(lambda post: post.path)
def _facts(post: Post) -> _Facts:
    host, article = (post.origin.host, post.origin.url) if post.origin else ("", post.url)
    cves = tuple([entity.value for entity in post.entities if entity.kind == "cve"])
    return _Facts(post.date.date().toordinal(), post.title, post.headline, post.tags, cves, host, article)


def _related(facts: Sequence[_Facts], past: Past | None) -> tuple[list[_Found], Past | None]:
    """For each post the places of those that tell the same event, and of related ones; all oldest first."""
    start = len(past.ties) if past else 0
    used = Counter(past.used if past else dict.fromkeys(TRADE, _USED))
    leads = dict(past.leads) if past else {}
    notes = dict(enumerate(past.recent, start - len(past.recent))) if past else {}
    first = start - len(notes)
    encoded = list(past.ties) if past else []
    ties: dict[int, _Ties] = {}  # of the notes that were touched since `found` was true of them
    found = list(past.found) if past else []
    form = Forms().__getitem__
    keep = _worth_keeping(facts, start)
    place = start

    def of(number: int) -> _Ties:
        if number not in ties:
            ties[number] = _decode(encoded[number]) if number < len(encoded) else ([], [])
        return ties[number]

    def settle() -> None:
        found.extend([_NONE] * (place - len(found)))
        for number, (also, close) in ties.items():
            found[number] = _relations(facts[number], also, close, facts)

    for day, group in groupby(facts[start:], key=itemgetter(0)):
        if place == keep:
            settle()
            encoded += [encode(([], []))] * (place - len(encoded))
            for number, both in ties.items():
                encoded[number] = encode(both)
            ties.clear()
            recent = tuple([notes[number] for number in range(first, place)])
            past = Past(_mark(facts[:place]), dict(used), dict(leads), recent, tuple(encoded), tuple(found))
        classes = (place + _BEGINNING).bit_length()
        said: list[str] = []
        today = [_note(one, form, used.get, classes, said) for one in group]
        used.update(said)
        while first < place and notes[first].day < day - DAYS:
            del notes[first]
            first += 1
        for note in today:
            notes[place] = note
            _tie(place, note, notes, first, leads, of, facts)
            place += 1
    settle()
    return found, past


def _worth_keeping(facts: Sequence[_Facts], start: int) -> int:
    """The place of the first note of a day before which all is kept; -1 when it is not worth it."""
    place = len(facts) - _FRESH
    if place - start < _WORTH_KEEPING:
        return -1
    while place > start and facts[place - 1].day == facts[place].day:
        place -= 1
    return place if place > start else -1


def _tie(
    place: int, note: _Note, notes: Mapping[int, _Note], first: int, leads: dict[str, tuple[tuple[int, int], ...]],
    of: Callable[[int], _Ties], facts: Sequence[_Facts],
) -> None:
    """Ties a note to older ones: to those from place `first` on that tell its event, and to others that it picks."""
    picks: list[tuple[float, int]] = []
    told = {note.article}
    for other, bond in _bonds(place, note, leads).items():
        if other >= first and bond >= _HINT and (likeness := _same_event(note, notes[other])):
            of(place)[0].append((-likeness, -other))
            of(other)[0].append((-likeness, -place))
            told.add(notes[other].article)
        elif bond >= _ENOUGH:
            picks.append((-bond, -other))
    if picks:
        for rank, negative in _apart(picks, RELATED, facts, told):
            of(place)[1].append((rank, negative))
            of(-negative)[1].append((rank, -place))


def _relations(
    note: _Facts, also: list[tuple[float, int]], close: list[tuple[float, int]], facts: Sequence[_Facts]
) -> _Found:
    told = sorted(_apart(also, ALSO, facts, {note.article}), key=_PLACE) if also else also
    seen = {note.article, *[facts[-other].article for _, other in also]}
    near = _apart(close, RELATED, facts, seen) if close else close
    return tuple([-other for _, other in told]), tuple([-other for _, other in near])


_PLACE = itemgetter(1)


def _apart(
    ranked: list[tuple[float, int]], limit: int, facts: Sequence[_Facts], seen: set[str]
) -> list[tuple[float, int]]:
    """The first `limit` of pairs of rank and negative place, the newest of equals first, on articles not yet `seen`."""
    found: list[tuple[float, int]] = []
    ranked.sort()
    for pair in ranked:
        article = facts[-pair[1]].article
        if article not in seen:
            found.append(pair)
            if len(found) == limit:
                break
            seen.add(article)
    return found


def _bonds(place: int, note: _Note, leads: dict[str, tuple[tuple[int, int], ...]]) -> dict[int, int]:
    """The places of older notes with rare terms in common, and the bonds with them; enters this note into `leads`."""
    bonds: dict[int, int] = {}
    for term, weight in note.leads.items():
        if term in leads:
            known = leads[term]
            for other, its_weight in known:
                bonds[other] = bonds.get(other, 0) + weight * its_weight
            leads[term] = (*known[1 - _REACH :], (place, weight))
        else:
            leads[term] = ((place, weight),)
    return bonds


def _same_event(one: _Note, other: _Note) -> float:
    """How alike the titles of two notes are that tell one event; 0.0 when they do not."""
    if one.host == other.host or not one.host or not other.host:
        return 0.0
    words = other.words
    product = sum([weight * words[word] for word, weight in one.words.items() if word in words])
    likeness: float = product / (one.size * other.size) if product else 0.0
    least = SAME_WORDS
    if one.cves and other.cves:
        shared = len(one.cves & other.cves)
        if shared and shared * _ONE_OF >= max(len(one.cves), len(other.cves)):
            least = SAME_CVE
    return likeness if likeness >= least else 0.0


def _note(
    post: _Facts, form: Callable[[str], str], used: Callable[[str, int], int], classes: int, said: list[str]
) -> _Note:
    """The note; adds to `said` what it uses."""
    title = set(map(form, WORD.findall(post.title.lower())))
    headline = set(map(form, WORD.findall(post.headline.lower())))
    both = title | headline
    both.discard("")
    said += both
    words = {
        word: weight if weight < _TOP else _TOP
        for word in both if (weight := classes - used(word, 0).bit_length()) > _FAINT
    }
    rare = [word for word, weight in words.items() if weight >= _RARE]
    for word in title & headline & words.keys():
        words[word] *= _NAMED
    leads = {word: words[word] for word in rare}
    for tag in post.tags:
        said.append(term := "#" + tag)
        if (weight := classes - used(term, 0).bit_length()) >= _RARE:
            leads[term] = min(weight, _TOP)
    if cves := post.cves:
        leads.update(dict.fromkeys(cves, _CVE if len(cves) <= _MANY else _CVE * _MANY // len(cves)))
    size = sqrt(sum([weight * weight for weight in words.values()]))
    return _Note(post.day, words, size, leads, frozenset(cves), post.host, post.article)
