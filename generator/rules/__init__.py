"""The author's rules: what makes a note that builds a bad note all the same. One room for each subject.

A rule is a generator of a `draft.Draft`; `table.NOTE_RULES` names them all. What a rule means, why, and what to do
about it, in words: ``explain/*.md``.
"""
