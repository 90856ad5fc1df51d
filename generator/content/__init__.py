"""What one post is: its front matter, its sections, what it names, its Markdown; `post` puts them together."""
