"""An exported map is a PDF other people's software reads: its pages, its words, its fonts.

    python test_pdf.py --data DIR --binary FILE

Exports every journey of every workspace in DIR in both languages with the program FILE, reads the file with pypdf, and
looks for what the program's own map says: names of stages and touchpoints, and how many reached each stage.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pypdf import PdfReader

# A3 in landscape, in points; a pixel of rounding is 0.75.
PAGE = (1190.55, 841.89)
LANGUAGES = ("zh-CN", "en")


def run(binary, data, *arguments):
    done = subprocess.run([binary, "--data", data, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def bare(text):
    """Without spaces and line ends: names are broken over lines."""
    return "".join(text.split())


def named(text, language):
    return text if isinstance(text, str) else text[language]


def fonts(page):
    for form in page["/Resources"]["/XObject"].values():
        for font in form.get_object()["/Resources"].get("/Font", {}).values():
            yield font.get_object()


def check_map(binary, data, workspace, journey, language, folder):
    file = folder / "map.pdf"
    run(binary, data, "journey", "export", journey, "-w", workspace, "-o", str(file), "--lang", language)
    answer = json.loads(run(binary, data, "journey", "map", journey, "-w", workspace, "--json"))
    reader = PdfReader(file)
    for page in reader.pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert all(abs(side - wanted) < 1 for side, wanted in zip(size, PAGE)), size
        for font in fonts(page):
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor, font["/BaseFont"]
            assert "/ToUnicode" in font, font["/BaseFont"]
    text = bare("\n".join(page.extract_text() for page in reader.pages))
    name = named(answer["journey"]["definition"]["name"], language)
    assert reader.metadata.title == name
    for stage in answer["stages"]:
        wanted = [named(stage["name"], language), f"{stage['reached']['instances']:,}"]
        for words in wanted:
            assert bare(words) in text, f"{workspace}/{journey} {language}: {words!r} is not in the text"
    for touchpoint in answer["touchpoints"]:
        # Chinese is broken between any two characters, beside which a count may stand.
        words = named(touchpoint["name"], language).split()[0][:4]
        assert bare(words) in text, f"{workspace}/{journey} {language}: {words!r} is not in the text"
    return len(reader.pages)


def every_map(check):
    """`check` of every journey in both languages; how many maps there are, and the sum of what it gives."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--binary", required=True)
    given = parser.parse_args()
    workspaces = [workspace["id"] for workspace in json.loads(run(given.binary, given.data, "workspace", "list", "--json"))]
    maps = parts = 0
    with tempfile.TemporaryDirectory() as folder:
        for workspace in workspaces:
            for journey in json.loads(run(given.binary, given.data, "journey", "list", "-w", workspace, "--json")):
                for language in LANGUAGES:
                    parts += check(given.binary, given.data, workspace, journey["id"], language, Path(folder))
                    maps += 1
    assert maps > 0, "there is no journey to export"
    return maps, parts


def main():
    maps, pages = every_map(check_map)
    print(f"{maps} maps on {pages} pages read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
