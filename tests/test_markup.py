"""Markdown to safe HTML: reviewed cases in files, and what must hold for any text."""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
import time
from pathlib import Path

import html5lib
import pytest
from bench import agreement
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.markup import Rendered, render
from generator.model import Heading

FIXTURES = Path(__file__).parent / "fixtures" / "markup"


def cases():
    for path in sorted(FIXTURES.glob("*.md")):
        parts = re.split(r"^\.\n", path.read_text("utf-8"), flags=re.MULTILINE)
        assert len(parts) % 3 == 1, f"{path.name}: a case is a title, its input and its output, each closed by a dot"
        for title, text, expected in zip(parts[0::3], parts[1::3], parts[2::3], strict=False):
            language = "fr" if path.stem == "french" else "en"
            yield pytest.param(text, expected, language, id=f"{path.stem}: {title.strip()}")


def page(text: str, **options: object) -> Rendered:
    return render([text], **{"language": "en", "root": "../", "site_host": "blog.example", **options})  # type: ignore[arg-type]


def html(text: str, **options: object) -> str:
    return page(text, **options).stretches[0]


@pytest.mark.parametrize(("text", "expected", "language"), list(cases()))
def test_a_reviewed_case_comes_out_as_reviewed(text, expected, language):
    assert html(text.removesuffix("\n"), language=language) + "\n" == expected


# Stretches of one document


def test_a_reference_and_a_footnote_work_in_another_stretch():
    found = render(["[a][1] b[^n]", "[1]: /x\n[^n]: note"], language="en", root="")
    assert '<a href="x">a</a>' in found.stretches[0]
    assert "<li id=\"fn:n\">" in found.stretches[1]


@pytest.mark.parametrize(
    "opened", ["```\ncode", "<div>", "<script>", "**bold", "<!--", "* item", "> quote", "[a](", "    code"]
)
def test_what_a_stretch_leaves_open_never_reaches_the_next(opened):
    alone = html("plain *words*")
    found = render([opened, "plain *words*"], language="en", root="../")
    assert found.stretches[1] == alone
    assert len(found.stretches) == 2


def test_no_stretches_make_no_stretches_and_an_empty_one_stays():
    assert render([], language="fr", root="") == Rendered((), (), (), (), (), ())
    assert render(["", "a"], language="fr", root="").stretches == ("", "<p>a</p>")


def test_a_forged_cut_does_not_cut():
    assert len(render(["a\n\x1d\nb"], language="en", root="").stretches) == 1


# Headings, ids, labels


def test_a_label_takes_its_id_in_order_and_is_reported_in_its_place():
    found = render(["## Points clés", "# Suite", "text"], language="fr", root="", labels=["", "Points clés", "Fin"])
    assert found.headings == (
        (0, Heading(2, "Points clés", "points-clés")), (1, Heading(2, "Points clés", "points-clés-1")),
        (1, Heading(2, "Suite", "suite")), (2, Heading(2, "Fin", "fin")),
    )
    assert found.anchors == ("points-clés", "points-clés-1", "suite", "fin")


def test_headings_make_an_outline_without_gaps():
    text = "### a\n##### b\n###### c\n##### d\n# e\n#### f"
    assert re.findall(r"<(h\d)", html(text, bases=(3,))) == ["h3", "h4", "h5", "h4", "h3", "h4"]
    assert re.findall(r"<(h\d)", html(text, bases=(5,))) == ["h5", "h6", "h6", "h6", "h5", "h6"]


def test_each_stretch_has_its_own_outline_and_two_is_the_default_base():
    found = render(["#### a", "# b\n### c"], language="en", root="", bases=(3,))
    assert [heading.level for _, heading in found.headings] == [3, 2, 3]


def test_without_bases_the_levels_are_the_authors():
    assert re.findall(r"<(h\d)", html("# a\n#### b", bases=())) == ["h1", "h4"]


def test_an_id_is_on_the_page_once():
    found = page("# a\n\n{: #a}\nwords\n\n<p id='a'>x</p>\n\n*b*{: #a} [^1]\n\n## A\n\n[^1]: {: #a}")
    ids = re.findall(r' id="([^"]+)"', found.stretches[0])
    assert len(ids) == len(set(ids))
    assert set(ids) == set(found.anchors)


# What is told about the text


def test_links_into_the_site_are_reported_as_written():
    found = render(["[a](/x?a=1&amp;b=2) [b](https://x.example)", "<a href='#y'>c</a>\n\n<p><a href='../z'>d</a></p>"],
                   language="en", root="../")
    assert found.links == ((0, "/x?a=1&b=2"), (1, "#y"), (1, "../z"))


def test_plain_text_has_one_line_a_block():
    text = "## Titre : *ici*\n\nun\ndeux [trois](x) ![image](y.png)\n\n* a\n  * `b`\n* c\n\n```\nd\n  e\n```"
    assert page(text, language="fr").texts == ("Titre : ici\nun deux trois image\na\nb\nc\nd\ne",)
    assert page("| f | g |\n|---|---|\n| h | i |").texts == ("f\ng\nh\ni",)


def test_items_are_the_outermost_ones_without_what_is_nested():
    text = "words\n\n* one *strong*\n  * inner\n* two\n  lines\n\n  more\n\nx\n\n1. `three`"
    assert page(text).items == (("one strong", "two lines", "three"),)


# Mentions


def mention(word: str, target: str):
    def find(text: str):
        return [(match.start(), match.end(), target) for match in re.finditer(word, text)]
    return find


def test_only_the_first_mention_in_a_stretch_is_linked():
    found = render(["X and X\n\n* X", "X"], language="en", root="", mentions=mention("X", "../cve/x/"))
    link = '<a class="cve" href="../cve/x/" data-generated="">X</a>'
    assert found.stretches == (f"<p>{link} and X</p>\n<ul>\n<li>X</li></ul>", f"<p>{link}</p>")
    assert found.links == ()


def test_a_mention_in_code_a_link_or_a_heading_is_left_alone():
    text = "# X\n\n`X` [X](y) <kbd>X</kbd>\n\n    X\n\n<pre>X</pre>\n\n<p><a href='z'>X</a></p>\n\n*X*"
    written = html(text, mentions=mention("X", "x/"))
    assert written.count("data-generated") == 1
    assert '<em><a class="cve"' in written


@pytest.mark.parametrize("text", ["word\n{: #_content}", "<p id='_content'>word</p>", "## _content"])
def test_an_authors_id_is_never_one_of_the_pages_own(text):
    assert 'id="_' not in html(text)


def test_nothing_an_author_writes_looks_generated():
    text = '<p data-generated data-section="x">a</p>\n\n<b data-generated>b</b> *c*{: data-generated="1" data-x="x"}'
    assert "data-" not in html(text)


# Any text

MARKS = st.sampled_from(
    ["*", "**", "_", "`", "```\n", "~~", "[", "](", ")", "]", "[^a]", "[^a]: ", "![", "<", ">", "<div>", "</div>",
     "<b>", "</b>", "<script>", "<!--", "-->", "<a href='", "javascript:", "'", '"', "&", "&#x6a;", "&amp;", "\\",
     "\n", "\n\n", "    ", "  \n", "# ", "#", "* ", "1. ", "> ", "|", "|-|-|\n", "---\n", "===\n", ": ", "^\n",
     "{:", "{: .a #b}", "}", "\x00", "\x02", "\x1d", "\ufffe", "\ud800", "é", " ", "a", "x", "style=", "onclick="]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(MARKS, max_size=60).map("".join))
TAG = re.compile(r"<[^>]*>")


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_any_text_comes_out_balanced_and_harmless(stretches):
    found = render(stretches, language="fr", root="../", mentions=mention("a", "b/"), labels=["l"] * len(stretches))
    assert len(found.stretches) == len(found.texts) == len(found.items) == len(stretches)
    for written in found.stretches:
        tree = html5lib.parseFragment(written, treebuilder="etree", namespaceHTMLElements=False)
        for element in tree.iter():
            assert element.tag not in ("script", "style", "iframe", "form", "input", "svg", "math", "object", "embed")
            for name, value in element.attrib.items():
                assert not name.startswith("on")
                assert name != "style"
                if name in ("href", "src"):
                    assert not re.match(r"(?i)[\s\x00-\x20]*(javascript|data|vbscript):", value)
        for tag in ("p", "div", "ul", "ol", "li", "em", "strong", "a", "pre", "code", "blockquote", "table"):
            assert len(re.findall(rf"<{tag}[ >]", written)) == written.count(f"</{tag}>")
    ids = re.findall(r'(?<= id=")[^"]+', " ".join(TAG.findall("".join(found.stretches))))
    assert len(ids) == len(set(ids))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_is_the_same_whatever_was_rendered_before(text):
    first = html(text)
    html("[a]: /b\n[^a]: c\n\n# d")
    assert html(text) == first


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["user", "a b", "x", "chaîne", "Nom"]), min_size=1, max_size=5))
def test_words_in_angle_brackets_are_seen(words):
    written = page(" ".join(f"<{word}>" for word in words if word != "x"))
    for word in words:
        assert word == "x" or f"<{word}>" in written.texts[0]


HOSTILE = ["[", "*", "* ", "_a", "**a ", "> ", ">", "`", "` ", "<", "<a ", "<!--", "<!--\n", "<b>", "<div>", "<div>\n",
           "[a](", "![", "[^a]", "{:", "{:a}\n", "\\", '"', '"a ', "&", "~~a ", "--a", "|a", "|a\n", "```\n", "* a\n  ",
           "1. ", "- \n", "a\n: b\n", "# a\n", "[a]: b\n", "&amp;", "<code>", "*a **b ", "a**b*c ", "> * ",
           "[a](b \"", "\t", "\n"]


@pytest.mark.parametrize("mark", HOSTILE, ids=repr)
def test_time_stays_in_proportion_whatever_is_repeated(mark):
    """300 kB take 0.1 to 2 seconds; a rule that takes the square of its input would take minutes."""
    text = mark * (300_000 // len(mark))
    start = time.process_time()
    page(text, language="fr")
    assert time.process_time() - start < 6


@pytest.mark.parametrize("text", [
    "".join("  " * depth + "* a\n" for depth in range(800)), "> " * 5000 + "a", "* " * 5000 + "a",
    "<div>" * 3000 + "</div>" * 3000, "<b>" * 3000 + "</b>" * 3000,
    "<div>" + "<p><b>" * 2000 + "</b></p>" * 2000 + "</div>",
    "".join(f"{'    ' * depth}[^{depth}]: a[^{depth + 1}]\n" for depth in range(300)) + "\n[^0]",
], ids=["lists", "quotes", "items", "divs", "bolds", "in a block", "notes"])
def test_nesting_beyond_reason_is_text(text):
    assert page(text).stretches[0]


def test_a_stack_that_is_too_small_leaves_the_text_as_it_is():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 40)
    try:
        found = page("> " * 20 + "a & b")
    finally:
        sys.setrecursionlimit(limit)
    assert found.stretches == (f"<pre>{'&gt; ' * 20}a &amp; b</pre>",)


# kramdown


def test_the_judge_sees_a_difference_and_folds_what_does_not_count():
    ours = agreement.events('<p>a\u202f: <a href="x" rel="noopener" id="i">b</a></p>\n<ul><li>c</li></ul>')
    assert ours == agreement.events('<p>a : <a href="x">b</a></p><ul>\n  <li>c</li>\n</ul>')
    assert ours != agreement.events('<p>a : <a href="y">b</a></p><ul><li>c</li></ul>')
    assert ours != agreement.events('<p>a : <a href="x">b</a></p><ul><li><p>c</p></li></ul>')
    assert ours != agreement.events('<p>a : <a href="x">b</a></p><ul><li>d</li></ul>')


@pytest.mark.corpus
@pytest.mark.skipif("VEILLE_CORPUS" not in os.environ, reason="needs the folder named by VEILLE_CORPUS")
def test_real_posts_give_the_tree_that_kramdown_gives():
    corpus = Path(os.environ["VEILLE_CORPUS"])
    reference = json.loads((corpus / "kramdown.json").read_text("utf-8"))
    different = [
        name for name, written in reference.items()
        if agreement.judge((name, agreement.body(corpus / "posts" / name), written))[1]
    ]
    assert len(different) <= 0.003 * len(reference), different
