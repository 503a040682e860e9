import re
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from math import nan
from pathlib import Path

import cv2
import numpy as np
import pytest

from receiptgen.core.errors import FileError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.line_scores import LineScores, score_lines
from receiptgen.recognition.metrics import Reading
from receiptgen.train.loop.journal import AnyEntry, Ended, Progressed
from receiptgen.train.reporting.report import ReportSource, RunReport, report_html, summary_lines, write_report

EMPTY = {"meta", "img", "br"}
MAY_STAY_OPEN = {"tr", "td", "th"}


class Outline(HTMLParser):
    """Checks that what is opened is closed, and collects tags, addresses and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in EMPTY | MAY_STAY_OPEN:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(html: str) -> Outline:
    made = Outline()
    made.feed(html)
    assert made.open == []
    return made


def evaluation(name: str, *pairs: tuple[str, str]) -> LineScores:
    readings = tuple(Reading(f"{name}/{place}.png", "", *pair) for place, pair in enumerate(pairs))
    return score_lines(name, readings, 3)


def progressed(step: int, speed: float = 270.0) -> Progressed:
    return Progressed(
        step=step, seen=64 * step, seconds=step, loss=1.0, rate=1e-3, norm=1.0, images_per_second=speed, wait=0.04
    )  # fmt: skip


ENTRIES: tuple[AnyEntry, ...] = (
    progressed(1, 5.0),
    progressed(500),
    progressed(1000),
    Ended(step=1000, seen=64_000, seconds=250, reason="the time is over", best_step=900, best=0.0125),
)


@pytest.fixture
def report() -> RunReport:
    return RunReport(
        network="receipt",
        parameters=4_812_345,
        charset=Charset("abc <&€"),
        recipe="network: receipt # <b>\nminutes: 60\n",
        devices="torch on 2 CPUs",
        sources=(
            ReportSource("live:standard", 3, None, 0),
            ReportSource("tsv:<labels>.tsv", 1, 5811, 17, "9 of 99 pages"),
        ),
        entries=ENTRIES,
        evaluations=(
            evaluation("synthetic", ("12.50", "12.80"), ("TOTAL", "total")),
            evaluation("real", ("a <b>&c", "a <i>c x"), ("06/02/18", "06/02/18")),
        ),
        sheet=np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8),
        loader=912.0,
        weights=(("best", Path("runs/<x>/best.safetensors")), ("last", Path("runs/<x>/last.safetensors"))),
    )


@pytest.mark.smoke
def test_the_page_needs_no_other_file_and_no_script(report: RunReport) -> None:
    made = outline(report_html(report))
    assert "script" not in made.tags
    assert made.addresses
    assert all(address.startswith("data:image/") for address in made.addresses)
    assert "@import" not in report_html(report)
    assert "url(" not in report_html(report)


def test_whatever_comes_from_outside_is_escaped(report: RunReport) -> None:
    made = outline(report_html(report))
    assert not {"b", "i", "x", "labels"} & set(made.tags)
    for said in ("network: receipt # <b>", "tsv:<labels>.tsv", "runs/<x>/best.safetensors", "abc <&€"):
        assert said in made.text


def test_the_page_says_what_was_trained_and_how_fast(report: RunReport) -> None:
    text = outline(report_html(report)).text
    for said in (
        "receipt, 4,812,345 parameters, 7 characters",
        "1,000 steps, 64,000 lines in 4 min 10 s; the time is over",
        "torch on 2 CPUs",
        "270 images/s, 4% of the time waiting for the loader; the loader alone 912/s",
        "after 900 steps: 1.25 % CER, case-folded",
        "live:standard: 75% of the lines; generated on the fly",
        "25% of the lines; 5,811 rows, 17 skipped; 9 of 99 pages",
    ):
        assert said in text


def test_synthetic_and_real_stand_side_by_side(report: RunReport) -> None:
    html = report_html(report)
    assert "<tr><th><th>synthetic<th>real" in html
    # 6 of 10 characters, and 3 of 15.
    assert "<tr><td>CER<td>60.00 %<td>26.67 %" in html
    assert "<tr><td>CER, case-folded<td>10.00 %<td>26.67 %" in html
    assert re.search(r"<tr><td>date<td><td><td><td>1<td>0.00 %<td>100.00 %", html)


def test_edits_of_the_worst_lines_are_marked(report: RunReport) -> None:
    html = report_html(report)
    assert "12.<span class=wrong>5</span>0<br>12.<span class=wrong>8</span>0" in html
    assert "<span class=case>T</span>" in html
    # A line that is read without fault is none of them.
    assert "real/1.png" not in html


def test_confusions_are_told(report: RunReport) -> None:
    assert "<td>5&gt;8<td>1" in report_html(report)


def test_the_sheet_is_in_the_page_without_loss(report: RunReport) -> None:
    (found,) = re.findall(r"data:image/webp;base64,([^\"]+)", report_html(report))
    image = cv2.imdecode(np.frombuffer(b64decode(found), np.uint8), cv2.IMREAD_COLOR)
    assert report.sheet is not None
    assert np.array_equal(image[:, :, ::-1], report.sheet)


def test_the_terminal_has_the_figures_side_by_side_and_where_the_weights_are(report: RunReport) -> None:
    lines = summary_lines(report)
    assert lines[0] == "network:  receipt, 4,812,345 parameters, 7 characters"
    (rates,) = [line for line in lines if line.startswith("CER  ")]
    (heads,) = [line for line in lines if "synthetic" in line and "real" in line]
    assert rates.split() == ["CER", "60.00", "%", "26.67", "%"]
    assert len(rates) == len(heads)
    assert lines[-2:] == ["best weights: runs/<x>/best.safetensors", "last weights: runs/<x>/last.safetensors"]
    assert all(len(line) <= 100 for line in lines)


def test_a_run_that_got_nowhere_has_a_report_too(report: RunReport) -> None:
    bare = replace(
        report, entries=(), evaluations=(), sheet=None, sources=(), weights=(), loader=nan, charset=Charset("a"),
        recipe="",
    )  # fmt: skip
    text = outline(report_html(bare)).text
    assert "nothing yet" in text
    assert summary_lines(bare)[0].startswith("network:")
    empty = replace(report, evaluations=(evaluation("synthetic"), evaluation("real", ("a", "a"))))
    assert "<tr><td>lines<td>0<td>1" in report_html(empty)
    assert "none" in outline(report_html(empty)).text


def test_a_run_that_has_not_ended_tells_how_far_it_came(report: RunReport) -> None:
    text = outline(report_html(replace(report, entries=ENTRIES[:2], loader=nan))).text
    assert "500 steps, 32,000 lines in 8 min 20 s" in text
    assert "the loader alone" not in text


def test_a_report_is_written_whole(report: RunReport, tmp_path: Path) -> None:
    write_report(report, tmp_path / "run" / "report.html")
    assert (tmp_path / "run" / "report.html").read_text(encoding="utf-8") == report_html(report)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["report.html"]
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"file/report\.html: can't be written: "):
        write_report(report, tmp_path / "file" / "report.html")
