"""Stores of objects: places outside this machine that are named by a URL, reached by ``fsspec``."""
