"""WordPress bodies as HTML that stands in a Markdown file: paragraphs as the blog showed them, one after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from itertools import pairwise

_BLOCK = (
    "address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|"
    "iframe|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|video|audio"
)
_STARTS = re.compile(rf"</?(?:{_BLOCK})\b|<!--", re.IGNORECASE)
_BLOCK_MARK = re.compile(r"(?<![ \t])[ \t]*+<!-- /?wp:(?:(?!<!--).)*?-->[ \t]*+\n?", re.DOTALL)
_BREAK = re.compile(r"<!--(?:more(?:(?!<!--).)*?|nextpage)-->")
_WHOLE = re.compile(r"<(pre|script|style|table)\b", re.IGNORECASE)
_WHOLE_END = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in ("pre", "script", "style", "table")}
_CODE = re.compile(r"\[(code|sourcecode)([^\]]{0,300})\]")
_CODE_END = {name: re.compile(rf"\[/{name}\]") for name in ("code", "sourcecode")}
_CAPTION = re.compile(
    r"\[caption[^\]]{0,500}\]\s*+((?:<a [^>]{0,2000}>\s*+)?<img [^>]{0,2000}>\s*+(?:</a>)?)(.{0,2000}?)\[/caption\]",
    re.DOTALL,
)
_SHORTCODE = re.compile(r"(?<!\[)\[/?([a-z][a-z0-9_-]{2,40})(?=[\s\]/])[^\]\n]{0,500}\](?![(\]\[:])", re.IGNORECASE)
_NO_BREAK = re.compile(r"</?(?:br|li|ul|ol)\b")
_HOLD, _HELD = "\x02{}\x03", re.compile("\x02(\\d+)\x03")  # no control character is left in a body


def body(content: str) -> tuple[str, tuple[str, ...]]:
    """The body's HTML, blocks apart by empty lines, and the names of shortcodes that stand in it as they are."""
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    text = _BREAK.sub("\n\n", _BLOCK_MARK.sub("", text) if "<!-- wp:" in content else text)
    held: list[str] = []

    def hold(block: str) -> str:
        held.append(block)
        return f"\n\n{_HOLD.format(len(held) - 1)}\n\n"

    text = _each(text, _CODE, _CODE_END, lambda found, inside, _: hold(
        f"<pre><code{_language(found[2])}>{_code(inside)}</code></pre>"
    ))
    text = _each(text, _WHOLE, _WHOLE_END, lambda found, inside, end: hold(f"{found[0]}{inside}{end}"))
    if "[/caption]" in text:
        text = _CAPTION.sub(
            lambda found: f"\n\n<figure>{found[1].strip()}<figcaption>{found[2].strip()}</figcaption></figure>\n\n",
            text,
        )
    shortcodes = tuple(dict.fromkeys(found[1].lower() for found in _SHORTCODE.finditer(text)))
    blocks = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    shown = "\n\n".join(_paragraph(block) for block in blocks if block.strip())
    while "\x02" in shown:  # a held block may hold another
        shown = _HELD.sub(lambda found: held[int(found[1])], shown)
    return shown + "\n" if shown else "", shortcodes


def _each(
    text: str, opening: re.Pattern[str], ends: Mapping[str, re.Pattern[str]],
    become: Callable[[re.Match[str], str, str], str],
) -> str:
    """The text with what `become` makes of every opening, what is inside, and its end. Linear.

    An opening without its end is text.
    """
    out: list[str] = []
    endless: set[str] = set()
    done = at = 0
    while found := opening.search(text, at):
        name = found[1].lower()
        end = ends[name].search(text, found.end()) if name not in endless else None
        if end is None:
            endless.add(name)
            at = found.end()
            continue
        out += [text[done : found.start()], become(found, text[found.end() : end.start()], end[0])]
        done = at = end.end()
    return "".join([*out, text[done:]])


def _paragraph(block: str) -> str:
    """A block as it is when it begins with one, else as a paragraph with WordPress' line breaks."""
    bare = block.strip()
    if _STARTS.match(bare) or bare.startswith("\x02"):
        return bare
    lines = [line.strip(" \t") for line in bare.split("\n")]
    broken = [
        line + ("\n" if line.endswith(">") or _NO_BREAK.match(following) else "<br>\n")
        for line, following in pairwise(lines)
    ]
    return f"<p>{''.join(broken)}{lines[-1]}</p>"


def _language(options: str) -> str:
    found = re.search(r"lang(?:uage)?=[\"']?([\w+#-]+)", options)
    return f' class="language-{found[1]}"' if found else ""


def _code(text: str) -> str:
    """Code between shortcodes, which WordPress shows as it is."""
    plain = text.strip("\n")
    return plain if re.search(r"&(?:lt|gt|amp|quot|#\d+);", plain) else escape(plain, quote=False)
