"""Fields put together of scored words: what each says, the sums between them, and what these bear out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.assembly.alternatives import with_alternatives
from receiptgen.extraction.assembly.charges import charges_of, taxes_of, tenders_of
from receiptgen.extraction.assembly.checks import checked, verdict
from receiptgen.extraction.assembly.item_rows import items_of, money
from receiptgen.extraction.assembly.item_sums import item_sums
from receiptgen.extraction.assembly.merchants import merchant_of
from receiptgen.extraction.assembly.moments import date_of, number_of, time_of
from receiptgen.extraction.assembly.payments import possible_payment, with_signs
from receiptgen.extraction.assembly.solver import solve
from receiptgen.extraction.assembly.terms import terms_of, without_words
from receiptgen.extraction.fields import ChargeFields, Field, ReceiptFields
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.values.currency_signs import currency_of

# Confidence of a total below which it is a guess: of four such on photos none was right.
_SURE_ENOUGH = 0.05


def fields_of_scores(words: Sequence[PageWord], scores: NDArray[np.float32]) -> ReceiptFields:
    """Return the fields that words say by the scores of their roles.

    Args:
        words: The words of a page, at least one.
        scores: Scores float32 (words, ``OUTPUTS``), as ``network`` orders them.
    """
    return _Assembly(ScoredWords.of(words, scores)).fields()


class _Assembly:
    """Puts the fields of a page together.

    Args:
        scored: The words.
    """

    def __init__(self, scored: ScoredWords) -> None:
        self._scored = scored

    def fields(self) -> ReceiptFields:
        """Return all fields, checked."""
        scored = self._scored
        day, note = date_of(scored)
        found = ReceiptFields(
            merchant=merchant_of(scored), number=number_of(scored, "number"), invoice=number_of(scored, "invoice"),
            date=day, time=time_of(scored), currency=self._currency(), items=items_of(scored),
            items_sold=money(scored, scored.of_role("items_sold"), "items_sold"),
            discounts=charges_of(scored, "discounts"), service=_first(charges_of(scored, "service")),
            taxes=taxes_of(scored), tip=_first(charges_of(scored, "tip")), tenders=tenders_of(scored),
            saved=money(scored, scored.of_role("saved"), "saved", absolute=True),
        )  # fmt: skip
        solution = solve(scored, lambda used: terms_of(without_words(found, used)))
        found = without_words(found, frozenset(solution.words.values()))
        singles: dict[str, Any] = {name: money(scored, [index], name) for name, index in solution.words.items()}
        found = with_signs(_with_total(replace(found, **singles)))
        found, sums, impossible = possible_payment(found, solution.identities, scored.amounts)
        # An item tells nothing of the total: that comes from the amounts.
        every = [*sums, *item_sums(found.items, [tax.percent.decimal for tax in found.taxes if tax.percent])]
        failed = [identity for identity in every if not identity.holds]
        found = _without_guess(with_alternatives(checked(found, every), failed))
        unread = _unread_tip(scored, found)
        notes = filter(None, (note, unread, impossible, *dict.fromkeys(identity.told for identity in failed)))
        agrees = verdict(sums)
        if unread and agrees and found.total:
            # The sums bear out what is printed, to which more may have been written.
            agrees, found = None, replace(found, total=replace(found.total, checked=None))
        return replace(found, checked=agrees, notes=tuple(notes))

    def _currency(self) -> Field | None:
        scored = self._scored
        found = currency_of([word.text for word in scored.words], scored.amounts)
        if found is None:
            return None
        code, indices, guessed = found
        confidence = (0.6 if guessed else 0.95) * max(scored.words[index].confidence for index in indices)
        return Field(code, scored.words[indices[0]].text, confidence, tuple(indices))


def _without_guess(found: ReceiptFields) -> ReceiptFields:
    """Return fields without a total that nothing speaks for, neither the network nor a sum."""
    if found.total is None or found.total.checked or found.total.confidence >= _SURE_ENOUGH:
        return found
    return replace(found, total=None)


def _unread_tip(scored: ScoredWords, found: ReceiptFields) -> str:
    """Return a note where a row is named a tip, and neither it nor another says how much: it may be by hand."""
    bare = [] if found.tip else [row.label for row in scored.tip_rows if row.is_bare]
    return f"{bare[0]}: no amount can be read beside it; one by hand is not in the total" if bare else ""


def _with_total(found: ReceiptFields) -> ReceiptFields:
    """Return fields with what is paid as the total where nothing else is: one sum may be called anything."""
    if found.total is None and found.payable is not None:
        return replace(found, total=found.payable, payable=None)
    return found


def _first(charges: Sequence[ChargeFields]) -> ChargeFields | None:
    return charges[0] if charges else None
