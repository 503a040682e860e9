"""Roles of words: what the network sees of a page, what it says, and what the words of a row make of it."""
