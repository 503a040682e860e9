"""The drawing of a data set on machines that see no file of this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from receiptgen.core.errors import ExecutorError
from receiptgen.dataset.identity import check_identity
from receiptgen.dataset.ledger import LEDGER
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.shards import ShardDrawing
from receiptgen.storage.locations import checked_url

Task = TypeVar("Task", contravariant=True)
Result = TypeVar("Result", covariant=True)


class Drawing(Protocol[Task, Result]):
    """The drawing of parts of a data set: of its chunks or of its shards.

    Attributes:
        plan: Contents of the data set.
    """

    @property
    def plan(self) -> Plan:
        """Contents of the data set."""

    def __call__(self, task: Task, /) -> Result:
        """Draw a part."""


@dataclass(frozen=True)
class Travelling(Generic[Task, Result]):
    """A drawing that is sent to machines that see no file of this one; see ``TravellingWork``.

    Attributes:
        drawing: What is sent.
        ingredients: Versions and digests of all that the samples are made by, as this machine has them.
        files: Content of the user's own files among them that are named by paths below the current folder.
    """

    drawing: Drawing[Task, Result]
    ingredients: Mapping[str, Any]
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, drawing: Drawing[Task, Result]) -> Self:
        """Pack a drawing.

        Raises:
            FileError: A file of the user's can't be read any more.
        """
        made_of = drawing.plan.ingredients
        return cls(drawing, made_of.identity(), made_of.portable_files())

    def __call__(self, task: Task) -> Result:
        """Draw a part."""
        return self.drawing(task)

    def check(self) -> None:
        """Compare what this machine would draw by with what it is to be drawn by; look for the store, if it is in one.

        Raises:
            ExecutorError: They differ, or this machine sees another store.
            StorageError: The store refuses this machine, or can't be reached from it.
            MissingExtraError: The store needs a package that is not installed here.
            ConfigError: A file is missing here, or holds something else that is wrong.
        """
        check_identity(self.drawing.plan.ingredients.identity(), self.ingredients)
        if isinstance(self.drawing, ShardDrawing):
            _check_store(self.drawing)


def _check_store(drawing: ShardDrawing) -> None:
    """Look whether the ledger is there, which is put before anything is drawn."""
    checked_url(drawing.store.url)  # names a package that is missing
    if drawing.store.read(LEDGER) is None:
        raise ExecutorError("sees no such folder, or another one; name a store, or a disk that all nodes share")
