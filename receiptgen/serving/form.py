"""The form of the page, for browsers without scripts: its answers are pages that say what those of the API say."""

import json
from functools import cache

from jinja2 import Environment, PackageLoader, Template

from receiptgen.serving.answers import Answer

# Path that the form is sent to.
FORM = "/read"


def suited(path: str, answer: Answer) -> Answer:
    """Return an answer as the one who asked can show it: to the form a page, to all others JSON.

    Args:
        path: Path of the request.
        answer: Answer of the JSON API: what was read of images, or the faults of the request.
    """
    if path != FORM:
        return answer
    said = json.loads(answer.content)
    pages = said.get("pages", [said] if "lines" in said else [])
    return Answer(answer.status, _page().render(pages=pages, faults=said.get("faults", [])).encode(), "text/html")


@cache
def _page() -> Template:
    pages = Environment(loader=PackageLoader("receiptgen.serving", "pages"), autoescape=True, trim_blocks=True)
    return pages.get_template("read.html")
