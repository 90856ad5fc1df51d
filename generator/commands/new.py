"""``veille new``."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from generator.commands.terminal import Refused, tell


@click.command()
@click.argument("title", required=False, default="")
@click.option("--from", "article", metavar="FILE_OR_URL", help="Fill in what this article says; HTML or text.")
@click.option("--source", metavar="URL", default="", help="The address of the article that the note is about.")
@click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", help="A tag; give it again for another one.")
@click.option("--date", "when", metavar="DATE", default="", help="YYYY-MM-DD, also with a time; today by default.")
@click.option("--slug", "name", metavar="TEXT", default="", help="The last part of the address; the title by default.")
@click.option("--lang", metavar="TAG", default="", help="The note's language, when it is not the site's.")
@click.option("--draft", is_flag=True, help="Hold the note back until this is removed.")
@click.option("--edit", is_flag=True, help="Open the note in your editor ($VISUAL, $EDITOR).")
@click.pass_obj
def new(
    folder: Path, title: str, article: str | None, source: str, tags: tuple[str, ...], when: str, name: str, lang: str,
    draft: bool, edit: bool,
) -> None:
    """Begin a note: its file, front matter and sections; prints the path.

    \b
        veille new "Two flaws in a mail server are exploited" --source https://example.org/article --edit
        veille new --from saved-page.html

    With --from, the title, date, tag of the site, source, CVEs and scores come from the article; what is left to write
    is marked [à rédiger : …] or [to write: …], and `veille check` finds marks that were forgotten. The network is used
    only when --from is an address. Reading HTML needs trafilatura: pip install 'veille[article]'.
    """
    from generator import scaffold
    from generator.content.labels import WRITTEN
    from generator.content.skeleton import NewNote
    from generator.load import Options, gather
    from generator.text import one_line, slug, without_controls, without_entities
    from generator.urls import PathError

    root = folder.absolute()
    gathered, problems = gather(root, Options())
    if gathered is None:
        for found in problems:
            tell(found)
        raise click.exceptions.Exit(1)
    config = gathered.config
    language = lang[:2] if lang[:2] in WRITTEN else config.site.language
    title = one_line(without_controls(without_entities(title)))
    tags = tuple(filter(None, (one_line(without_controls(tag)) for tag in tags)))
    read = None
    note = NewNote(title, one_line(when), "", tags, draft, lang.strip(), _address(source))
    if article:
        from generator.article import ArticleError, filled, read_article

        try:
            read = read_article(article)
        except ArticleError as error:
            raise Refused(*error.args) from None
        note = filled(note, read, language)
    if not note.title:
        also = f" --from {article}" if article else ""
        raise Refused("the note has no title", f"write it after the command: veille new \"Its title\"{also}")
    day = _moment(note.date, config.site.timezone) if note.date else gathered.today
    name = slug(name or note.title) or "post"
    try:
        file = scaffold.new_note(note, name, day, config, language)
    except PathError as error:
        raise Refused(f"the address of «{note.title}» {error}", "give its last part with --slug") from None
    parsed = scaffold.read_back(file, config)
    if parsed.post is None:
        raise Refused(parsed.problems[0].message, parsed.problems[0].hint)
    posts = (source for source, _ in gathered.posts)
    there = os.path.lexists(root / file.path)
    if rival := file.path if there else scaffold.owner(parsed.post.url, name, posts, config):
        raise Refused(f"{rival} has this address already: {parsed.post.url}", "give another title, --date or --slug")
    scaffold.write(root, (file,))
    path = os.path.relpath(root / file.path)
    click.echo(path)
    if read and read.scant:
        click.echo(f"{article} holds hardly any text: is it the article?", err=True)
    if edit:
        click.edit(filename=path)


def _address(source: str) -> str:
    from generator.rules.links import untracked
    from generator.schema import BadValue
    from generator.settings import web_address

    try:
        return untracked(web_address(source.strip()))
    except BadValue as error:
        raise click.BadParameter(f"'{source}' is {error.reason}; {error.hint}", param_hint="--source") from None


def _moment(text: str, zone: str) -> datetime:
    from generator.content.dates import DateError, parse

    try:
        return parse(text, ZoneInfo(zone))[0]
    except DateError as error:
        raise click.BadParameter(f"'{text}' {error.reason}; {error.hint}", param_hint="--date") from None
