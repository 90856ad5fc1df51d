"""The preview: builds on every save, serves what it built, and tells open pages what changed.

`serve.serve` puts the rooms together. Two processes share the work, so that a build may fork and a page never waits
for one: `builder` builds in a process of one thread; this one watches (`watch`) and serves (`web`, `live`).
"""
