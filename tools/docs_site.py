"""Hooks of mkdocs: pages that live outside docs/, links that lead out of it, and nothing fetched from elsewhere."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
# Pages of the site that lie where GitHub and packages look for them; on the site they keep their paths.
OUTSIDE = (
    "CHANGELOG.md", "CONTRIBUTING.md", "fonts/README.md",
    "receiptgen/weights/receipt.md", "receiptgen/weights/handwriting.md", "receiptgen/weights/finder.md",
)  # fmt: skip
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")
_ROW, _CODE = re.compile(r"^\|.*$", re.MULTILINE), re.compile(r"`[^`\n]+`")
# What a browser fetches by itself; links that people follow may lead anywhere.
_FETCHED = {
    ".html": re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^\s>]*"),
    ".css": re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^\s)]*"),
}
_INCLUDE = re.compile(r"^<!-- include: (\S+)#(.+?) -->$", re.MULTILINE)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside docs/."""
    for path in OUTSIDE:
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: Any) -> str:
    """Fill in sections of other pages, and turn links within the repository into links within the site."""
    source = page.file.src_uri
    home = posixpath.dirname(source if source in OUTSIDE else f"docs/{source}")
    markdown = _INCLUDE.sub(lambda found: _section(home, *found.groups()), markdown)
    # GitHub needs a backslash before a bar within code within a table, Python-Markdown prints it.
    markdown = _ROW.sub(lambda row: _CODE.sub(lambda code: code[0].replace("\\|", "|"), row[0]), markdown)

    def linked(found: re.Match[str]) -> str:
        image, text, target, anchor = found.groups()
        path = posixpath.normpath(posixpath.join(home, target))
        on_site = path if path in OUTSIDE else path.removeprefix("docs/")
        if not path.startswith("docs/") and path not in OUTSIDE:
            return f"{image}{text}"  # a file of the repository that is not on the site
        relative = posixpath.relpath(on_site, posixpath.dirname(source) or ".")
        return f"{image}[{text}]({relative}{anchor or ''})"

    return _LINK.sub(linked, markdown)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Refuse a site that would fetch anything from elsewhere."""
    for path in Path(config.site_dir).rglob("*"):
        pattern = _FETCHED.get(path.suffix)
        if pattern and (found := pattern.search(path.read_text(encoding="utf-8"))):
            raise PluginError(f"{path} fetches {found[0]!r}; put a copy into docs/")


def _section(home: str, target: str, heading: str) -> str:
    """Return the text below a heading of a page, down to the next heading of the same level."""
    text = (ROOT / home / target).read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"{target} has no section {heading!r}")
    return found[1].strip()
