"""Draws or reads rounds of samples in a process of its own, with receiptgen or a competitor: see ``ratios``.

``python round_runner.py CASE OPTIONS`` draws a round for each line of its input, the round's number, and answers with a
line of JSON: ``samples``, ``process`` and ``wall`` seconds, ``peak`` memory in MB. It uses the command line and the few
modules of Python that releases have in common.
"""

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Draw = Callable[[int], int]


def peak_memory() -> float:
    """Return the most memory of this process so far, in MB; 0 where the system does not tell."""
    try:
        marks = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return 0.0
    return int(marks[0]) / 1024


def command_line(options: dict[str, Any]) -> Draw:
    """Return rounds of ``receiptgen draw``, no sample of which is drawn twice."""
    from receiptgen.cli import app

    count: int = options["count"]

    def draw(number: int) -> int:
        out = tempfile.mkdtemp(dir=options["folder"])
        bounds = ["--start", str(number * count), "--count", str(count)]
        shared = ["--seed", "7", "--workers", "1", "--quiet", "--out", out]
        app.main(["draw", *options["arguments"], *bounds, *shared], standalone_mode=False)
        return int(count * options["per_count"])

    return draw


def live_lines(options: dict[str, Any]) -> Draw:
    """Return rounds of blocks of lines as a training run draws them."""
    from receiptgen.recognition.charset import charset
    from receiptgen.recognition.preprocess import Preprocess
    from receiptgen.train.data.line_blocks import LineStream, WeightedSource
    from receiptgen.train.data.spec import parse_spec

    table = parse_spec(options["spec"]).data.open(0)
    stream = LineStream([WeightedSource("live", table)], charset("receipt"), Preprocess(), 4, 0)
    count: int = options["count"]

    def draw(number: int) -> int:
        return sum(len(stream.block(number * count + index).widths) for index in range(count))

    return draw


def trdg(options: dict[str, Any]) -> Draw:
    """Return rounds of TextRecognitionDataGenerator: image files and a list of labels, skewed and blurred or not."""
    from trdg.generators import GeneratorFromStrings

    worn = {"skewing_angle": 3, "random_skew": True, "blur": 1, "random_blur": True} if options["worn"] else {}

    def draw(number: int) -> int:
        out = Path(tempfile.mkdtemp(dir=options["folder"]))
        images = GeneratorFromStrings(options["texts"], count=options["count"], size=32, background_type=1, **worn)
        labels = []
        for index, (image, text) in enumerate(images):
            image.save(out / f"{index:06d}.png")
            labels.append(f"{index:06d}.png\t{text}\n")
        (out / "labels.tsv").write_text("".join(labels), encoding="utf-8")
        return len(labels)

    return draw


def keep_to_one_core() -> None:
    """Keep this process to one core: threads of a pool that wait for each other spin, which takes processor time."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def read_pages(options: dict[str, Any]) -> Draw:
    """Return rounds of pages that receiptgen reads, on one core."""
    keep_to_one_core()
    from receiptgen import Reader

    reader = Reader()

    def read(_: int) -> int:
        for file in options["files"]:
            reader.read(file)
        return len(options["files"])

    return read


def rapidocr(options: dict[str, Any]) -> Draw:
    """Return rounds of pages that RapidOCR reads, on one core."""
    keep_to_one_core()
    from rapidocr import RapidOCR

    threads = dict.fromkeys(("intra_op_num_threads", "inter_op_num_threads"), 1)
    engine = RapidOCR(params={f"EngineConfig.onnxruntime.{name}": count for name, count in threads.items()})

    def read(_: int) -> int:
        for file in options["files"]:
            engine(file)
        return len(options["files"])

    return read


CASES = {
    "command_line": command_line,
    "live_lines": live_lines,
    "trdg": trdg,
    "read_pages": read_pages,
    "rapidocr": rapidocr,
}


def main() -> None:
    """Answer each line of the input."""
    # What is drawn prints warnings and bars, which are not to stand among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    draw = CASES[sys.argv[1]](json.loads(sys.argv[2]))
    for line in sys.stdin:
        process, wall = time.process_time(), time.perf_counter()
        samples = draw(int(line))
        taken = {"process": time.process_time() - process, "wall": time.perf_counter() - wall}
        print(json.dumps({"samples": samples, **taken, "peak": peak_memory()}), file=answers, flush=True)


if __name__ == "__main__":
    main()
