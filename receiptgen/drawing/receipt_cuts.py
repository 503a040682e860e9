"""Lines or words cut out of the receipts of templates, all of them taken in turn."""

from collections.abc import Sequence
from dataclasses import replace

from receiptgen.core.distributions import Weights
from receiptgen.drawing.cuts import CUTS, Cuts
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.template import Cut, Unit, receipt_template
from receiptgen.imaging.sample import Sample


class ReceiptCuts:
    """Texts cut out of drawn receipts, endless; number ``i`` is the same in every process. Can be pickled.

    Args:
        templates: Receipt templates by name or path: ``CUTS`` texts at a time are of one, then of the next.
        unit: ``lines``, ``words`` or ``characters``.
        profile: Profile of all by name or path; empty for each template's own.
        seed: Seed of the texts.
        overrides: What goes before the templates, and the size of all images.
    """

    def __init__(
        self, templates: Sequence[str], unit: Unit, profile: str, seed: int, overrides: Overrides
    ) -> None:  # fmt: skip
        self._settings = tuple(templates), unit, profile, seed, overrides
        self._size = overrides.size_of()
        self._cuts = [
            Cuts(template.name, unit, Cut(templates=Weights({name: 1.0}), unit=unit), seed, profile or template.profile,
                 overrides)
            for name in templates
            for template in [overrides.of(receipt_template(name).value)]  # which checks them
        ]  # fmt: skip

    def __reduce__(self) -> tuple[type["ReceiptCuts"], tuple[object, ...]]:
        """Leave behind what is loaded: another process loads its own."""
        return (ReceiptCuts, self._settings)

    def draw(self, index: int) -> Sample:
        """Draw text number ``index``, from 0."""
        receipt, offset = divmod(index, CUTS)
        number, template = divmod(receipt, len(self._cuts))
        sample = self._cuts[template].draw(number * CUTS + offset)
        page = sample.page if self._size is None else self._size.apply(sample.page)
        return replace(sample, index=index, group=receipt, page=page)
