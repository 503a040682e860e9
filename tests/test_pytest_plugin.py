import pickle
from fnmatch import fnmatchcase

import numpy as np
import pytest

# Loaded once: pytester forgets what a run within this process has imported, and NumPy loads only once.
import receiptgen.drawing.receipts  # noqa: F401  # kept in sys.modules
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample

pytestmark = pytest.mark.smoke


@pytest.mark.receipt(template="parking", seed=8, profile="thermal")
def test_the_pytest_marker_takes_a_profile(receipt: Sample) -> None:
    other = Receipts([receipt_template("parking").value], seed=8, profile="thermal").draw(0)
    assert receipt.profile == "thermal"
    assert np.array_equal(receipt.page.image, other.page.image)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    # Warnings of other plugins (as pytest-asyncio's on its settings) are not ours to judge.
    pytester.makeini("[pytest]\naddopts = --strict-markers")
    return pytester


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
        from receiptgen.core.assets import packaged_names

        def test_it(receipt):
            assert (receipt.template, receipt.index) == (packaged_names("templates")[0], 0)
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
        def test_it(receipt, receipt_image_path, tmp_path):
            assert receipt_image_path == tmp_path / "receipt.png"
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
        ("profile=None", "profile: expected a name or a file, got 'None'"),
        ("sed=3", "unknown argument 'sed'; did you mean 'seed'?"),
        ("seed='x'", "seed: expected a whole number from 0 to 9223372036854775807, got 'x'"),
        ("index=-1", "index: expected a whole number from 0 to 9223372036854775807, got '-1'"),
        ("index=True", "index: expected a whole number from 0 to 9223372036854775807, got 'True'"),
        ("seed=1 << 63", "seed: expected a whole number from 0 to 9223372036854775807, got '9223372036854775808'"),
        ("'cafe', template='cafe'", "'template' is given twice"),
        ("'cafe', 1, 2, 'scan', 5", "5 arguments; there are template, seed, index, profile"),
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
