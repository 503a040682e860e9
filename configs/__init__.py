"""Packaged templates, snippet sets, locales and catalogues, read through ``importlib.resources``."""
