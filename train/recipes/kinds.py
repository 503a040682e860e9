"""The recipes of all kinds of networks that read no lines."""

from collections.abc import Mapping

from .fields_recipe import FieldsRecipe
from .finder_recipe import FinderRecipe
from .kind_recipe import KindRecipe

# By the names of the kinds.
KIND_RECIPES: Mapping[str, type[KindRecipe]] = {recipe.kind.name: recipe for recipe in (FinderRecipe, FieldsRecipe)}
