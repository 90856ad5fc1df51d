"""veille: the notes of a watch become a static blog.

::

     config.yaml  content/posts/*.md        one post, pure       all posts, pure       bytes, pure            output/
          │          disk.read             content.post            site              outputs.*     disk.sync  ▲
          └──────────────► Source ───────────────► Post ───────────────► Site ────────────► Output ──────────────┘
                              └──── Diagnostic ──────┴───── Diagnostic ────┴──── Diagnostic ──► Report ──► cli

Values only go right: each stage takes frozen values and returns new ones. Imports only go down, floor by floor; each
library has one home, but msgspec, whose structs are the values. Between `Source` and `Output` nothing touches a file,
the clock, the environment or the network. ``tests/test_architecture.py`` holds all three.

=====  =========================================================  ====================================================
floor  rooms                                                      own
=====  =========================================================  ====================================================
0      ``model``, ``diagnostics``, ``text``, ``latest``           values; problems as values; words; what was made last
       ``phrases``, ``language``                                  what the site says; numbers and dates as readers write
1      ``urls``, ``yamlnodes`` (``yamlerrors``), ``config``       paths of the site; YAML with places, its errors in
       (``schema``, ``settings``)                                 plain words; settings, their types, their checks
2      ``content.*``                                              what one post is: front matter, sections, entities,
                                                                  markup
3      ``content.post``, ``content.page``                         ``parse_post``: the four above, put together; a page
4      ``site`` (``relations``, ``titlewords``), ``weeks``;        what all posts have in common, and those of a week;
       above them ``inventory``                                   the state of each
5      ``rules.*``                                                what makes a bad note that builds all the same
5      ``outputs.*``; above them ``outputs.catalogue``            ``Site`` → ``Output``: pages, feeds, data
6      ``disk.*``, ``parallel``, ``cache``, ``memo``              effects: read, write, remember; folders that no link
       ``disk.below``, ``disk.codes``                             leads out of; compiled templates, beside the program
       ``indexer``                                                the search index: Pagefind, run over what changed
       ``images``                                                 pictures for link previews, drawn by Pillow
       ``scaffold``, ``article``                                  new sites and notes; what an article says of itself
       ``importers.*``                                            other generators' blogs → files of a new site
       ``memory``, above all these                                what a process keeps that builds again and again
7      ``load``; above it ``outline``, then ``build``; above      the pipeline, once; what an author is told
       these ``check``
8      ``server.*``                                               the preview: build on every save, serve, tell pages
9      ``commands.*``; above them ``cli``                        arguments, one call, print, exit code
=====  =========================================================  ====================================================
"""
