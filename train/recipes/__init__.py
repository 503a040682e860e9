"""Recipes: all settings of a training run, as they are read and as options change them."""
