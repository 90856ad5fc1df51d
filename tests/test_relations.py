"""Which notes tell one event, which are related, and how little a new note changes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from generator import relations
from generator.model import Entity, Origin, Post, Relations, stored
from generator.relations import ALSO, DAYS, RELATED, Past, go_on, relate
from generator.titlewords import form

START = datetime(2026, 3, 2, tzinfo=UTC)
HOSTS = ("north.example", "south.example", "east.example")


def post(
    title: str, headline: str = "", *, day: int = 0, host: str = HOSTS[0], cves: str = "", tags: str = "",
    url: str = "",
) -> Post:
    """A post, `day` days after the first; its path is made of day, host and title."""
    path = f"{day:04}-{host}-{title}-{headline}"
    return Post(
        path=path, key=path, url=f"/{path}/", url_line=1, title=title, headline=headline, date=START + timedelta(day),
        has_time=False, updated=None, tags=tuple(tags.split()), origin_label="Source",
        origin=Origin(url or f"https://{host}/{path}", host) if host else None, description="", author="", lang="",
        layout="post", draft=False, aliases=(), stored=stored(()), headings=(), points=(),
        entities=tuple(Entity("cve", cve, 1) for cve in cves.split()), scores=(), links=(), anchors=(), words=10,
        extra=(),
    )


def related(*posts: Post) -> dict[str, Relations]:
    """The relations by title, those of posts without any included."""
    found = relate(sorted(posts, key=lambda one: (one.date, one.path), reverse=True))
    return {one.title: found.get(one.path, Relations()) for one in posts}


def titles(posts: tuple[Post, ...]) -> list[str]:
    return [one.title for one in posts]


def test_notes_of_two_sources_with_like_titles_tell_one_event():
    found = related(
        post("Marmot ransomware gang claims Lumen Gateway breach", "Lumen piraté par Marmot"),
        post("Lumen Gateway breach: Marmot ransomware gang takes credit", "Marmot revendique l’attaque de Lumen",
             host=HOSTS[1], day=2),
        post("Borea Backup ships a quiet update", "Une mise à jour de Borea", host=HOSTS[2], day=1),
    )
    first, second, other = found.values()
    assert titles(first.also) == ["Lumen Gateway breach: Marmot ransomware gang takes credit"]
    assert titles(second.also) == ["Marmot ransomware gang claims Lumen Gateway breach"]
    assert other == Relations()


@pytest.mark.parametrize(("host", "day", "told"), [
    (HOSTS[1], DAYS, True), (HOSTS[1], DAYS + 1, False), (HOSTS[0], 1, False), ("", 1, False),
], ids=["within the days", "a day later", "of one source", "without a source"])
def test_one_event_is_told_by_another_source_within_days(host, day, told):
    first, second = related(
        post("Marmot wipes Lumen Gateway disks"), post("Lumen Gateway: Marmot wipes disks", host=host, day=day),
    ).values()
    assert bool(first.also) is bool(second.also) is told
    assert bool(first.related) is not told, "close notes that tell no common event are related"


def test_a_common_cve_needs_less_likeness_but_some():
    cve = "CVE-2026-90001"
    found = related(
        post("Strangers walk through Lumen Gateway portals", cves=cve),
        post("Vendor repairs Gateway authentication mistake", host=HOSTS[1], cves=cve, day=1),
        post("Quarterly thoughts about gardening", host=HOSTS[2], cves=cve, day=1),
        post("Gateway lamps glow while portals sleep", host=HOSTS[2], day=1),
    )
    one, _, three, four = found.values()
    assert titles(one.also) == ["Vendor repairs Gateway authentication mistake"]
    assert not three.also
    assert "Quarterly thoughts about gardening" in titles(one.related)
    assert not four.also, "the same likeness without a CVE is too little"


def test_a_list_of_cves_tells_no_event_of_its_own():
    many = " ".join(f"CVE-2026-{90001 + n}" for n in range(40))
    one, recap = related(
        post("Strangers walk through Lumen Gateway portals", cves="CVE-2026-90001"),
        post("Weekly recap: gardens, lamps, Gateway and more", host=HOSTS[1], cves=many, day=1),
    ).values()
    assert one == recap == Relations()


def test_two_notes_on_one_article_are_never_shown_together():
    article = f"https://{HOSTS[1]}/lumen"
    found = related(
        post("Marmot wipes Lumen Gateway disks"),
        post("Lumen Gateway: Marmot wipes disks", host=HOSTS[1], url=article),
        post("Lumen Gateway: Marmot wipes disks again", host=HOSTS[1], url=article, day=1),
    )
    assert len(found["Marmot wipes Lumen Gateway disks"].also) == 1
    assert not found["Lumen Gateway: Marmot wipes disks"].related, "the other note on the same article"


def test_a_shared_cve_relates_whatever_the_distance():
    found = related(
        post("Strangers walk through Lumen portals", cves="CVE-2026-90001"),
        post("Vendor apologises", day=400, cves="CVE-2026-90001"),
    )
    assert titles(found["Vendor apologises"].related) == ["Strangers walk through Lumen portals"]
    assert titles(found["Strangers walk through Lumen portals"].related) == ["Vendor apologises"]


def test_a_tag_on_most_posts_relates_nothing_and_a_rare_one_helps():
    crowd = [post(f"Item {'abcdefghij'[n % 10]}{n}x", day=n // 8, tags="watch") for n in range(600)]
    found = related(
        *crowd, post("Harbour cranes stop", day=80, tags="watch cranes"),
        post("Cranes of the harbour", day=90, tags="watch cranes"), post("Quay closed", day=95, tags="watch"),
    )
    assert titles(found["Cranes of the harbour"].related) == ["Harbour cranes stop"]
    assert found["Quay closed"] == Relations()


def test_words_that_every_note_uses_relate_nothing():
    words = "Critical vulnerability in server software exploited by hackers"
    found = related(*(post(f"{words} {n}", day=4 * n, host=HOSTS[n % 3]) for n in range(5)))
    assert all(one == Relations() for one in found.values())


def test_accents_case_and_plurals_do_not_part_words():
    assert form("vulnérabilités") == form("vulnerabilite")
    assert form("œuvres") == form("oeuvre")
    assert [form(word) for word in ("access", "les", "42", "365")] == ["access", "", "", "365"]


def test_equal_bonds_show_the_newest_first_and_only_so_many():
    cve = "CVE-2026-90001"
    old = [post(f"Xylo{'abcdefg'[n]}", day=10 * n, cves=cve) for n in range(7)]
    newest = post("Unlike", day=100, cves=cve)
    assert titles(related(*old, newest)["Unlike"].related) == [one.title for one in old[:-RELATED - 1:-1]]


def test_an_event_that_everybody_tells_shows_the_most_alike():
    crowd = [post("Marmot wipes Lumen Gateway disks", f"Suite {n}", host=f"s{n}.example") for n in range(ALSO + 3)]
    assert {len(one.also) for one in relate(crowd[::-1]).values()} == {ALSO}


def random_posts(seed: int, count: int) -> list[Post]:
    """Notes on a few subjects, many on one day, newest first."""
    choice = random.Random(seed)
    names = [f"{a}{b}" for a in ("lumen", "borea", "quill", "tarn", "ovid") for b in ("gate", "vault", "mesh", "port")]
    found = {}
    for n in range(count):
        title = " ".join(choice.sample(names, 3)) + f" n{n}x"
        cve = f"CVE-2026-9{choice.randrange(30):04}" if choice.random() < 0.4 else ""
        one = post(title, choice.choice(names), day=n // 9, host=choice.choice(HOSTS), cves=cve, tags="watch")
        found[one.path] = one
    return sorted(found.values(), key=lambda one: (one.date, one.path), reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_relations_hold_their_promises_on_any_posts(seed):
    posts = random_posts(seed, 300)
    found = relate(posts)
    for one in posts:
        mine = found.get(one.path, Relations())
        assert len(mine.also) <= ALSO
        assert len(mine.related) <= RELATED
        assert one not in (*mine.also, *mine.related)
        shown = [other.path for other in (*mine.also, *mine.related)]
        assert len({*shown}) == len(shown)
        for other in mine.also:
            assert other.origin.host != one.origin.host
            assert abs((other.date - one.date).days) <= DAYS
        assert list(mine.also) == sorted(mine.also, key=posts.index)


@pytest.mark.parametrize("seed", range(4))
def test_a_new_note_changes_the_links_of_a_handful(seed):
    posts = random_posts(seed, 300)
    for place in range(0, 40, 5):
        before, after = relate(posts[place + 1 :]), relate(posts[place:])
        changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        told = len(after.get(posts[place].path, Relations()).also)
        assert len(changed - {posts[place].path}) <= RELATED + told + ALSO


@pytest.mark.parametrize("seed", range(4))
def test_nothing_changes_but_by_a_link_to_the_new_note(seed):
    posts = random_posts(seed, 200)
    before, after = relate(posts[1:]), relate(posts)
    for path in before.keys() | after.keys():
        if path != posts[0].path and before.get(path) != after.get(path):
            assert posts[0] in (*after[path].also, *after[path].related)


@pytest.fixture
def eager(monkeypatch):
    """Keeps what is known of all but the newest ten notes, each time."""
    monkeypatch.setattr(relations, "_FRESH", 10)
    monkeypatch.setattr(relations, "_WORTH_KEEPING", 5)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("seed", range(4))
def test_relating_goes_on_from_what_is_kept_and_finds_the_same(seed):
    posts = random_posts(seed, 300)
    past = None
    kept = set()
    for first in range(250, -1, -5):
        found, past = go_on(posts[first:], past)
        assert dict(found) == dict(relate(posts[first:]))
        kept.add(past and len(past.ties))
    assert len(kept) > 20


@pytest.mark.usefixtures("eager")
def test_a_change_among_old_notes_is_not_overlooked():
    posts = random_posts(1, 300)
    _, past = go_on(posts, None)
    for changed in (posts[:200] + posts[201:], [*posts[:100], post("Inserted", day=21), *posts[101:]], posts[150:]):
        found, _ = go_on(changed, past)
        assert dict(found) == dict(relate(changed))


@pytest.mark.usefixtures("eager")
def test_what_is_kept_may_be_wrong_in_any_way():
    posts = random_posts(2, 100)
    _, past = go_on(posts, None)
    assert past
    far = Past(past.mark, past.used, dict.fromkeys(past.leads, ((10000, 9),)), (), past.ties, past.found)
    for wrong in (far, Past(past.mark, {}, {}, (), (b"",) * len(past.ties), ())):
        go_on(posts, wrong)
