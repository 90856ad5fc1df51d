"""Measurements: how fast veille builds, beside other generators, and how well it reads real posts."""
