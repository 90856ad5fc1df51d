"""What a hostile or unlucky world does to a site, and what veille makes of it."""
