"""Inputs that nobody thought of, against the promises of the rooms that read other people's texts."""
