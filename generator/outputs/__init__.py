"""The rooms that turn a `Site` into files: each announces its outputs, and makes their bytes when asked."""
