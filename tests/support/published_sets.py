"""Small data sets of our own drawing in the layouts of published ones, with the flaws that the real archives have."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from data_sets import encoded, write
from PIL import Image

from receiptgen.drawing.sources import open_source
from receiptgen.imaging.geometry import Pixels

_WORDS = """
about: single words
locales: en_US
faces: {mono: 1}
kinds:
  word: {kind: act_word, words: 1}
"""


def drawn_words(folder: Path) -> Iterator[tuple[str, Pixels]]:
    """Yield words of the dictionary and their images, without end."""
    source = open_source(str(write(folder / "words.yaml", _WORDS)), "word", 5, "clean")
    index = 0
    while True:
        sample = source.draw(index)
        yield sample.text, sample.page.image
        index += 1


def drawn_digit(number: int) -> Pixels:
    """Return a character as MNIST has its digits, but dark on white: (28, 28)."""
    image = np.full((28, 28), 255, np.uint8)
    cv2.putText(image, chr(ord("0") + number), (5, 23), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    return image


def mjsynth_archive(folder: Path, count: int = 60) -> Path:
    """Write words as MJSynth is unpacked: three lists, a lexicon, and in each list an empty JPEG and a missing one."""
    inside = folder / "mnt/ramdisk/max/90kDICT32px"
    words = drawn_words(folder.parent)
    lexicon, rows = [], []
    for number in range(count):
        text, image = next(words)
        lexicon.append(text.lower())
        rows.append(f"./{number // 9 + 1}/{number % 3 + 1}/{number % 500}_{text}_{number}.jpg {number}\n")
        content = b"" if number % 20 == 7 else encoded(Image.fromarray(image), "JPEG")
        if number % 20 != 9:
            write(inside / rows[-1].split(" ")[0], content)
    third = count // 3
    for place, part in enumerate(("train", "val", "test")):
        write(inside / f"annotation_{part}.txt", "".join(rows[place * third : (place + 1) * third]))
    write(inside / "annotation.txt", "".join(rows))
    write(inside / "lexicon.txt", "\n".join(lexicon) + "\n")
    return folder


def iam_archive(folder: Path, forms: int = 12, words: int = 8) -> Path:
    """Write words as IAM is unpacked: lists, writers and the official split; an image is empty and one is missing."""
    drawn = drawn_words(folder.parent)
    rows, lines, writers = [], [], []
    for form in range(forms):
        name = f"a{form:02d}-{form:03d}u"
        writers.append(f"{name} {form // 2:03d} 1 prt 1 1 {words} {words}\n")
        lines.append(f"{name}-00")
        for number in range(words):
            text, image = next(drawn)
            word = f"{name}-00-{number:02d}"
            status = "err" if number == 3 else "ok"
            rows.append(f"{word} {status} 154 1 2 {image.shape[1]} {image.shape[0]} NN {text}\n")
            path = folder / "words" / f"a{form:02d}" / name / f"{word}.png"
            if (form, number) != (0, 1):
                write(path, b"" if (form, number) == (0, 2) else encoded(Image.fromarray(image), "PNG"))
    write(folder / "ascii/words.txt", "#--- words.txt ---\n#\n" + "".join(rows))
    write(folder / "ascii/forms.txt", "#--- forms.txt ---\n" + "".join(writers))
    task = folder / "largeWriterIndependentTextLineRecognitionTask"
    third = forms // 3
    for place, part in enumerate(("trainset", "validationset1", "testset")):
        write(task / f"{part}.txt", "\n".join(lines[place * third : (place + 1) * third]) + "\n")
    return folder
