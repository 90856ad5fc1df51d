"""``python -m generator`` is ``veille``."""

from generator.cli import main

if __name__ == "__main__":
    main()
