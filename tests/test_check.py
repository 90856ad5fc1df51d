"""The author's desk: what each rule finds and leaves alone, what mends change, and what the command says to whom.

In `tests/fixtures/check` a case's name begins with the rule that it is about, and «not» where the rule must be silent;
a text without front matter gets three lines of it. Only what this rule says is compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.commands.formats import annotation
from generator.config import Config, SiteSettings
from generator.content.post import parse_post
from generator.diagnostics import RULES, Scope, Severity, problem, render
from generator.disk.read import explanation
from generator.model import Source
from generator.rules.draft import draft
from generator.rules.links import untracked
from generator.rules.repair import FIXABLE, repaired
from generator.rules.table import EVERY, NOTE_RULES, judge
from generator.rules.twins import same_page
from tests.cases import Case, agree, cases
from tests.sites import REPOSITORY, TinySite, make_site, note

CONFIG = Config(site=SiteSettings(timezone="Europe/Paris"))
CASES = cases("check")
HEADER = "---\ntitle: Une note\ndate: 2025-09-08\n---\n"
SOURCE = "\n[Source](https://example.org/a)"
GOOD = """**Une faille dans un serveur**

Un éditeur corrige une faille de son serveur de courrier, exploitée depuis trois semaines contre des administrations et
des hôpitaux de plusieurs pays. Les attaquants envoient un message qui suffit à prendre la main sur la machine, sans
que personne ne l'ouvre, et y laissent une porte dérobée qui survit aux mises à jour du système.

**Points clés :**
*   Un message suffit.

**Vulnérabilités :**
*   CVE-2025-12345 (CVSS 9,8)

**Recommandations :**
*   Mettre à jour.

---
[Source](https://example.org/serveur){:target="_blank"}
"""


def answer(case: Case) -> str:
    data = case.data if case.data.startswith(b"---") else HEADER.encode() + case.data
    source = Source(case.path or "note.md", data)
    parsed = parse_post(source, CONFIG, "")
    assert parsed.post, parsed.problems
    return "\n".join(map(render, judge(draft(source, parsed.post), {case.name[:4]})))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_finds_what_it_is_for_and_nothing_else(case: Case, update_golden: bool):
    found = answer(case)
    agree(case, found, update_golden)
    assert bool(found) != (case.name[4:8] == " not")


def test_every_rule_about_a_note_has_cases_that_fire_and_cases_that_do_not():
    fire = {case.name[:4] for case in CASES if case.name[4:8] != " not"}
    silent = {case.name[:4] for case in CASES if case.name[4:8] == " not"}
    assert fire == EVERY
    assert silent == EVERY


def test_every_rule_about_a_note_is_in_the_table_once():
    codes = [code for _, may in NOTE_RULES for code in may]
    assert sorted(codes) == sorted(EVERY)


def test_every_rule_is_explained_with_an_example_and_a_remedy():
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    for code in RULES:
        words = explanation(code)
        assert "Example:" in words, code
        assert "Remedy:" in words, code


def test_a_note_without_faults_has_nothing_said_about_it(empty: TinySite):
    empty.write({"content/posts/2025-09-08-a-note.md": note("Une faille", GOOD)})
    ran = empty.run("check", "--strict")
    assert (ran.exit_code, ran.out) == (0, "1 note: nothing to say.\n")


@pytest.mark.parametrize(("body", "found"), [
    ("mot " * 4001, True), ("mot " * 4000, False), ("é" * 3001, True), ("é" * 3000, False),
])
def test_a_runaway_is_longer_than_any_note(body: str, found: bool):
    lines = "\n".join(re.findall(".{1,2000}", body)) if " " in body else body
    source = Source("note.md", f"{HEADER}{lines}".encode())
    post = parse_post(source, CONFIG, "").post
    assert bool(judge(draft(source, post), {"V106"})) == found


PIECES = st.lists(st.sampled_from([
    "`", "``", "```", "~~~", "**", "***", "*   ", "# ", "\n", "\n\n", " ", "---\n", "CVE-2025-1234", "cve 2025 1234",
    "CVE-2025-XXXX", "[a](", "https://evil.example/?utm_source=x", ")", "](", "<", ">", "<a href=", "javascript:",
    "hxxp://", "evil[.]example", "Voici un résumé", "503 UNAVAILABLE", "[Source](https://example.org/a)", "&lt;",
    "\\", "\u2028",
    "\x00",     "\u00a0", "\r", "\t", "(avec CVE si possible)", "**Points clés :**", "**Recommandations :**",
    "l'article fourni ne contient",     "[à rédiger : x]", "http://[::1]/", "<http://203.0.113.7>", "é", "a" * 50,
]), max_size=40).map("".join)


@given(st.text() | PIECES, st.text(max_size=40))
def test_no_text_makes_a_rule_raise(body: str, title: str):
    header = json.dumps(title or "x", ensure_ascii=False)
    data = f"---\ntitle: {header}\ndate: 2025-09-08\n---\n{body}".encode("utf-8", "replace")
    source = Source("2025-09-07-note.md", data)
    post = parse_post(source, CONFIG, "").post
    if post is None:
        return
    written = draft(source, post)
    assert len(written.prose) <= len(written.lines)
    for number in range(written.body, len(written.prose)):
        assert len(written.prose[number]) == len(written.lines[number])
    for found in judge(written):
        assert RULES[found.code].scope is Scope.NOTE
        assert 0 <= found.line <= len(written.lines)
        assert 0 <= found.column <= len(found.excerpt) + 1
        render(found)


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    source = Source("note.md", text.encode())
    parsed = parse_post(source, CONFIG, "")
    own = judge(draft(source, parsed.post)) if parsed.post else ()
    result = repaired(source, parsed.post, (*parsed.problems, *(x for x in own if RULES[x.code].fixable)), CONFIG)
    return result.text, result.left


MENDS = [
    ("title: 'Scans &#x5b;Diary&#x5d; don&#39;t stop'  # a remark", "title: 'Scans [Diary] don''t stop'  # a remark"),
    ('title: "A &quot;quoted&quot; \\\\ word &amp; more"', 'title: "A \\"quoted\\" \\\\ word & more"'),
    ("title: Tips &amp; tricks", "title: 'Tips & tricks'"),
    ("title: Caf&eacute; noir", "title: Café noir"),
    ("title: Tips &colon; tricks", "title: 'Tips : tricks'"),
    ("title: 'With a \x07bell'", "title: 'With a bell'"),
    ("title: Exploit for cve-2025-12345", "title: Exploit for CVE-2025-12345"),
]


@pytest.mark.parametrize(("before", "after"), MENDS)
def test_a_title_is_mended_in_the_quotes_that_it_has(before: str, after: str):
    frame = "---\r\n# a comment\r\n{}\r\ndate:   2025-09-08 # the day\r\ntags: [ a,b ]\r\n---\r\nTexte.\r\n"
    text, left = mend(frame.format(before))
    assert (text, left) == (frame.format(after), ())


@pytest.mark.parametrize(("before", "after"), [
    ("Voici un résumé de l'article :\n\n**Une faille**\n", "**Une faille**\n"),
    ("Voici un résumé de l'article :\r\n\r\n**Une faille**\r\n", "**Une faille**\r\n"),
    ("Bien sûr !\nVoici un résumé :\n\n\nTexte.", "Texte."),
    ("CVE–2025–12345, `cve-2025-12345` et\u2028cve 2025 12345.",
     "CVE-2025-12345, `cve-2025-12345` et\u2028CVE-2025-12345."),
    ("Un\x00 texte.\x0b\r\nFin.", "Un texte.\r\nFin."),
    ("[x](https://example.org/a?fbclid=12)\n\n[Source](https://example.org/a?fbclid=1)",
     "[x](https://example.org/a?fbclid=12)\n\n[Source](https://example.org/a)"),
    ("Texte.\n\n[Source](https://example.org/a?utm_source=x&b=1#c){:target=\"_blank\"}\n",
     "Texte.\n\n[Source](https://example.org/a?b=1#c){:target=\"_blank\"}\n"),
])
def test_a_mend_changes_nothing_else(before: str, after: str):
    assert mend(HEADER + before) == (HEADER + after, ())


def test_what_cannot_be_mended_safely_is_left_to_the_author():
    text = HEADER + "Voici un résumé de l'article : le groupe a publié 3.2 Go de données. Les victimes le savent.\n"
    assert mend(text) == (text, ("V102",))
    folded = "---\ntitle: >\n  Tips &amp; tricks\ndate: 2025-09-08\n---\nTexte.\n"
    assert mend(folded) == (folded, ("V203",))


@given(PIECES, st.sampled_from(
    ["Tips &amp; tricks", "'&#39;&lt;'", '"&quot;\\t"', "&#58; x", "a &#35; b", "[&amp;]", "x\x07"]
))
def test_a_mended_file_is_not_mended_again_and_means_the_same(body: str, title: str):
    before = f"---\ntitle: {title}\ndate: 2025-09-08\n---\n{body}"
    after, _ = mend(before)
    assert mend(after)[0] == after
    old, new = (parse_post(Source("note.md", text.encode()), CONFIG, "").post for text in (before, after))
    assert (old is None) == (new is None)
    if old and new:
        assert (old.url, old.date, old.tags, len(old.aliases)) == (new.url, new.date, new.tags, len(new.aliases))
        assert old.title.upper() == new.title.upper() or "cve" in old.title.lower()


def test_exactly_the_fixable_rules_have_a_mend():
    assert {code for code, rule in RULES.items() if rule.fixable} == set(FIXABLE)


@pytest.mark.parametrize(("url", "clean"), [
    ("https://a.example/x?utm_source=1", "https://a.example/x"),
    ("https://a.example/x?a=1&utm_source=1&b=%20#f", "https://a.example/x?a=1&b=%20#f"),
    ("https://a.example/x?gclid=1#f", "https://a.example/x#f"),
    ("https://a.example/x?", "https://a.example/x?"),
    ("https://a.example/x?a=utm_source", "https://a.example/x?a=utm_source"),
])
def test_tracking_is_removed_and_nothing_else(url: str, clean: str):
    assert untracked(url) == clean


@pytest.mark.parametrize("other", [
    "http://example.org/a", "https://www.example.org/a/", "https://EXAMPLE.org/a#part",
    "https://example.org//a?utm_id=3", "https://example.org/a/index.html", "https://example.org:443/a?fbclid=x",
])
def test_addresses_of_one_page_are_one(other: str):
    assert same_page(other) == same_page("https://example.org/a")


@pytest.mark.parametrize("other", ["https://example.org/b", "https://example.org/A", "https://example.org/a?id=2",
                                   "https://other.example.org/a"])
def test_addresses_of_two_pages_are_two(other: str):
    assert same_page(other) != same_page("https://example.org/a")


@pytest.fixture
def empty(tmp_path: Path) -> TinySite:
    """A site that has settings and no note."""
    return make_site(tmp_path / "site", {})


FIRST, SECOND = "content/posts/2025-09-08-first.md", "content/posts/2025-09-09-second.md"


@pytest.fixture
def twins(tmp_path: Path) -> TinySite:
    """Two good notes about one page, on two days."""
    other = GOOD.replace("https://example.org/serveur", "http://www.example.org/serveur/?utm_source=x")
    return make_site(tmp_path / "site", {FIRST: note("Un", GOOD), SECOND: note("Deux", other)})


def said(site: TinySite, *arguments: str) -> dict[str, list[str]]:
    """Path → codes, as the JSON document tells them."""
    document = json.loads(site.run("check", "--format", "json", *arguments).out)
    found: dict[str, list[str]] = {}
    for item in document["problems"]:
        found.setdefault(item["path"], []).append(item["code"])
    return found


def test_a_second_summary_of_a_source_is_told_at_its_address(twins: TinySite):
    assert said(twins) == {SECOND: ["V301", "V302"]}
    assert f"{SECOND}:21:10: warning V301: {FIRST} summarises the same source" in twins.run("check").out


def test_paths_limit_what_is_told_not_what_is_compared(twins: TinySite):
    assert said(twins, str(twins.root / FIRST)) == {SECOND: ["V301"]}  # of the two, either may be the one to mend
    assert said(twins, str(twins.root / SECOND)) == {SECOND: ["V301", "V302"]}
    assert said(twins, str(twins.root / "content")) == {SECOND: ["V301", "V302"]}


def test_a_path_outside_the_site_is_wrong_usage(twins: TinySite, tmp_path: Path):
    ran = twins.run("check", str(tmp_path))
    assert ran.exit_code == 2
    assert "not in the site's folder" in ran.err


def git(site: TinySite, *arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *name, *arguments], cwd=site.root, check=True, capture_output=True)


def test_only_notes_changed_since_a_revision_are_told(twins: TinySite):
    git(twins, "init", "-q", "-b", "main")
    git(twins, "add", ".")
    git(twins, "commit", "-q", "-m", "all")
    assert said(twins, "--changed-since", "HEAD") == {}
    third = "content/posts/2025-09-10-été.md"
    twins.write({third: note("Trois", GOOD)})
    assert said(twins, "--changed-since", "main") == {third: ["V301"]}
    git(twins, "checkout", "-q", "-b", "more")
    git(twins, "add", ".")
    git(twins, "commit", "-q", "-m", "third")
    assert said(twins, "--changed-since", "main") == {third: ["V301"]}
    ran = twins.run("check", "--changed-since", "nowhere")
    assert ran.exit_code == 2
    assert "'nowhere' is not a revision" in ran.err
    assert twins.run("check", "--changed-since", "--output=x").exit_code == 2


def test_what_a_changed_note_does_to_an_old_one_is_told_though_it_stands_there(twins: TinySite):
    git(twins, "init", "-q", "-b", "main")
    git(twins, "add", ".")
    git(twins, "commit", "-q", "-m", "all")
    git(twins, "checkout", "-q", "-b", "more")
    before = "content/posts/2001-01-01-avant.md"
    twins.write({before: note("Zéro", GOOD, date="2001-01-01", permalink="/ici/")})
    first = said(twins, "--changed-since", "main")
    assert "V301" in next(codes for path, codes in first.items() if path != before)
    twins.write({"content/posts/2025-09-20-ici.md": note("Ici", GOOD, permalink="/ici/")})
    git(twins, "add", ".")
    git(twins, "commit", "-q", "-m", "more")
    twins.write({before: note("Zéro", GOOD, date="2001-01-01", permalink="/ici/") + "\n"})
    ran = twins.run("check", "--changed-since", "HEAD")
    assert ran.exit_code == 1
    assert "V208" in ran.out


def test_in_a_shallow_clone_the_remedy_is_to_fetch_more(twins: TinySite, tmp_path: Path):
    git(twins, "init", "-q", "-b", "main")
    git(twins, "add", ".")
    git(twins, "commit", "-q", "-m", "all")
    git(twins, "commit", "-q", "--allow-empty", "-m", "more")
    clone = tmp_path / "clone"
    git(twins, "clone", "-q", "--depth", "1", twins.root.as_uri(), str(clone))
    ran = TinySite(clone).run("check", "--changed-since", "HEAD~1")
    assert ran.exit_code == 2
    assert "fetch-depth: 0" in ran.err
    assert TinySite(clone).run("check", "--changed-since", "HEAD").exit_code == 0


def test_without_a_repository_a_revision_is_wrong_usage(twins: TinySite, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(twins.root.parent))
    ran = twins.run("check", "--changed-since", "main")
    assert ran.exit_code == 2
    assert "is in no repository of git" in ran.err


def test_no_name_of_a_file_and_no_line_of_a_note_moves_the_cursor(empty: TinySite):
    name = "content/posts/2025-09-08-\x1b[2J\n.md"
    empty.write({name: note("A \x1b[31m title", f"{GOOD}\n<red\x0b> cve-2025-1\x0b2345")})
    for arguments in (["check"], ["check", "--fix"], ["check", "--format", "github"], ["list"]):
        ran = empty.run(*arguments)
        assert "2025-09-08-" in ran.out
        assert not set("\x1b\x0b").intersection(ran.out + ran.err)
    assert {line.count("\t") for line in empty.run("list").out.splitlines()} == {3}


def test_a_form_feed_ends_no_line_of_a_shown_difference(empty: TinySite):
    empty.write({"content/posts/2025-09-08-a.md": note("A", f"{GOOD}\nWords\x0cof cve-2025-12345.")})
    shown = empty.run("check", "--fix").out
    assert "\n-Words\N{REPLACEMENT CHARACTER}of cve-2025-12345.\n+Wordsof CVE-2025-12345.\n" in shown


def test_exit_status_follows_the_worst(twins: TinySite):
    assert twins.run("check").exit_code == 0
    assert twins.run("check", "--strict").exit_code == 1
    twins.write({FIRST: note("Un", "Erreur lors de la génération du résumé : 503 UNAVAILABLE.")})
    assert twins.run("check").exit_code == 1


def test_the_worst_is_told_first(twins: TinySite):
    twins.write({"content/posts/2025-09-10-z.md": note("Z", "Erreur lors de la génération : 503 UNAVAILABLE.")})
    lines = [line for line in twins.run("check").out.splitlines() if re.match(r"content/\S+: ", line)]
    words = [line.split()[1] for line in lines]
    assert words == sorted(words, key=["error", "warning", "info"].index)
    assert words[0] == "error"


def test_check_sees_drafts_and_posts_to_come(empty: TinySite):
    empty.write({"content/posts/2025-09-08-a-note.md": note("A", "Voici un résumé :\n\n" + GOOD, draft=True),
                "content/posts/2099-01-01-b.md": note("B", "503 UNAVAILABLE")})
    assert set(said(empty)) == {"content/posts/2025-09-08-a-note.md", "content/posts/2099-01-01-b.md"}


def test_check_says_what_a_build_says(empty: TinySite):
    empty.write({"content/posts/2025-09-08-a-note.md": note("A", GOOD + "\n[x](/nowhere/)\n"),
                "content/posts/2025-09-09-b.md": "---\ntitle: 'Don't'\ndate: 2025-02-30\n---\nText.\n"})
    found = said(empty)
    assert found["content/posts/2025-09-09-b.md"] == ["V201"]
    assert "V701" in found["content/posts/2025-09-08-a-note.md"]
    assert not (empty.root / "output").exists()


def test_what_a_build_lets_pass_is_an_error_at_the_desk(empty: TinySite):
    empty.write({"content/posts/2025-09-08-a-note.md": note("A", "Un \x07 texte, [et](/nowhere/) un lien.\n\n" + GOOD)})
    assert {found.severity for found in empty.build().problems} == {Severity.WARNING}
    out = empty.run("check").out
    assert "error V604" in out
    assert "error V701" in out


SETTINGS = "check: {{severity: {{{}}}, tags: {{{}}}}}"


@pytest.mark.parametrize(("everywhere", "by_tag", "word"), [
    ("", "", "warning"), ("V301: error", "", "error"), ("duplicate-source: info", "", "info"), ("V301: off", "", ""),
    ("V301: error", "a b: {V301: info}", "info"), ("", "a-b: {V301: off}, c: {V301: error}", ""),
    ("V301: off", "c: {V301: error}", "error"), ("V301: info", "d: {V301: off}", "info"),
])
def test_a_severity_is_the_rules_the_sites_or_the_tags(tmp_path: Path, everywhere: str, by_tag: str, word: str):
    site = make_site(tmp_path / "site", {
        FIRST: note("Un", GOOD), SECOND: note("Deux", GOOD, tags=["A b", "c"]),
    }, config=SETTINGS.format(everywhere, by_tag))
    found = re.findall(r"(\w+) V301:", site.run("check").out)
    assert found == ([word] if word else [])


def test_a_note_sets_a_rule_aside_with_a_reason(twins: TinySite):
    twins.write({SECOND: note("Deux", GOOD, ignore='{V301: "a second look"}')})
    assert said(twins) == {}
    twins.write({SECOND: note("Deux", GOOD, ignore='["duplicate-source: a second look"]')})
    assert said(twins) == {}
    twins.write({SECOND: note("Deux", GOOD, ignore="[V301]")})
    assert said(twins) == {SECOND: ["V212"]}
    twins.write({SECOND: note("Deux", GOOD, ignore="{V999: x, V201: y, V301: z}")})
    assert said(twins) == {SECOND: ["V212", "V212"]}


def test_a_quarantined_note_is_on_no_page_and_the_build_says_so(tmp_path: Path):
    bad = "content/posts/2025-09-10-bad.md"
    files = {FIRST: note("Un", GOOD), bad: note("Panne", "Erreur lors de la génération : 503 UNAVAILABLE.")}
    site = make_site(tmp_path / "site", files, config="check: {quarantine: [V101]}")
    for _ in range(2):  # the second time from what the first remembered
        report = site.build(strict=True)
        assert report.changes
        assert (report.posts, report.quarantined) == (1, (bad,))
        (found,) = report.problems
        assert (found.path, found.code, found.severity) == (bad, "V101", Severity.WARNING)
    assert "1 post in quarantine." in site.run("build").out
    assert not site.has("/posts/2025/09/10/bad/")
    assert "Panne" not in site.page("/")
    assert said(site)[bad] == ["V101"]
    assert '"state": "quarantined"' in site.run("list", "--format", "json").out
    assert site.run("check", "--strict").exit_code == 0
    assert "1 note in quarantine." in site.run("check").out
    site.write({bad: files[bad].replace("title:", "ignore: {V101: it is the news}\ntitle:")})
    assert site.build().posts == 2


def test_a_build_without_quarantine_runs_no_rule(empty: TinySite):
    empty.write({"content/posts/2025-09-10-bad.md": note("Panne", "503 UNAVAILABLE")})
    assert empty.build().problems == ()


def test_fix_shows_the_difference_and_has_nothing_to_do_the_second_time(empty: TinySite):
    path = "content/posts/2025-09-08-a-note.md"
    empty.write({path: note("Tips &amp; tricks", "Voici un résumé :\n\n" + GOOD)})
    ran = empty.run("check", "--fix")
    assert "-title: 'Tips &amp; tricks'\n+title: 'Tips & tricks'" in ran.out
    assert "-Voici un résumé :" in ran.out
    assert f"{path}: mended V203, V102" in ran.out
    assert ran.out.endswith("1 note: nothing to say.\n")
    after = (empty.root / path).read_bytes()
    assert empty.run("check", "--fix").out == "1 note: nothing to say.\n"
    assert (empty.root / path).read_bytes() == after
    assert [file.name for file in (empty.root / "content/posts").iterdir()] == ["2025-09-08-a-note.md"]


def test_fix_leaves_alone_what_is_not_asked_for_or_set_aside(twins: TinySite):
    twins.write({FIRST: note("Tips &amp; tricks", GOOD), SECOND: note("A &lt; B", GOOD, ignore='{V203: "on purpose"}')})
    twins.run("check", "--fix", str(twins.root / SECOND))
    assert "&amp;" in (twins.root / FIRST).read_text("utf-8")
    assert "&lt;" in (twins.root / SECOND).read_text("utf-8")


def test_annotations_are_escaped_as_github_reads_them():
    found = problem("V701", "a,b: 100%.md", 3, 7, "50% of\r\nit::x", "mend, or: leave")
    assert annotation(found, "site/") == (
        "::warning file=site/a%2Cb%3A 100%25.md,line=3,col=7,title=V701 dead-link::"
        "50%25 of%0D%0Ait::x%0A→ mend, or: leave"
    )


def test_github_gets_annotations_and_a_table(twins: TinySite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    twins.write({FIRST: note("Un", GOOD + "\nUn | deux <x>: [a](/nowhere|x/)\n")})
    out = twins.run("check", "--format", "github").out
    assert f"::error file=site/{FIRST},line=" in out
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert "| error | V701 dead-link | 1 |" in summary
    rows = [line for line in summary.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) in (4, 5) for row in rows)


def test_json_is_the_documented_document(twins: TinySite):
    document = json.loads(twins.run("check", "--format", "json").out)
    assert document["version"] == 1
    assert document["notes"] == 2
    assert document["counts"] == {"error": 0, "warning": 1, "info": 1}
    assert document["codes"] == {"V301": 1, "V302": 1}
    assert document["problems"][0] == {
        "path": SECOND, "line": 21, "column": 10, "severity": "warning", "code": "V301", "rule": "duplicate-source",
        "message": f"{FIRST} summarises the same source",
        "hint": "complete that note and delete this one, or set the rule aside: ignore: {V301: reason}",
        "excerpt": '[Source](http://www.example.org/serveur/?utm_source=x){:target="_blank"}', "fixable": False,
    }


def test_sarif_has_what_the_standard_requires(twins: TinySite):
    twins.write({"content/posts/2025-09-11-é t.md": note("Un", "503 UNAVAILABLE"), "content/posts/x.md": b"\xff"})
    log = json.loads(twins.run("check", "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "veille"
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert "Remedy:" in rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", place["artifactLocation"]["uri"])
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        region = place.get("region", {"startLine": 1})
        assert region["startLine"] >= 1
        assert region.get("startColumn", 1) >= 1


def test_no_colour_reaches_a_file_and_all_problems_do(twins: TinySite):
    ran = twins.process("check")
    assert "\x1b" not in ran.out
    assert ran.out.count("V30") >= 2


def test_a_rule_is_explained_by_code_or_name(site: TinySite):
    by_code, by_name = site.run("explain", "v301"), site.run("explain", "duplicate-source")
    assert by_code == by_name
    assert by_code.out.startswith("V301 duplicate-source (warning)\n")
    assert all(code in site.run("explain").out for code in RULES)
    assert site.run("explain", "V999").exit_code == 2
    assert "V301 duplicate-source" not in site.run("explain", "duplicate-sorce").out


def test_a_site_without_settings_is_told_so(tmp_path: Path):
    site = make_site(tmp_path / "site", config=None)
    ran = site.run("check")
    assert ran.exit_code == 1
    assert "V001" in ran.out


def test_what_a_check_remembers_changes_nothing_it_says(twins: TinySite):
    first = twins.run("check").out
    assert twins.run("check").out == first
    twins.write({FIRST: note("Un", GOOD.replace("example.org/serveur", "example.org/other"))})
    assert said(twins) == {SECOND: ["V302"]}
    (twins.root / ".veille/check.cache").write_bytes(b"damaged")
    assert said(twins) == {SECOND: ["V302"]}


@pytest.mark.parametrize("piece", [
    "[", "[]", "[a](", "](", "`", "` ", "`` ` ", "**", "** ", "<a ", "<a href=", "(", "\\", "CVE-", "cve 2025 1234 ",
    "evil[.]", "a.", "l'article ", "l'article fourni ", "voici ", "avec CVE ", "(si ", "[à rédiger : ", "```\n",
    "*   `\n", "https://", "&amp;", "  ", "\u00a0", "http://1.1.1.1 ",
])
def test_a_hostile_line_costs_no_time(piece: str):
    source = Source("note.md", f"{HEADER}{piece * (100_000 // len(piece))}{SOURCE}".encode())
    template = parse_post(Source("note.md", f"{HEADER}Texte.{SOURCE}".encode()), CONFIG, "").post
    started = time.process_time()
    judge(draft(source, template))
    assert time.process_time() - started < 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("height", "width", "plain"), [
    (30, 100, False), (24, 80, True), (15, 40, False),
])
def test_a_terminal_gets_one_screen_the_worst_first_and_colours_unless_told(
    tmp_path: Path, height: int, width: int, plain: bool
):
    files = {f"content/posts/2025-09-{day:02}-n.md": note(f"N {day}", "503 UNAVAILABLE") for day in range(1, 29)}
    many = "`a\n\n**b\n\n<u1>, CVE-2025-XXXX\n" + SOURCE
    files["content/posts/2025-10-01-o.md"] = note("cve-2025-12345  Аpple &amp;", many)
    site = make_site(tmp_path / "site", files)
    said = on_a_terminal(site, ["check"], "stdout", height, width, plain)
    lines = re.sub(r"\x1b\[[\d;]*m", "", said).splitlines()
    assert "error V101" in lines[0]
    assert re.search(r"[34]\d more problems with --all\.", lines[-1])
    assert sum(-(-len(line) // width) or 1 for line in lines) < max(height, 20)  # one problem is always told
    assert ("\x1b[31m" in said) != plain


def on_a_terminal(
    site: TinySite, command: list[str], stream: str, height: int, width: int, plain: bool = True
) -> str:
    """What a terminal of this size gets from a stream of the command's."""
    import fcntl
    import pty
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "LINES", "COLUMNS")}
    environment |= {"PYTHONPATH": str(REPOSITORY), "TERM": "xterm"} | ({"NO_COLOR": "1"} if plain else {})
    order = [sys.executable, "-m", "generator", *command]
    with subprocess.Popen(order, cwd=site.root, env=environment, **{stream: inner}):
        os.close(inner)
        said = b""
        with contextlib.suppress(OSError):  # how Linux ends a pseudo-terminal
            while piece := os.read(outer, 65536):
                said += piece
    os.close(outer)
    return said.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("broken", "first"), [(True, ": error V"), (False, ": warning V203")])
def test_a_build_too_tells_a_terminal_one_screen_the_worst_first(tmp_path: Path, broken: bool, first: str):
    files = {f"content/posts/2025-09-{day:02}-n.md": note(f"N &amp; {day}") for day in range(1, 29)}
    if broken:
        files["content/posts/2025-10-01-o.md"] = "---\ntitle: 'Don't'\n---\n"
    lines = on_a_terminal(make_site(tmp_path / "site", files), ["build", "-q"], "stderr", 24, 100).splitlines()
    assert first in lines[0]
    assert len(lines) < 24
    assert any(re.search(r"… and 2\d more: veille check --all tells them", line) for line in lines[-2:])
