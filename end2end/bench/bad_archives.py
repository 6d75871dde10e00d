"""Writes archives of pictures that cost a reader the most, or lie, into a folder: paths.zip, bombs.zip and many.zip.

Usage: python3 bad_archives.py FOLDER IMAGE"""

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

MEGABYTE = 1024 * 1024
MOST_ENTRIES = 1_000


def write(path, entries):
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)


def main(folder, image):
    folder, image = Path(folder), Path(image).read_bytes()
    # As many as may be, each leading elsewhere.
    paths = [(f"../../{n}/C:\\temp\\{n}.png", image if n == 0 else b"nothing") for n in range(MOST_ENTRIES)]
    write(folder / "paths.zip", paths)
    # Pictures that may just be as long as they are, such as may not, and what is no picture at all.
    lengths = [0, 19, 19, 19, 19, 21, 21, 100]
    bombs = [(f"{n}.png", image + bytes(length * MEGABYTE)) for n, length in enumerate(lengths)]
    write(folder / "bombs.zip", [*bombs, ("zeros.png", bytes(100 * MEGABYTE))])
    write(folder / "many.zip", ((f"{n}.png", image) for n in range(10 * MOST_ENTRIES)))


main(*sys.argv[1:])
