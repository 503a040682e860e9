"""What other packages add, by their entry points."""

from receiptgen.core.added_points import added_points


def test_points_are_those_of_the_group() -> None:
    own = {point.name: point.value for point in added_points("pytest11")}
    assert own["receiptgen"] == "receiptgen.pytest_plugin"
    assert added_points("receiptgen.nothing") == ()
