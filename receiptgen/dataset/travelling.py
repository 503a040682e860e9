"""The drawing of a data set on machines that see no file of this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from receiptgen.dataset.identity import check_identity
from receiptgen.dataset.plan import ChunkDrawing, Plan


@dataclass(frozen=True)
class TravellingDrawing(ChunkDrawing):
    """The drawing of chunks on machines that see no file of this one; see ``TravellingWork``.

    Attributes:
        ingredients: Versions and digests of all that the samples are made by, as this machine has them.
        files: Content of the user's own files among them that are named by paths below the current folder.
    """

    ingredients: Mapping[str, Any]
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Pack the drawing of a plan.

        Raises:
            FileError: A file of the user's can't be read any more.
        """
        return cls(plan, None, plan.ingredients.identity(), plan.ingredients.portable_files())

    def check(self) -> None:
        """Compare what this machine would draw by with what it is to be drawn by.

        Raises:
            ExecutorError: They differ.
            ConfigError: A file is missing here, or holds something else that is wrong.
        """
        check_identity(self.plan.ingredients.identity(), self.ingredients)
