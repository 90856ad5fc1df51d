"""What a process that outlines a site again and again keeps of the last time. Without it, every outline is the same."""

from __future__ import annotations

from generator.model import Output, Post
from generator.outputs import contexts as c
from generator.outputs.fingerprint import fingerprint


class Known:
    """The cards and page outputs of the last outline and of this one; one for each process, empty at first.

    Equal contexts have equal fingerprints, and to compare two contexts costs a tenth of walking one: their posts are
    the same objects as long as nobody saved them.
    """

    def __init__(self) -> None:
        self._cards: dict[str, c.Card] = {}
        self._outputs: dict[str, tuple[str, Output]] = {}
        self._last = self._outputs

    def begin(self) -> None:
        """Begins an outline: what the one before the last knew is forgotten."""
        self._last, self._outputs = self._outputs, {}

    def cards(self, posts: tuple[Post, ...]) -> dict[str, c.Card]:
        """Path → card, of all posts of the site."""
        known = self._cards
        self._cards = {post.key: known.get(post.key) or c.card(post) for post in posts}
        return {post.path: card for post, card in zip(posts, self._cards.values(), strict=True)}

    def output(self, path: str, maker: str, digest: str, context: object) -> Output:
        """The output, with the fingerprint of its context and the `digest` of all else that makes it."""
        known = self._last.get(path)
        if known is None or known[0] != digest or known[1].maker != maker or known[1].context != context:
            known = digest, Output(path, maker, context, fingerprint(digest, context))
        self._outputs[path] = known
        return known[1]

    def __reduce__(self) -> tuple[type[Known], tuple[()]]:
        """Crosses to other processes empty: they outline nothing."""
        return Known, ()
