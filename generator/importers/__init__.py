"""Moving in: another generator's blog becomes a site here.

::

     folder, export          jekyll, hugo, wordpress                    plan.write        report
          └───────────────────────► Plan (files, remarks, addresses) ──────► new site ──► screen, IMPORT.md

Each importer reads what is there, touches nothing of it, and returns a `plan.Plan`: all files of the new site as
values, what was taken, translated and left, and the address that every post and page must keep.
"""
