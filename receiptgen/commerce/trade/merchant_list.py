"""Merchants of a user's own: a table or a list; what it lacks is drawn once for each merchant."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from receiptgen.commerce.trade.goods_list import Parts, Text
from receiptgen.config.named_files import Loaded, locate, named_by
from receiptgen.config.records import Record
from receiptgen.config.tables import load_rows, with_point
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weight
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import cache_of_files


class ListedMerchant(Record):
    """Somebody who sells; all but the name may be left out, and is then made up, always the same for one merchant.

    Attributes:
        name: Trading name, as printed on top.
        legal_name: Name of the company.
        branch: Name of the shop among its shops.
        address: Printed lines; in a table parted by bars, as ``Storgatan 1|111 22 Stockholm``.
        phone: Number without a label.
        fax: Likewise.
        url: Web address.
        email: Address of mail.
        tax_id: Number for taxes, with a label and a colon before it (``Org.nr: 556012-5790``) or without.
        company_id: Other number, likewise.
        weight: How often it sells, relative to the others.
    """

    name: Annotated[Text, Field(min_length=1)]
    legal_name: Text = ""
    branch: Text = ""
    address: Parts = ()
    phone: Text = ""
    fax: Text = ""
    url: Text = ""
    email: Text = ""
    tax_id: Text = ""
    company_id: Text = ""
    weight: Annotated[Weight, BeforeValidator(with_point)] = 1.0

    def dice(self, country: str) -> Dice:
        """Return dice of this merchant's own in a country, the same for every receipt and seed."""
        return Dice(key_of("merchant", country, self.name, self.branch, *self.address))


class MerchantsFile(Record):
    """The YAML file of a list of merchants.

    Attributes:
        merchants: All of them.
    """

    merchants: Annotated[tuple[ListedMerchant, ...], Field(min_length=1)]


@dataclass(frozen=True)
class MerchantList:
    """Merchants of a user's own.

    Attributes:
        rows: All of them.
    """

    rows: Sequence[ListedMerchant]

    @cached_property
    def _sums(self) -> list[float]:
        return list(accumulate(row.weight for row in self.rows))

    def draw(self, dice: Dice) -> ListedMerchant:
        """Draw a merchant by weight."""
        return self.rows[min(bisect(self._sums, dice.random() * self._sums[-1]), len(self.rows) - 1)]


@cache_of_files(maxsize=16)
def loaded_merchants(name: str) -> Loaded[MerchantList]:
    """Load a list of merchants by packaged name or path.

    Raises:
        UnknownNameError: There is no packaged list of that name.
        ConfigError: The file is wrong.
    """
    rows = load_rows(name, "merchants", ListedMerchant, MerchantsFile)
    if not any(row.weight for row in rows.value):
        raise ConfigError([f"{locate(name, 'merchants')}: the weight of one merchant must be above 0"])
    return Loaded(MerchantList(rows.value), rows.digest, rows.inputs, rows.files)


def _known_merchants(name: str, info: ValidationInfo) -> str:
    return name and named_by(name, info, "merchants", loaded_merchants)


# A packaged list of merchants, or the path of one's own; empty for none.
MerchantsName = Annotated[str, AfterValidator(_known_merchants)]
