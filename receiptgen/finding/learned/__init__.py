"""Text found by the maps of a network: bands, baselines, strips along them, level coordinates."""
