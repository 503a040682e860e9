"""Packaged faces with their licences, read through ``importlib.resources``."""
