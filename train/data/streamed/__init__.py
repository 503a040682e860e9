"""Data sets in shards that lie elsewhere: found, fetched whole into a cache, and read from there."""
