"""Words of the site's language: slugs, comparison forms, control characters. ``str -> str``, nothing else."""

from __future__ import annotations

import html
import re
import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LETTER = re.compile(f"[{''.join(map(chr, _LETTERS))}]")
_ACCENT = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # nearly all of them; U+034F is no accent
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_NARROW = {" ;": "\u202f;", " !": "\u202f!", " ?": "\u202f?", " »": "\u202f»", "« ": "«\u202f"}
_WIDE = re.compile(r" :(?!\S)")
IN_NUMBERS = re.compile(r" (?<=\d )(?:(?=%)|(?<!\d{4} )(?=\d{3}(?!\d)))")
"""A space between the thousands of a number, or before its per cent sign; a year is no thousand. It begins with a plain
character, for which `re` looks fast."""

LINES, MARKS = 10_000, 30_000
"""Lines and marks of Markdown of a note beyond which it is shown as it is and not understood: fifty times those of the
longest real one. Hostile text takes no longer for them."""
_MARKS = "[*_<>`&|~#-/"

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0 section 2.2 forbids or discourages in a document, besides tab, line feed and carriage return."""
_CONTROL_BYTES = bytes(code for code in (*range(32), 127) if code not in (9, 10, 13))
_CONTROL_PAIR = re.compile(b"\xc2[\x80-\x84\x86-\x9f]")

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
"""An HTML entity, as titles that were copied from a page's source hold them."""
_NUMBERED = re.compile(r"&#0*([0-9]+);?")


def fold(text: str) -> str:
    """Without accents and case, one space between words: two spellings of one word become equal."""
    bare = text.casefold()
    if not bare.isascii():
        if _LETTER.search(bare):
            bare = bare.translate(_LETTERS)
        bare = _ACCENT.sub("", unicodedata.normalize("NFKD", bare)).replace("’", "'")
        if not bare.isascii():
            bare = "".join([char for char in bare if not unicodedata.combining(char)])
    return " ".join(bare.split())


def slug(text: str, limit: int = 100) -> str:
    """A path component of ``a-z0-9`` and single hyphens, cut at a word boundary where one is near.

    Letters of other scripts stay, lower case: a title in Cyrillic has a slug. Empty when the text holds no letter or
    digit. At most `limit` characters, which also keeps non-Latin slugs below the 255 bytes of file systems.
    """
    folded = fold(text)
    ascii_only = _NOT_SLUG.sub("-", folded).strip("-")
    if not ascii_only:
        ascii_only = re.sub(r"[\W_]+", "-", folded).strip("-")
        limit = min(limit, 60)
    if len(ascii_only) <= limit:
        return ascii_only
    cut = ascii_only[: limit + 1]
    return (cut.rpartition("-")[0] if "-" in cut[limit // 2 :] else cut[:limit]).strip("-")


def normal_lines(text: str) -> str:
    """Line ends as ``\\n``: CRLF, lone CR, U+2028, U+2029 and NEL; no BOM. Lines keep their numbers.

    Editors count a lone CR and U+2028 as a line end, and so do we.
    """
    text = text.removeprefix("\ufeff")
    # A search for each costs a hundredth of the substitution.
    if "\r" in text or "\u2028" in text or "\u2029" in text or "\u0085" in text:
        text = re.sub("\r\n|[\r\u2028\u2029\u0085]", "\n", text)
    return text


def beyond_reason(text: str) -> bool:
    """Whether the text of a note has more than `LINES` or `MARKS`."""
    return len(text) > LINES and (
        text.count("\n") > LINES or (len(text) > MARKS and sum(map(text.count, _MARKS)) > MARKS)
    )


def without_controls(text: str) -> str:
    """The text without the characters of `CONTROL`; nearly always the text itself."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # for a surrogate
        return CONTROL.sub("", text)
    # Looked for among the bytes, because a pattern that begins with a set of characters costs ten times as much.
    suspect = len(data.translate(None, _CONTROL_BYTES)) < len(data) or b"\xef\xbf" in data or _CONTROL_PAIR.search(data)
    return CONTROL.sub("", text) if suspect else text


def lowered(text: str) -> bytes:
    """The bytes of the text, its ASCII letters in lower case, to look for words: a tenth of what `str.lower` takes."""
    return text.encode("utf-8", "surrogatepass").lower()


def without_entities(text: str) -> str:
    """The text with HTML entities turned into their characters; an ``&`` that begins none stays."""
    return ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def unescaped(text: str) -> str:
    """The text with references turned into characters as HTML does it, those without a semicolon too.

    `html.unescape` raises `ValueError` for a number of more than 4,300 digits.
    """
    return html.unescape(_NUMBERED.sub(_short, text)) if "&" in text else text


def _short(found: re.Match[str]) -> str:
    return f"&#{found[1]};" if len(found[1]) < 8 else "\ufffd"


def one_line(text: str) -> str:
    """The text on one line without spaces around it; no-break spaces inside are typography, and stay."""
    if "\u00a0" in text or "\u202f" in text:
        return _SPACES.sub(" ", text).strip()
    return " ".join(text.split())  # the same in a tenth of the time


def clip(text: str, limit: int) -> str:
    """The text on one line, at most `limit` characters, cut after a word and closed with an ellipsis."""
    line = one_line(text[: limit + limit // 8])  # mostly enough, and a whole body is ten times as long
    if len(line) <= limit < len(text):
        line = one_line(text)
    return shortened(line, limit)


def shortened(line: str, limit: int) -> str:
    """As `clip`, for a text that is on one line already: a tenth of the time where it holds a no-break space."""
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" \u00a0\u202f,;:.–—-(«") + "…"


def french_spaces(text: str) -> str:
    """No-break spaces where French typography wants them, in text that has ordinary spaces there.

    Narrow (U+202F) before ``; ! ?``, inside « » and in numbers (``240 000``, ``5 %``), wide (U+00A0) before ``:``. Only
    an existing space is turned: a colon in ``http://`` or in ``12:30`` has none, so technical text is left alone.
    """
    for wide, narrow in _NARROW.items():
        if wide in text:
            text = text.replace(wide, narrow)
    if " :" in text:
        text = _WIDE.sub("\u00a0:", text)
    return IN_NUMBERS.sub("\u202f", text)
