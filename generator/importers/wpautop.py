"""WordPress bodies as HTML that stands in a Markdown file: paragraphs as the blog showed them, one after another."""

from __future__ import annotations

import re
from html import escape

_BLOCK = (
    "address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|"
    "iframe|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|video|audio"
)
_STARTS = re.compile(rf"</?(?:{_BLOCK})\b|<!--", re.IGNORECASE)
_WHOLE = re.compile(r"<(pre|script|style|table)\b.{0,200000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"\[(code|sourcecode)([^\]]{0,300})\](.{0,100000}?)\[/\1\]", re.DOTALL)
_CAPTION = re.compile(
    r"\[caption[^\]]{0,500}\]\s*((?:<a [^>]{0,2000}>)?\s*<img [^>]{0,2000}>\s*(?:</a>)?)(.{0,2000}?)\[/caption\]",
    re.DOTALL,
)
_SHORTCODE = re.compile(r"(?<!\[)\[/?([a-z][a-z0-9_-]{2,40})(?=[\s\]/])[^\]\n]{0,500}\](?![(\]\[:])", re.IGNORECASE)
_HOLD, _HELD = "\x02{}\x03", re.compile("\x02(\\d+)\x03")  # no control character is left in a body


def body(content: str) -> tuple[str, tuple[str, ...]]:
    """The body's HTML, blocks apart by empty lines, and the names of shortcodes that stand in it as they are."""
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[ \t]*<!-- /?wp:.*?-->[ \t]*\n?", "", text, flags=re.DOTALL) if "<!-- wp:" in content else text
    text = re.sub(r"<!--(?:more.*?|nextpage)-->", "\n\n", text)
    held: list[str] = []

    def hold(block: str) -> str:
        held.append(block)
        return f"\n\n{_HOLD.format(len(held) - 1)}\n\n"

    if text.count("[/code]") + text.count("[/sourcecode]"):
        text = _CODE.sub(lambda found: hold(f"<pre><code{_language(found[2])}>{_code(found[3])}</code></pre>"), text)
    text = _WHOLE.sub(lambda found: hold(found[0]), text)
    text = _CAPTION.sub(
        lambda found: f"\n\n<figure>{found[1].strip()}<figcaption>{found[2].strip()}</figcaption></figure>\n\n", text)
    shortcodes = tuple(dict.fromkeys(found[1].lower() for found in _SHORTCODE.finditer(text)))
    blocks = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    shown = "\n\n".join(_paragraph(block) for block in blocks if block.strip())
    while "\x02" in shown:  # a held block may hold another
        shown = _HELD.sub(lambda found: held[int(found[1])], shown)
    return shown + "\n" if shown else "", shortcodes


def _paragraph(block: str) -> str:
    """A block as it is when it begins with one, else as a paragraph with WordPress' line breaks."""
    bare = block.strip()
    if _STARTS.match(bare) or bare.startswith("\x02"):
        return bare
    broken = re.sub(r"(?<!>)[ \t]*\n[ \t]*(?!</?(?:br|li|ul|ol)\b)", "<br>\n", bare)
    return f"<p>{broken}</p>"


def _language(options: str) -> str:
    found = re.search(r"lang(?:uage)?=[\"']?([\w+#-]+)", options)
    return f' class="language-{found[1]}"' if found else ""


def _code(text: str) -> str:
    """Code between shortcodes, which WordPress shows as it is."""
    plain = text.strip("\n")
    return plain if re.search(r"&(?:lt|gt|amp|quot|#\d+);", plain) else escape(plain, quote=False)
