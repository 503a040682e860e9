"""Who sells, by the words of a page."""

from collections.abc import Iterable, Sequence, Set

from receiptgen.extraction.assembly.address_bounds import Rows
from receiptgen.extraction.assembly.addresses import addresses_of, best_address
from receiptgen.extraction.assembly.names import (
    BRANCH,
    COMPANY,
    EDGES,
    NAME,
    has_form,
    name_groups,
    name_of,
    rows_of,
    unnoticed_companies,
    unnoticed_names,
)
from receiptgen.extraction.fields import Field, IdentifierFields, MerchantFields
from receiptgen.extraction.labelling.scored_words import ScoredWords

# Last row in which the address of a page's head may begin, and most rows from its end to a name below it.
_HIGHEST, _BELOW = 4, 3

# Groups of words by the kind of name that they may be.
_Groups = dict[str, list[list[int]]]


def merchant_of(scored: ScoredWords) -> MerchantFields:
    """Return name, address and numbers of the business; what is printed twice, as it is printed best."""
    addresses = addresses_of(scored)
    name, legal_name, branch = _names(scored, addresses)
    named = legal_name or name
    words = {index for field in (name, legal_name, branch) if field for index in field.words}
    addresses = [left for rows in addresses if (left := [row for row in rows if words.isdisjoint(row)])]
    return MerchantFields(
        name=name,
        legal_name=legal_name,
        branch=branch,
        address=_address(scored, addresses, named),
        phone=_best(scored, "merchant.phone"),
        fax=_best(scored, "merchant.fax"),
        email=_best(scored, "merchant.email"),
        url=_best(scored, "merchant.url"),
        tax_ids=_identifiers(scored, "merchant.tax_ids.number"),
        company_ids=_identifiers(scored, "merchant.company_ids.number"),
    )


def _address(scored: ScoredWords, addresses: Sequence[Rows], named: Field | None) -> tuple[Field, ...]:
    return best_address(scored, addresses, scored.words[named.words[0]].row if named else None)


def _names(scored: ScoredWords, addresses: Sequence[Rows]) -> tuple[Field | None, Field | None, Field | None]:
    """Return trading name, name of the company and branch; the first row of a branch alone is the trading name."""
    registered = _registered_rows(scored)
    everywhere = _groups(scored, addresses)
    groups = _likely_groups(scored, addresses, everywhere, registered)
    name = _surest_name(scored, NAME, groups[NAME], registered)
    near = {index for line in _address(scored, addresses, name) for index in line.words}
    companies = (
        _companies(scored, groups[COMPANY], name, near, registered)
        or [group for group in groups[BRANCH] if not registered.isdisjoint(_rows(scored, group))]
        # Its name may stand at the foot, where goods that were taken for one don't have its form.
        or _companies(scored, everywhere[COMPANY], name, near, registered)
    )
    company = _surest_name(scored, COMPANY, companies, registered)
    branches = [group for group in groups[BRANCH] if group not in companies]
    if branches and name is None and company is None:
        first, *branches = rows_of(scored, _surest(scored, BRANCH, branches))
        name = name_of(scored, NAME, first)
    return name, company, _surest_name(scored, BRANCH, branches, set())


def _groups(scored: ScoredWords, addresses: Sequence[Rows]) -> _Groups:
    """Return the groups of words of each kind of name."""
    taken = {index for rows in addresses for row in rows for index in row}
    return {role: name_groups(scored, role, taken) for role in (NAME, COMPANY, BRANCH)}


def _likely_groups(
    scored: ScoredWords, addresses: Sequence[Rows], everywhere: _Groups, registered: Set[int]
) -> _Groups:
    """Return the groups above the goods; those among them and below count where there is nothing else.

    One far below an address at the top is rather of goods: a name that went unnoticed is likelier.
    """
    first_item = next((place for place, role in enumerate(scored.roles) if role == "items.amount"), len(scored.words))
    above = {role: [group for group in groups if group[0] < first_item] for role, groups in everywhere.items()}
    last = _last_of_head(scored, addresses)
    named = [*above[NAME], *above[COMPANY]]
    if last is not None and named and all(scored.words[group[0]].row > last for group in named):
        unnoticed = unnoticed_companies(scored, registered) or unnoticed_names(scored, addresses)
        above = {NAME: unnoticed, COMPANY: [], BRANCH: above[BRANCH]} if unnoticed else above
    if not named:
        above[COMPANY] = unnoticed_companies(scored, registered)
        above[NAME] = [] if above[COMPANY] else unnoticed_names(scored, addresses)
    return above if any(above.values()) else everywhere


def _last_of_head(scored: ScoredWords, addresses: Sequence[Rows]) -> int | None:
    """Return the last row in which a name may stand for an address at the top; None where there is no such address."""
    if not addresses or scored.words[addresses[0][0][0]].row > _HIGHEST:
        return None
    return scored.words[addresses[0][-1][0]].row + _BELOW


def _best(scored: ScoredWords, role: str) -> Field | None:
    """Return the field of the group in one row whose words are the surest, the longest and the first."""
    best = _surest(scored, role, scored.groups(role, rows=0))
    return scored.field(best, role, scored.text(best).strip(EDGES) or None) if best else None


def _companies(
    scored: ScoredWords, groups: list[list[int]], name: Field | None, address: Iterable[int], registered: Set[int]
) -> list[list[int]]:
    """Return the groups that are likely a company: with its form or number, or beside the trading name or the address.

    Where there is no trading name, any is.
    """
    beside = _rows(scored, (*address, *(name.words if name else ())))
    near = registered | {row + step for row in beside for step in (-1, 0, 1)}
    likely = [group for group in groups if has_form(scored, group) or not near.isdisjoint(_rows(scored, group))]
    return likely or ([] if name else groups)


def _rows(scored: ScoredWords, indices: Iterable[int]) -> set[int]:
    return {scored.words[index].row for index in indices}


def _registered_rows(scored: ScoredWords) -> set[int]:
    """Return the rows with a number of a register beside a name, or else the one above such a number."""
    names = _rows(scored, (index for role in (NAME, COMPANY, BRANCH) for index in scored.of_role(role)))
    numbers = _rows(scored, scored.of_role("merchant.company_ids.number"))
    return {row if row in names else row - 1 for row in numbers}


def _surest_name(scored: ScoredWords, role: str, groups: list[list[int]], registered: Set[int]) -> Field | None:
    """Return the name that is the surest, whole; one with a number of a register is surer than others."""
    first = [group for group in groups if not registered.isdisjoint(_rows(scored, group))]
    best = _surest(scored, role, first or groups)
    return name_of(scored, role, best) if best else None


def _surest(scored: ScoredWords, role: str, groups: list[list[int]]) -> list[int]:
    """Return the group whose words are the surest, the longest and the first; nothing where there is none."""
    weights = [sum(scored.share(index, role) for index in group) / place for place, group in enumerate(groups, 1)]
    return groups[weights.index(max(weights))] if groups else []


def _identifiers(scored: ScoredWords, role: str) -> tuple[IdentifierFields, ...]:
    """Return numbers, each once, with what stands before them."""
    found: dict[str, IdentifierFields] = {}
    for group in scored.groups(role, rows=0):
        number = scored.field(group, role, scored.text(group).strip("()[] :;,"))
        labels = scored.labels_before(group[0])
        text = scored.text(labels).strip("()[] :;#")
        label = scored.field(labels, "label", text) if text else None
        found.setdefault("".join(filter(str.isalnum, number.value.casefold())), IdentifierFields(label, number))
    return tuple(found.values())
