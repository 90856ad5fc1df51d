"""One room for each command of ``veille``: its options, its help, one call, its words."""
