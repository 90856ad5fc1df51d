"""What holds for every site: nothing raises, nothing is written elsewhere, the same input gives the same bytes."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from generator.build import Report
from generator.cache import code_version
from generator.config import Config
from generator.content.parsed import Parsed, post_key, settings_digest
from generator.content.post import parse_post
from generator.diagnostics import RULES, Severity, render
from generator.disk import codes
from generator.disk.read import read_templates
from generator.model import Source
from generator.outputs.templates import compile_all
from tests.links import broken
from tests.sites import AS_OF, TinySite, make_site, note, run_process, tree
from tests.test_golden import AS_OF as GOLDEN_DAY
from tests.test_golden import differences, golden_site

URL = "http://localhost:8000"

# A post


PIECES = [
    "---\n", "title: x\n", "date: 2025-09-08\n", "tags: [a, b]\n", "title: 'Don't'\n", "permalink: ", "/../", "\ufeff",
    "\r\n", "\r", "\u2028", "\x00", "\x0b", "\x85", "### Titre\n", "**Points clés :**\n", "**Vulnérabilités**\n",
    "*   ", "1. ", "> ", "```\n", "~~~", "    ", "\t", "<div>", "</div>", "<script>", "<!--", "-->", "]]>", "&amp;",
    "&#xd800;",
    "[a](b)", "[a](javascript:b)", "[^1]", "[^1]: ", "|a|b|\n|-|-|\n", "{:target=\"_blank\"}", "{: #id}", "{{ x }}",
    "CVE-2025-12345", "CVE-2025-1 à CVE-2025-99999", "/42232", "CVSS 9.8", "CVSS:3.1/AV:N", "9,8/10", "T1566.001",
    "{% x %}", "[Source](https://example.org/){:target=\"_blank\"}", "[Source](", "\n", "\n\n", "é", "œ", "\u00a0", "«",
    "»", "\ud7ff", "\U0001f600", "\u202e", "**", "__", "`", "\\", "!", "[", "]", "(", ")", "#", ":", "- ", "=", "...",
    "--",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)
headed = st.builds("---\ntitle: {}\ndate: 2025-09-08\n{}\n---\n{}".format, st.text(max_size=20), texts, texts)
sources = st.binary(max_size=200) | (texts | headed).map(lambda text: text.encode("utf-8", "surrogatepass"))


def parsed(data: bytes, path: str = "content/posts/2025-09-08-x.md") -> Parsed:
    source = Source(path, data)
    return parse_post(source, Config(), post_key(source, settings_digest(Config(), "")))


@settings(max_examples=300)
@given(sources)
@example(b"---\ntitle: a\ndate: 2025-09-08\n---\n" + b"[" * 3000)
@example(b"---\ntitle: a\ndate: 2025-09-08\n---\n" + b"> " * 3000)
@example(b"---\ntitle: a\ndate: 2025-09-08\n---\n" + b"**" * 3000)
@example(b"---\ntitle: a\ndate: 2025-09-08\n---\n" + b"<div>" * 3000)
@example(b"---\ntitle: a\ndate: 2025-09-08\n---\n" + b"* " * 3000)
@example(b"---\n" + b"a: {" * 3000)
@example(b"---\ntitle: a\ndate: 0000-00-00\n---\n")
@example(b"---\ntitle: a\ndate: 9999-12-31 23:59:59 -1400\n---\n")
def test_parsing_a_post_never_raises_and_says_why_there_is_none(data: bytes):
    found = parsed(data)
    errors = [known for known in found.problems if known.severity is Severity.ERROR]
    assert (found.post is None) == bool(errors)
    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\xe2\x80\xa8") + data.count(b"\xe2\x80\xa9") + 1
    for known in found.problems:
        assert known.code in RULES
        assert 0 <= known.line <= lines + data.count(b"\xc2\x85")
        assert known.message
        assert known.hint
        assert "\n" not in known.message + known.hint
        assert render(known).isprintable() or "\n" in render(known)
    assert parsed(data) == found


HOSTILE = [
    "/../../escape/", "../escape/", "/..", "/a/../../../escape/", "//example.org/escape/", "/etc/passwd",
    "C:\\escape\\",
    "\\\\host\\escape", "/%2e%2e/%2e%2e/escape/", "/a\\..\\..\\escape/", "~/escape/", "file:///tmp/escape/", "/./././",
    "/.veille/escape/", "/.veille-files", "/.git/config", "/con/", "/a:b/", "/" + "x" * 300 + "/", "/" + "x/" * 600,
    "/a\u2028b/", "/\u202eabc/", "/\u0000/", "/é/e\u0301/", "/output/../../escape", "/..escape../", "/ /", "/./",
    "/.../", "''",
    "/$HOME/", "/`id`/",
    "/%00/", "/a?b", "/a#b", "/*", "/|/",
]
hostile = st.sampled_from(HOSTILE) | st.lists(
    st.sampled_from(["..", ".", "/", "\\", "%2e", "~", "a", "é", " ", "\u2025", "\uff0e", "\u2215", "content", "\0"]),
    max_size=8,
).map("".join)


def built_with_hostile(site: TinySite, permalink: str, tag: str, alias: str, slug: str) -> Report:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    site.write({
        "content/posts/2025-09-01-a.md": note(permalink=quoted(permalink)),
        "content/posts/2025-09-02-b.md": note(tags=[quoted(tag)], source=quoted(f"https://{tag}/")),
        "content/posts/2025-09-03-c.md": note(aliases=[quoted(alias)], layout=quoted(slug)),
        "content/posts/2025-09-04-d.md": note(slug=quoted(slug)),
    })
    return site.build(skip_invalid=True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(hostile, hostile, hostile, hostile)
def test_nothing_is_written_outside_the_output_folder_and_veilles_own(permalink: str, tag: str, alias: str, slug: str):
    with tempfile.TemporaryDirectory() as outer:
        site = make_site(Path(outer) / "a/b/site")
        (Path(outer) / "a/precious.txt").write_text("precious")
        report = built_with_hostile(site, permalink, tag, alias, slug)
        assert report.changes
        for at, folders, names in os.walk(outer):
            here = Path(at).relative_to(outer).as_posix() + "/"
            if here.startswith(("a/b/site/output/", "a/b/site/.veille/", "a/b/site/content/")):
                continue
            expected = {"./": {"a"}, "a/": {"b", "precious.txt"}, "a/b/": {"site"},
                        "a/b/site/": {"output", ".veille", "content", "config.yaml"}}[here]
            assert {*folders, *names} == expected
        hidden = [path for path in tree(site.root / "output") if path != ".veille-files" and "/." in "/" + path]
        assert not hidden


@pytest.mark.parametrize("text", HOSTILE)
def test_every_hostile_address_is_refused_or_lies_below_the_output_folder(tmp_path: Path, text: str):
    site = make_site(tmp_path / "a/b/site")
    before = tree(tmp_path)
    built_with_hostile(site, text, text, text, text)
    after = tree(tmp_path)
    ours = ("a/b/site/output/", "a/b/site/.veille/", "a/b/site/content/posts/")
    assert {path for path in after if not path.startswith(ours)} == {
        path for path in before if not path.startswith(ours)}
    assert not broken(site.output(), URL)


def test_a_build_opens_for_writing_only_what_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Python reports every file that is opened, made, renamed or removed to its audit hooks."""
    site = golden_site(tmp_path / "site")
    # Where the compiled templates are kept already, whatever other tests did before.
    kept = tmp_path / "templates.cache"
    monkeypatch.setattr(codes, "place", lambda: kept)
    codes.save(code_version(), {}, compile_all(read_templates(site.root)[0], {}))
    code = (
        "import os, sys\n"
        "def place(path, folder):\n"
        "    return path if folder < 0 else os.readlink(f'/proc/self/fd/{folder}') + '/' + path\n"
        "def seen(event, arguments):\n"
        "    if event == 'open' and isinstance(arguments[0], (str, bytes)) and (\n"
        "            set('wax+') & set(arguments[1] or '') or (arguments[2] or 0) & 3):\n"
        "        new = os.O_EXCL | os.O_NOFOLLOW\n"  # a new file in an open folder, which is not told
        "        below = '/' not in str(arguments[0]) and arguments[2] & new == new\n"
        "        print('WRITES', 'below' if below else arguments[0])\n"
        "    elif event in ('os.remove', 'os.rmdir', 'os.mkdir'):\n"
        "        print('WRITES', place(arguments[0], arguments[-1]))\n"
        "    elif event in ('os.truncate', 'os.chmod', 'os.link', 'os.symlink'):\n"
        "        isinstance(arguments[0], int) or print('WRITES', arguments[0])\n"
        "    elif event == 'os.rename':\n"
        "        print('WRITES', place(arguments[0], arguments[2]))\n"
        "        print('WRITES', place(arguments[1], arguments[3]))\n"
        "    elif event.startswith(('socket.connect', 'socket.bind', 'subprocess', 'os.system', 'urllib')):\n"
        "        print('REACHES OUT', event)\n"
        "sys.addaudithook(seen)\n"
        "from pathlib import Path\n"
        "from generator.disk import codes\n"
        f"codes.place = lambda: Path({str(kept)!r})\n"
        "from generator.cli import main\n"
        "main()\n"
    )
    ran = run_process(site.root, [sys.executable, "-B", "-c", code, "build", "--jobs", "1", "--as-of", GOLDEN_DAY])
    assert ran.exit_code == 0
    seen = [line for line in ran.out.splitlines() if line.startswith(("WRITES", "REACHES"))]
    root = f"WRITES {site.root}"
    foreign = [line for line in seen if not line.startswith((f"{root}/output", f"{root}/.veille", "WRITES below"))]
    assert len(seen) > 40
    assert not foreign


# Same input, same bytes


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The golden site, built once from nothing."""
    site = golden_site(tmp_path_factory.mktemp("golden") / "site")
    site.build(as_of=date.fromisoformat(GOLDEN_DAY), cache=False)
    assert len(site.output()) > 40
    return site.output()


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_hash_seed_changes_no_byte(golden: dict[str, bytes], tmp_path: Path, seed: str):
    site = golden_site(tmp_path / "site")
    assert site.process("build", "--as-of", GOLDEN_DAY, PYTHONHASHSEED=seed).exit_code == 0
    assert not differences(golden, site.output())


@pytest.mark.parametrize("variables", [
    {"TZ": "Pacific/Noumea"}, {"LC_ALL": "fr_FR.UTF-8"}, {"LC_ALL": "C"}, {"PYTHONOPTIMIZE": "2"},
], ids=str)
def test_the_environment_changes_no_byte(golden: dict[str, bytes], tmp_path: Path, variables: dict[str, str]):
    site = golden_site(tmp_path / "site")
    ran = site.process("build", "--as-of", GOLDEN_DAY, **variables)
    assert ran.exit_code == 0, ran.err
    assert not differences(golden, site.output())


def test_the_order_of_files_on_the_disk_changes_no_byte(
    golden: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = os.scandir

    class Reversed:
        def __init__(self, folder: object) -> None:
            with real(folder) as found:
                self.entries = sorted(found, key=lambda entry: entry.name, reverse=True)

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            pass

        def __iter__(self):
            return iter(self.entries)

        def close(self) -> None:
            pass

    site = golden_site(tmp_path / "site")
    monkeypatch.setattr(os, "scandir", Reversed)
    site.build(as_of=date.fromisoformat(GOLDEN_DAY))
    monkeypatch.undo()
    assert not differences(golden, site.output())


def test_the_hour_of_the_build_changes_no_byte(golden: dict[str, bytes], tmp_path: Path):
    site = golden_site(tmp_path / "site")
    for path in site.root.rglob("*"):
        os.utime(path, (1, 1))
    site.build(as_of=date.fromisoformat(GOLDEN_DAY), cache=False)
    assert not differences(golden, site.output())


def test_jobs_and_cache_change_no_byte(tmp_path: Path):
    words = ["alpha", "bêta", "gamma", "delta"]
    body = "**Points clés :**\n* CVE-2025-{}, CVSS {}.{}\n\n[Source](https://example.org/{})"
    files = {
        f"content/posts/2025-{1 + n % 9:02}-{1 + n % 28:02}-n{n}.md": note(
            f"Note {n}", body.format(10000 + n % 7, n % 10, n % 9, n),
            tags=[words[n % 4], words[n % 3]], updated=f"2025-10-{1 + n % 28:02} 10:{n % 60:02}")
        for n in range(120)
    }
    one = make_site(tmp_path / "one", files, "pagination: 5")
    one.build(jobs=1, cache=False)
    good = one.output()
    assert len(good) > 200
    assert not broken(good, URL)
    four = make_site(tmp_path / "four", files, "pagination: 5")
    for options in ({"jobs": 4}, {"jobs": 4}, {"jobs": 1}, {"jobs": 4, "cache": False}):
        report = four.build(**options)
        assert not report.problems
        assert not differences(good, four.output()), options
    shutil.rmtree(four.root / "output")
    four.build(jobs=4)
    assert not differences(good, four.output())


def test_a_site_that_grew_day_by_day_is_the_site_that_was_built_at_once(golden: dict[str, bytes], tmp_path: Path):
    grown = golden_site(tmp_path / "grown")
    for day in range(0, 54, 9):
        grown.build(as_of=date(2025, 9, 8) + timedelta(days=day))
    assert not differences(golden, grown.output())


# A warm build is a clean build


@pytest.fixture(autouse=True)
def soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled as soon as time stamps can tell them apart: builds that follow go by the stamps."""
    monkeypatch.setattr("generator.disk.read._SETTLED", 20_000_000)


TAGS = ["alpha", "Bêta", "C++", "beta", "été"]
DAYS = st.dates(date(2025, 9, 1), date(2025, 10, 20))
NAMES = ["a", "b", "c", "d", "e", "sub/f"]
BODIES = [
    "Some words.", "", "### Titre\n\nWords about CVE-2025-10001, CVSS 9.8.",
    "**Points clés :**\n* one CVE-2025-10002\n* two\n\n**Vulnérabilités**\n* CVE-2025-10001 (7,5)\n\n"
    "[Source](https://example.org/1)",
    "Attention : « oui » !\n\n**Ce qui casse**\n\nTout.", "[link](/posts/2025/09/08/a/)\n\n[Source](https://example.net/2)",
    "```python\nx = 1\n```\n\n[Source](https://example.net/3)",
    "{{ x }} <b>bold</b> <script>x</script>",
]
CONFIGS = [
    "", "pagination: 2", "pagination: 3\nsite: {title: Autre, language: en}", "feeds: {entries: 1, days: 0, ids: url}",
    "site: {url: 'https://example.org/x', timezone: Pacific/Noumea}\npagination: 2",
    "permalink: /:year/:slug/\npagination: 2", "sections: {vulnerabilities: [Ce qui casse]}\npagination: 2",
]
OWN = {
    "templates/partials/footer.html": ["<footer>1</footer>", "<footer>2 {{ site.title }}</footer>", None],
    "templates/pages/post.html": ["{% extends 'base.html' %}{% block main %}{{ page.post.title }}{% endblock %}", None],
    "templates/macros.html": [None],
    "templates/static/veille.css": ["a{}", "b{}", None],
    "templates/static/more.js": ["1", None],
    "content/static/CNAME": ["example.org", "example.net", None],
    "content/static/a/b.txt": ["1", None],
    "content/static/a": ["1", None],
}


def everything(folder: Path, config: str) -> TinySite:
    """A site with every kind of body, tag and date."""
    dates = ["2025-09-08", "2025-09-08T23:30:00-11:00", "2025-09-09 00:10", *(f"2025-10-0{day}" for day in range(1, 9))]
    return make_site(folder, {
        f"content/posts/{number}.md": note(f"Some words {number}", body, date=when, tags=[TAGS[number % 5]])
        for number, (body, when) in enumerate(zip(BODIES, dates, strict=False))
    }, config)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_warm_build_sees_every_change_of_the_configuration(tmp_path: Path, config: str):
    clean = everything(tmp_path / "clean", config)
    clean.build(cache=False)
    for number, before in enumerate(known for known in CONFIGS if known != config):
        warm = everything(tmp_path / f"warm{number}", before)
        warm.build()
        assert differences(clean.output(), warm.output())
        make_site(warm.root, {}, config)
        warm.build()
        assert not differences(clean.output(), warm.output()), before


@pytest.mark.parametrize(("name", "contents"), [item for item in OWN.items() if len(item[1]) > 1], ids=str)
def test_a_warm_build_sees_every_change_of_a_template_or_static_file(
    tmp_path: Path, name: str, contents: list[str | None]
):
    warm = everything(tmp_path / "warm", "")
    packaged = everything(tmp_path / "packaged", "")
    packaged.build()
    warm.build()
    for content in contents:
        clean = packaged
        if content is None:
            warm.remove(name)
        else:
            warm.write({name: content})
            clean = everything(tmp_path / f"clean{contents.index(content)}", "")
            clean.write({name: content})
            clean.build(cache=False)
            assert differences(packaged.output(), clean.output())
        warm.build()
        assert not differences(clean.output(), warm.output()), content


PICKS = st.integers(0, len(NAMES) - 1)


def has_posts(state: WarmIsClean) -> bool:
    return bool(state.posts)


class WarmIsClean(RuleBasedStateMachine):
    """Random edits of a site; after each, the warm build of its folder must be what a first build elsewhere gives."""

    def __init__(self) -> None:
        super().__init__()
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # thousands of files come and go
        self.folder = Path(tempfile.mkdtemp(prefix="veille-test-", dir=memory))
        self.site = TinySite(self.folder / "site")
        self.today = AS_OF
        self.posts: dict[str, dict[str, object]] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize(names=st.lists(st.sampled_from(NAMES), min_size=2, unique=True), config=st.sampled_from(CONFIGS))
    def begin(self, names: list[str], config: str) -> None:
        self.today = date(2025, 10, 5)
        make_site(self.site.root, {"content/posts/.keep": ""}, config)
        for number, name in enumerate(names):
            body, tags = BODIES[number], TAGS[:number]
            self.posts[name] = {"title": f"Post {name}", "body": body, "date": "2025-09-08", "tags": tags}
            self.save(name)

    def save(self, name: str) -> None:
        self.site.write({f"content/posts/{name}.md": note(**self.posts[name])})  # type: ignore[arg-type]

    def one(self, pick: int) -> str:
        """The name of a post that is there."""
        return sorted(self.posts)[pick % len(self.posts)]

    def free(self, pick: int) -> str:
        """The name of a post that is not there, or is."""
        return next((name for name in NAMES[pick:] + NAMES if name not in self.posts), NAMES[pick])

    def change(self, pick: int, **fields: object) -> None:
        name = self.one(pick)
        self.posts[name] |= fields
        self.save(name)

    @precondition(has_posts)
    @rule(pick=PICKS, body=st.sampled_from(BODIES))
    def write_another_body(self, pick: int, body: str) -> None:
        self.change(pick, body=body)

    @precondition(has_posts)
    @rule(pick=PICKS, title=st.sampled_from(["Post a", "Un titre: «été» & <b>", "CVE-2025-10003"]))
    def give_another_title(self, pick: int, title: str) -> None:
        self.change(pick, title=title)

    @precondition(has_posts)
    @rule(pick=PICKS, tags=st.lists(st.sampled_from(TAGS), max_size=3, unique=True))
    def give_other_tags(self, pick: int, tags: list[str]) -> None:
        self.change(pick, tags=tags)

    @precondition(has_posts)
    @rule(pick=PICKS, day=DAYS, time=st.sampled_from(["", " 10:00", "T23:30:00-11:00"]))
    def move_to_another_day(self, pick: int, day: date, time: str) -> None:
        self.change(pick, date=f"{day}{time}")

    @precondition(has_posts)
    @rule(pick=PICKS, fields=st.sampled_from([
        {"draft": True}, {"draft": False}, {"redirect_from": "/old/"}, {"redirect_from": ["/old/", "/older.html"]},
        {"permalink": "/fixed/"}, {"permalink": "''"}, {"lang": "en"}, {"author": "Ada"},
        {"updated": "2025-10-04 08:00"}, {"layout": "home"}, {"source": "https://example.com/4"},
        {"extra": "x"}, {"permalink": "/tags/"},
    ]))
    def change_a_field(self, pick: int, fields: dict[str, object]) -> None:
        self.change(pick, **fields)

    @precondition(has_posts)
    @rule(pick=PICKS, new=PICKS)
    def rename(self, pick: int, new: int) -> None:
        old, name = self.one(pick), self.free(new)
        post = self.posts.pop(old)
        self.site.remove(f"content/posts/{old}.md")
        self.posts[name] = post
        self.save(name)

    @precondition(has_posts)
    @rule(pick=PICKS)
    def delete(self, pick: int) -> None:
        name = self.one(pick)
        del self.posts[name]
        self.site.remove(f"content/posts/{name}.md")

    @rule(pick=PICKS, day=DAYS)
    def add(self, pick: int, day: date) -> None:
        name = self.free(pick)
        self.posts[name] = {"title": f"New {name}", "body": BODIES[3], "date": str(day), "tags": ["alpha"]}
        self.save(name)

    @precondition(has_posts)
    @rule(pick=PICKS, mend=st.booleans())
    def break_a_post(self, pick: int, mend: bool) -> None:
        name = self.one(pick)
        self.site.write({f"content/posts/{name}.md": "---\ntitle: 'Don't'\n---\n"})
        self.the_warm_build_is_the_clean_build()
        if mend:
            self.save(name)

    @rule(config=st.sampled_from(CONFIGS))
    def configure(self, config: str) -> None:
        make_site(self.site.root, {}, config)

    @rule(data=st.data(), name=st.sampled_from(sorted(OWN)))
    def change_a_file_of_the_theme_or_a_static_file(self, data: st.DataObject, name: str) -> None:
        content = data.draw(st.sampled_from(OWN[name]))
        path = self.site.root / name
        if content is None and path.is_file():
            path.unlink()
        elif content is not None:
            if path.is_dir() or path.parent.is_file():
                return
            self.site.write({name: content})
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()

    @rule(days=st.integers(-5, 9))
    def build_on_another_day(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(damage=st.sampled_from(["cut a page", "remove a page", "lose the memory", "touch everything"]))
    def disturb_the_output(self, damage: str) -> None:
        pages = sorted((self.site.root / "output").rglob("*.html"))
        if not pages:
            return
        if damage == "cut a page":
            pages[0].write_bytes(pages[0].read_bytes()[:100])
        elif damage == "remove a page":
            pages[-1].unlink()
        elif damage == "lose the memory":
            shutil.rmtree(self.site.root / ".veille")
        else:
            for page in pages:
                os.utime(page, (1, 1))

    @invariant()
    def the_warm_build_is_the_clean_build(self) -> None:
        if not self.site.root.exists():
            return
        before = tree(self.site.root / "output")
        warm = self.site.build(as_of=self.today)
        clean = TinySite(self.folder / "clean")
        shutil.copytree(self.site.root, clean.root, ignore=shutil.ignore_patterns("output", ".veille"))
        fresh = clean.build(as_of=self.today, cache=False)
        try:
            assert (warm.problems, warm.posts, warm.held) == (fresh.problems, fresh.posts, fresh.held)
            assert (warm.changes is None) == (fresh.changes is None)
            if warm.changes is None:
                assert not differences(before, tree(self.site.root / "output"))
            else:
                assert not differences(clean.output(), self.site.output())
                again = self.site.build(as_of=self.today).changes
                assert again
                assert (again.made, again.written, again.removed) == (0, 0, 0)
        finally:
            shutil.rmtree(clean.root)


WarmIsClean.TestCase.settings = settings(
    max_examples=18, stateful_step_count=10, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # ten steps can be read; to shrink them takes minutes
)
TestAWarmBuildIsACleanBuild = WarmIsClean.TestCase
