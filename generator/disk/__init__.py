"""The only rooms that open files: `read` brings a site's files in, `sync` brings its pages out."""
