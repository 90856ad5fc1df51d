"""WordPress bodies as HTML that stands in a Markdown file: paragraphs as the blog showed them, one after another."""

from __future__ import annotations

import re
from bisect import bisect
from html import escape
from itertools import pairwise

from generator.importers.embeds import Pictures, each, still

_BLOCK = (
    "address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|h[1-6]|header|hr|li|main|"
    "nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_STARTS = re.compile(rf"</?(?:{_BLOCK})\b|<!--", re.IGNORECASE)
_BLOCK_MARK = re.compile(r"(?<![ \t])[ \t]*+<!-- /?wp:(?:(?!<!--).)*?-->[ \t]*+\n?", re.DOTALL)
_BREAK = re.compile(r"<!--(?:more(?:(?!<!--).)*?|nextpage)-->")
_WHOLE = {name: re.compile(rf"<({name})\b", re.IGNORECASE) for name in ("pre", "table")}
_WHOLE_END = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in _WHOLE}
_CODE = re.compile(r"\[(code|sourcecode)([^\]]{0,300})\]")
_CODE_END = {name: re.compile(rf"\[/{name}\]") for name in ("code", "sourcecode")}
_CAPTION = re.compile(
    r"\[caption[^\]]{0,500}\]\s*+((?:<a [^>]{0,2000}>\s*+)?<img [^>]{0,2000}>\s*+(?:</a>)?)(.{0,2000}?)\[/caption\]",
    re.DOTALL,
)
_SHORTCODE = re.compile(r"(?<!\[)\[/?([a-z][a-z0-9_-]{2,40})(?=[\s\]/])[^\]\n]{0,500}\](?![(\]\[:])", re.IGNORECASE)
_TAG = re.compile(rf"<(/?)({_BLOCK})\b[^<>]*>", re.IGNORECASE)
_HOLDERS = frozenset(("article", "aside", "blockquote", "details", "div", "main", "section"))
_DEEPEST = 100  # blocks inside one another
_BROKEN = re.compile(r"<br\s*/?>$", re.IGNORECASE)
_EMPTY = re.compile(r"\n[ \t]*\n")
_HOLD, _HELD = "\x02{}\x03", re.compile("\x02(\\d+)\x03")  # no control character is left in a body


def body(content: str, pictures: Pictures) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """The body's HTML, blocks apart by empty lines; the names of shortcodes that stand in it as they are; what `still`
    did to it.
    """
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    text = _BREAK.sub("\n\n", _BLOCK_MARK.sub("", text) if "<!-- wp:" in content else text)
    held: list[str] = []

    def hold(block: str) -> str:
        held.append(block)
        return f"\n\n{_HOLD.format(len(held) - 1)}\n\n"

    text = each(text, _CODE, _CODE_END, lambda found, inside, _: hold(
        f"<pre><code{_language(found[2])}>{_code(inside)}</code></pre>"
    ))
    def whole(found: re.Match[str], inside: str, end: str) -> str:
        return hold(f"{found[0]}{inside}{end}")

    text = each(text, _WHOLE["pre"], _WHOLE_END, whole)
    text, done = still(text, pictures)
    text = each(text, _WHOLE["table"], _WHOLE_END, whole)
    if "[/caption]" in text:
        text = _CAPTION.sub(
            lambda found: f"\n\n<figure>{found[1].strip()}<figcaption>{found[2].strip()}</figcaption></figure>\n\n",
            text,
        )
    shortcodes = tuple(dict.fromkeys(found[1].lower() for found in _SHORTCODE.finditer(text)))
    blocks = (part.strip("\n") for part in _EMPTY.split(_apart(text)))
    shown = "\n\n".join(_paragraph(block) for block in blocks if block.strip())
    while "\x02" in shown:  # a held block may hold another
        shown = _HELD.sub(lambda found: held[int(found[1])], shown)
    return shown + "\n" if shown else "", shortcodes, done


def _paragraph(block: str) -> str:
    """A block as it is when it begins with one, else as a paragraph with WordPress' line breaks."""
    bare = block.strip()
    if _STARTS.match(bare) or bare.startswith("\x02"):
        return bare
    lines = [line.strip(" \t") for line in bare.split("\n")]
    broken = [line + ("\n" if _BROKEN.search(line) else "<br>\n") for line in lines[:-1]]
    return f"<p>{''.join(broken)}{lines[-1]}</p>"


def _apart(text: str) -> str:
    """The text with an empty line around each outermost block, and around the paragraphs that a block holds."""
    cuts: list[int] = []
    opened: list[tuple[str, int]] = []
    empty = [found.start() for found in _EMPTY.finditer(text)]
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if name in ("p", "hr"):
            if not opened:
                cuts += [tag.start()] if not tag[1] else []
                cuts += [tag.end()] if tag[1] or name == "hr" else []
        elif not tag[1]:
            if len(opened) == _DEEPEST:
                break
            cuts += [tag.start()] if not opened else []
            opened.append((name, tag.end()))
        elif any(name == other for other, _ in opened):
            while (last := opened.pop())[0] != name:
                pass
            if name in _HOLDERS and bisect(empty, tag.start()) > bisect(empty, last[1] - 1):
                cuts += [last[1], tag.start()]
            cuts += [tag.end()] if not opened else []
    cuts.sort()
    return "\n\n".join(text[start:end] for start, end in pairwise((0, *cuts, len(text))))


def _language(options: str) -> str:
    found = re.search(r"lang(?:uage)?=[\"']?([\w+#-]+)", options)
    return f' class="language-{found[1]}"' if found else ""


def _code(text: str) -> str:
    """Code between shortcodes, which WordPress shows as it is."""
    plain = text.strip("\n")
    return plain if re.search(r"&(?:lt|gt|amp|quot|#\d+);", plain) else escape(plain, quote=False)
