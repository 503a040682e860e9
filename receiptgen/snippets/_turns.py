"""Settings of kinds whose texts are known one by one."""

from typing import Literal, Self

from pydantic import Field, model_validator

from receiptgen.config.records import Record

Order = Literal["random", "each"]


class Turns(Record):
    """The order in which known texts are drawn.

    Attributes:
        order: ``random`` draws each text by chance; ``each`` draws them in turn, from the first to the last and again,
            each time in another font, so that as many samples as there are texts hold each once.
        times: How often ``draw`` draws each text where no number is asked for; of ``order: each`` only.
    """

    order: Order = "random"
    times: int = Field(default=1, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        if self.times > 1 and self.order == "random":
            raise ValueError(f"times {self.times} is for texts that are drawn in turn; add 'order: each'")
        return self
