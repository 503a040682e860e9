"""Tests that share what a fixture makes once a file go to one process of ``pytest -n``, which makes it once."""

import pytest


def _shares(item: pytest.Item) -> bool:
    """Tell whether a test asks for a fixture of its file's scope."""
    found = getattr(item, "_fixtureinfo", None)  # pytest has no public way
    fixtures = found.name2fixturedefs.values() if found else ()
    return any(fixture.scope == "module" for overridden in fixtures for fixture in overridden[-1:])


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run without groups: each process would make all, Ray's cluster and models included."""
    # pytest-xdist 3.8 appends the group to this, which pytest 9.2 has no longer.
    if config.getoption("dist", "no") == "loadgroup" and not hasattr(pytest.Item, "_nodeid"):
        raise pytest.UsageError("pytest-xdist makes no groups with this pytest; install both by constraints.txt")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make a group of them, unless they belong to one that several files share; before xdist looks at groups."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None and _shares(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
