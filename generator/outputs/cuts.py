"""What the contexts of pages that show posts are cut from.

An output carries one of these in place of its context, and digests of the posts' keys in place of a walk over all that
the page shows: pages that stay as they are cost no more than that. Whoever makes the page has `cut` make its context;
templates see that and nothing else.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Post, Relations, Term
from generator.outputs import contexts as c
from generator.outputs.contexts import CardOf
from generator.outputs.cves import CveIndex, CvePage, cve_index, cve_page
from generator.outputs.digests import DigestCut, DigestIndexCut


class PostCut(Struct, frozen=True, gc=False):
    """`contexts.PostPage` of a post among others."""

    post: Post
    older: Post | None
    newer: Post | None
    near: Relations
    image: str = ""

    @property
    def url(self) -> str:
        """Site URL of the page."""
        return self.post.url

    def cut(self, card: CardOf) -> c.PostPage:
        """The context."""
        return c.PostPage(
            self.post.url, self.post,
            older=c.ref(self.older) if self.older else None, newer=c.ref(self.newer) if self.newer else None,
            also=tuple(map(c.kin, self.near.also)), related=tuple(map(c.kin, self.near.related)),
            image=self.image,
        )


class ListCut(Struct, frozen=True, gc=False):
    """A `contexts.Listing` or `contexts.MonthPage` with its cards still to come."""

    page: c.Listing | c.MonthPage
    posts: tuple[Post, ...]

    @property
    def url(self) -> str:
        """Site URL of the page."""
        return self.page.url

    def cut(self, card: CardOf) -> c.Listing | c.MonthPage:
        """The context."""
        return replace(self.page, cards=tuple(map(card, self.posts)))


class CveCut(Struct, frozen=True, gc=False):
    """`cves.CvePage` of a CVE."""

    term: Term

    @property
    def url(self) -> str:
        """Site URL of the page."""
        return self.term.url

    def cut(self, card: CardOf) -> CvePage:
        """The context."""
        return cve_page(self.term, card)


class CveIndexCut(Struct, frozen=True, gc=False):
    """`cves.CveIndex` of all CVEs, which come newest identifier first."""

    url: str
    """Site URL of the page."""
    terms: tuple[Term, ...]

    def cut(self, card: CardOf) -> CveIndex:
        """The context."""
        return cve_index(self.url, self.terms)


Cut = PostCut | ListCut | CveCut | CveIndexCut | DigestCut | DigestIndexCut
