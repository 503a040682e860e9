import pickle
from fnmatch import fnmatchcase

import numpy as np
import pytest

# Loaded once: pytester forgets what a run within this process has imported, and NumPy loads only once.
import receiptgen.drawing.receipts  # noqa: F401  # kept in sys.modules
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.single_receipts import CHOICES, SETTINGS
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.pytest_plugin import ReceiptArguments, ReceiptFactory


@pytest.mark.smoke
@pytest.mark.receipt(template="parking", seed=8, profile="thermal")
def test_the_pytest_marker_takes_a_profile(receipt: Sample) -> None:
    other = Receipts([receipt_template("parking").value], seed=8, profile="thermal").draw(0)
    assert receipt.profile == "thermal"
    assert np.array_equal(receipt.page.image, other.page.image)


@pytest.mark.smoke
def test_the_factory_takes_what_the_marker_takes(make_receipt: ReceiptFactory, worker_id: str) -> None:
    sample = make_receipt(template="parking", seed=8, profile="thermal")
    assert make_receipt.image_path(sample).parent.name.startswith("receipts")
    # Each process of xdist has a folder of its own.
    assert worker_id == "master" or f"popen-{worker_id}" in make_receipt.image_path(sample).parts


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    # Warnings of other plugins (as pytest-asyncio's on its settings) are not ours to judge.
    pytester.makeini("[pytest]\naddopts = --strict-markers")
    return pytester


@pytest.mark.smoke
def test_a_marker_chooses_template_seed_and_index(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import numpy as np
        import pytest
        from receiptgen.drawing.receipts import Receipts
        from receiptgen.drawing.template import receipt_template

        @pytest.mark.receipt(template="cafe", seed=3, index=2)
        def test_it(receipt):
            other = Receipts([receipt_template("cafe").value], seed=3).draw(2)
            assert receipt.template == "cafe"
            assert receipt.text == other.text
            assert receipt.values == other.values
            assert np.array_equal(receipt.page.image, other.page.image)
            assert receipt.page.image.dtype == np.uint8
            assert receipt.page.regions.words
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_no_marker_draws_the_first_receipt_of_the_packaged_templates(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from receiptgen.core.assets import own_names

        def test_it(receipt):
            assert (receipt.template, receipt.index) == (own_names("templates")[0], 0)
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_template_may_be_a_file(project: pytest.Pytester) -> None:
    project.makefile(".yaml", mine="extends: parking\nabout: mine\n")
    project.makepyfile(
        """
        import pytest

        @pytest.mark.receipt(template="mine.yaml")
        def test_it(receipt):
            assert receipt.template == "mine"
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_image_path_holds_the_receipts_pixels(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import cv2
        import numpy as np
        import pytest

        @pytest.mark.receipt(template="parking")
        def test_it(receipt, receipt_image_path, make_receipt):
            assert receipt_image_path == make_receipt.image_path(receipt)
            image = cv2.imread(str(receipt_image_path), cv2.IMREAD_GRAYSCALE)
            assert np.array_equal(image, receipt.page.image)
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("template='caffe'", "unknown template 'caffe'; did you mean 'cafe'?"),
        ("template='none.yaml'", "none.yaml: no such file"),
        ("template='bad.yaml'", "bad.yaml:2:1: unknown key 'shop'; there are *(and 1 more)"),
        ("template=3", "template: expected a name or a file, got '3'"),
        ("without=3", "without: expected a list, got '3'"),
        ("total='4.2.17'", "total: expected a number, got '4.2.17'"),
        ("taxes=99", "taxes: expected a list, or a number from 1 to 10, got 99"),
        ("merchant={'nam': 'A'}", "merchant: unknown key 'nam'; did you mean 'name'?"),
        ("items=[{'amount': '3.00'}], total='4.00', locale='de_DE'", "items 3.00 *, total says 4.00"),
        ("without=['totl']", "without: a receipt has no value 'totl'; did you mean 'total'?"),
        ("profile=None", "profile: expected a name or a file, got 'None'"),
        ("sed=3", "unknown argument 'sed'; did you mean 'seed'?"),
        ("seed='x'", "seed: expected a whole number from 0 to 9223372036854775807, got 'x'"),
        ("index=-1", "index: expected a whole number from 0 to 9223372036854775807, got '-1'"),
        ("index=True", "index: expected a whole number from 0 to 9223372036854775807, got 'True'"),
        ("seed=1 << 63", "seed: expected a whole number from 0 to 9223372036854775807, got '9223372036854775808'"),
        ("'cafe', template='cafe'", "'template' is given twice"),
        ("'cafe', 1, 2, 'scan', 5", "5 arguments without names; template, seed, index, profile need none"),
    ],
)
def test_a_wrong_marker_fails_with_one_line(project: pytest.Pytester, arguments: str, said: str) -> None:
    project.makefile(".yaml", bad="extends: parking\nshop: 1\nstore: 2\n")
    project.makepyfile(
        f"""
        import pytest

        @pytest.mark.receipt({arguments})
        def test_it(receipt):
            pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    report = [line for line in result.stdout.lines if line]
    heading = next(index for index, line in enumerate(report) if "ERROR at setup of test_it" in line)
    assert fnmatchcase(report[heading + 1], f"@pytest.mark.receipt: {said}")
    assert "short test summary" in report[heading + 2]


@pytest.mark.smoke
def test_the_plugin_and_its_marker_are_there_and_import_nothing_heavy(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makepyfile(
        """
        import sys

        def test_it(pytestconfig):
            assert any(line.startswith("receipt(") for line in pytestconfig.getini("markers"))
            assert not {"numpy", "cv2", "pydantic", "PIL", "receiptgen.drawing.receipts"} & sys.modules.keys()
        """
    )
    # Other plugins may import what they like.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    project.runpytest_subprocess("-p", "receiptgen.pytest_plugin").assert_outcomes(passed=1)


def test_a_receipt_goes_to_a_spawned_process(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context
        import pytest

        def read(sample):
            return sample.text, int(sample.page.image.sum())

        @pytest.mark.receipt(template="parking")
        def test_it(receipt):
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                assert pool.submit(read, receipt).result() == read(receipt)
        """
    )
    project.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.receipt(template="parking", seed=8)
def test_a_receipt_can_be_pickled(receipt: object) -> None:
    again = pickle.loads(pickle.dumps(receipt))
    assert (again.text, again.page.regions.words) == (receipt.text, receipt.page.regions.words)  # type: ignore[attr-defined]


def test_a_factory_makes_several_receipts_a_test_and_each_once_a_session(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        kept = []

        @pytest.mark.parametrize("number", [1, 2])
        def test_it(make_receipt, number):
            one, other = make_receipt(template="parking"), make_receipt(template="parking", seed=1)
            assert one.values != other.values
            assert make_receipt(seed=1, template="parking", index=0) is other
            kept.append((one, make_receipt.image_path(one), make_receipt.image_path(one).stat().st_mtime_ns))
            assert all(entry == kept[0] for entry in kept)

        @pytest.mark.receipt("parking")
        def test_marker(receipt, receipt_image_path):
            assert (receipt, receipt_image_path) == kept[0][:2]

        def test_without(make_receipt):
            bare = make_receipt(template="parking", without=["total", "facts.plate"])
            assert "total" not in bare.values and "plate" not in bare.values["facts"]
            assert make_receipt.image_path(bare) != kept[0][1]

        def test_another_template_of_one_name_is_another(make_receipt, tmp_path):
            drawn = []
            for about in "ab":
                (tmp_path / "mine.yaml").write_text(f"extends: parking\\nabout: {about}\\n")
                drawn.append(make_receipt(template=tmp_path / "mine.yaml"))
            assert drawn[0] is not drawn[1]

        def test_arrays_are_read_only(make_receipt):
            sample = make_receipt(template="parking", profile="scan")
            for array in (sample.image, sample.page.regions.quads):
                with pytest.raises(ValueError, match="read-only"):
                    array[0] = 0
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=6)


def test_a_factory_takes_values(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from decimal import Decimal
        import pytest

        ASKED = dict(total="42.17", currency="EUR", taxes=2, date="2026-03-01")

        @pytest.mark.receipt(**ASKED)
        def test_one(receipt, make_receipt):
            assert (receipt.values["total"], receipt.values["date"]) == ("42.17", "2026-03-01")
            assert (receipt.template, {**receipt.values, **receipt.unprinted}["currency"]) == ("cafe", "EUR")
            assert len(receipt.values["taxes"]) == 2
            assert make_receipt(**{**ASKED, "total": Decimal("42.17")}) is receipt
            assert make_receipt(**{**ASKED, "total": "42.18"}) is not receipt

        def test_many(make_receipt):
            long = make_receipt(items=80, without=["total"], locale="de_DE")
            assert (len(long.values["items"]), long.locale) == (80, "de_DE")
            assert "total" not in long.values
            assert make_receipt(tip="2.00", total=30).values["tip"]["amount"] == "2.00"
            short = make_receipt(items=[{"name": "Tea", "amount": "3.00"}], locale="de_DE")
            assert [item["amount"] for item in short.values["items"]] == ["3.00"]
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=2)


def test_every_value_that_may_be_given_is_an_argument() -> None:
    choices = {*CHOICES, *SETTINGS}
    assert set(ReceiptArguments.__annotations__) == choices | set(GivenReceipt.model_fields)


def test_a_parameter_chooses_the_receipt_before_the_marker(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.receipt(template="parking", seed=9)
        @pytest.mark.parametrize("receipt", [{}, {"seed": 3}, {"template": "cafe"}], indirect=True, ids=str)
        def test_it(receipt, make_receipt, request):
            wanted = {"template": "parking", "seed": 9, **request.node.callspec.params["receipt"]}
            assert receipt is make_receipt(**wanted)

        @pytest.mark.parametrize("receipt", [{"sed": 3}, 4], indirect=True)
        def test_wrong(receipt):
            pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(
        [
            "receipt: unknown argument 'sed'; did you mean 'seed'?",
            "receipt: expected a mapping of arguments as a parameter, got 4",
        ]
    )


def test_a_wrong_argument_of_the_factory_is_told_at_the_line_that_has_it(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_it(make_receipt):
            make_receipt(template="parking")
            make_receipt(tempalte="parking")
        """
    )
    result = project.runpytest_inprocess("--tb=short")
    result.assert_outcomes(failed=1)
    report = [line.strip() for line in result.stdout.lines]
    place = report.index('make_receipt(tempalte="parking")')
    assert report[place - 1].endswith(".py:3: in test_it")
    assert report[place + 1] == "E   Failed: make_receipt: unknown argument 'tempalte'; did you mean 'template'?"
    assert not any("pytest_plugin" in line for line in report[place:])
