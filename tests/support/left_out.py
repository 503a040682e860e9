"""Tests that are left out for want of a component: told in one line at the end, or failures where all must be there."""

from collections import Counter
from collections.abc import Generator

import components
import pytest
from _pytest.terminal import TerminalReporter  # the oldest pytest that we allow does not export it


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("components")
    group.addoption("--require-all", action="store_true", help="fail where a test is left out for want of a component")
    group.addoption(
        "--may-lack",
        action="append",
        choices=list(components.COMPONENTS),
        default=[],
        help="a component that --require-all does not ask for; may be given again",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*names): what of tests/support/components.py a test needs")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for what the markers of a test name, before its fixtures do."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            components.require(name)


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test was left out: the title of a component, or what another kind of skip says."""
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "a reason"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test that was left out fail, unless what it lacks may be lacking."""
    report = yield
    if report.skipped and item.config.getoption("require_all"):
        may_lack = item.config.getoption("may_lack")
        found = components.COMPONENTS.items()
        if reason(report) not in {one.title for name, one in found if name in may_lack or not one.installable}:
            report.outcome, report.longrepr = "failed", f"left out for want of {reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Count what was left out, just above pytest's closing line."""
    counts = Counter(map(reason, terminalreporter.getreports("skipped")))
    if counts:
        parts = ", ".join(f"{title} ({count})" for title, count in counts.most_common())
        terminalreporter.write_line(f"tests left out for want of: {parts}")
