"""What snippets leave to the country that they are drawn for."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record


def left_to(locale: Locale, snippet: Record, key: str) -> bool:
    """Tell whether a setting is the country's: its script is its own, and the setting is nowhere given."""
    return bool(locale.letters) and key not in snippet.model_fields_set
