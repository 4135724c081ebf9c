"""An exported map is a workbook and a slide deck other people's software reads.

    python test_office.py --data DIR --binary FILE

Exports every journey of every workspace in DIR in both languages with the program FILE, reads the slides with python-pptx
and the workbook with openpyxl, and looks for what the program's own map says: names of stages, and how many reached each.
"""

import json
import sys

from openpyxl import load_workbook
from pptx import Presentation
from test_pdf import bare, every_map, named, run


def written(binary, data, workspace, journey, language, file):
    run(binary, data, "journey", "export", journey, "-w", workspace, "-o", str(file), "--lang", language)
    return str(file)


def check_map(binary, data, workspace, journey, language, folder):
    answer = json.loads(run(binary, data, "journey", "map", journey, "-w", workspace, "--json"))
    deck = Presentation(written(binary, data, workspace, journey, language, folder / "map.pptx"))
    name = named(answer["journey"]["definition"]["name"], language)
    assert deck.core_properties.title == name
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    assert all(shape.left >= 0 and shape.top + shape.height <= deck.slide_height for shape in shapes)
    text = bare("".join(shape.text_frame.text for shape in shapes if shape.has_text_frame))
    book = load_workbook(written(binary, data, workspace, journey, language, folder / "map.xlsx"))
    assert book.properties.title == name
    rows = {row[0]: row[1] for row in book.worksheets[2].iter_rows(min_row=2, values_only=True)}
    for stage in answer["stages"]:
        words, reached = named(stage["name"], language), stage["reached"]["instances"]
        for wanted in (words, f"{reached:,}"):
            assert bare(wanted) in text, f"{workspace}/{journey} {language}: {wanted!r} is not on the slides"
        assert rows[words] == reached, f"{workspace}/{journey} {language}: {words!r} has {rows.get(words)} in the workbook"
    return len(deck.slides)


def main():
    maps, slides = every_map(check_map)
    print(f"{maps} maps on {slides} slides and in as many workbooks read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
