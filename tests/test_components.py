"""A test that is left out for want of a component is told, and fails where all must be there."""

import re
from pathlib import Path

import components
import pytest
from components import COMPONENTS, Component

TESTS = """
    import pytest
    from components import require

    @pytest.mark.needs("here")
    def test_of_what_is_here():
        require("here")

    @pytest.mark.parametrize("number", [1, 2])
    @pytest.mark.needs("here", "gone")
    def test_by_a_marker(number):
        raise AssertionError

    def test_by_a_call():
        require("gone")
        raise AssertionError

    @pytest.mark.needs("odd")
    def test_of_a_platform():
        raise AssertionError
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return tests on a machine that has one of three components."""
    machine = {
        "here": Component("this", lambda: True),
        "gone": Component("that", lambda: False),
        "odd": Component("a strange device", lambda: False, installable=False),
    }
    monkeypatch.setattr(components, "COMPONENTS", machine)
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\naddopts = --strict-markers")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "left_out", "-p", "no:cacheprovider", *options)


def test_what_is_left_out_is_counted_by_component_at_the_end(project: pytest.Pytester) -> None:
    result = run(project)
    result.assert_outcomes(passed=1, skipped=4)
    assert result.outlines[-2] == "tests left out for want of: that (3), a strange device (1)"


def test_a_run_that_leaves_nothing_out_says_nothing(project: pytest.Pytester) -> None:
    result = run(project, "-k", "here")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*left out*")


def test_they_fail_where_all_must_be_there(project: pytest.Pytester) -> None:
    result = run(project, "--require-all")
    result.assert_outcomes(passed=1, failed=1, errors=2, skipped=1)
    result.stdout.fnmatch_lines(["*left out for want of that*", "tests left out for want of: a strange device (1)"])


def test_what_an_environment_lacks_by_design_is_still_only_counted(project: pytest.Pytester) -> None:
    result = run(project, "--require-all", "--may-lack=gone")
    result.assert_outcomes(passed=1, skipped=4)
    result.stdout.fnmatch_lines(["tests left out for want of: that (3), a strange device (1)"])


def test_a_skip_of_another_kind_fails_where_all_must_be_there(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\n\ndef test_it():\n    pytest.skip('today')")
    run(project, "--require-all", "--may-lack=gone", "-k", "test_it").assert_outcomes(failed=1)


def test_no_test_is_left_out_past_the_table() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("*.py")}
    skipping = {name for name, text in files.items() if re.search(r"\b(skip|skipif|importorskip|xfail)\(", text)}
    assert skipping == {"components.py", Path(__file__).name}


def test_each_component_has_a_title_of_its_own() -> None:
    assert len({one.title for one in COMPONENTS.values()}) == len(COMPONENTS)
