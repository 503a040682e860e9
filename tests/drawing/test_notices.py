"""A kind of notice is told once a receipt."""

from receiptgen.drawing.notices import told_once
from receiptgen.typography.blocks import Block, Frame, Gap, Row, Run


def notice(text: str, kind: str = "returns") -> Row:
    return Row((Run(text, f"footer.{kind}"),))


def test_the_first_of_a_kind_is_told() -> None:
    first, other = notice("Returns within 30 days"), notice("Tell us what you think", "survey")
    blocks: list[Block] = [first, Gap(), other, notice("Exchange within 14 days")]
    assert told_once(blocks) == [first, Gap(), other]


def test_what_another_notice_says_already_is_not_told() -> None:
    thanks = notice("THANK YOU, VISIT AGAIN!", "thanks")
    assert told_once([thanks, notice("*** Visit again ***", "goodbye")]) == [thanks]


def test_a_frame_of_nothing_else_goes_with_its_notice() -> None:
    survey, url = notice("Rate us", "survey"), Row((Run("www.shop.com", "merchant.url"),))
    assert told_once([survey, Frame((notice("Win a prize", "survey"),))]) == [survey]
    assert told_once([survey, Frame((notice("Win a prize", "survey"), url))]) == [survey, Frame((url,))]


def test_copies_signatures_and_own_lines_may_be_told_again() -> None:
    blocks: list[Block] = [notice("COPY", "copy"), notice("COPY", "copy"), Row((Run("Hello", "text"),))] * 2
    assert told_once(blocks) == blocks
