#!/usr/bin/env python3
"""The images of settings_table.json: the first of Fashion-MNIST at 14 x 14, as IDX files.

    tests/bench/study/shrink_images.py fashion14 [--source /usr/share/datasets/fashion-mnist]

Each pixel is the mean of 2 x 2, rounded to nearest; labels stay. So small, a training takes a fraction of a second."""
import argparse
import gzip
import pathlib
import struct

COUNTS = {"train": 1000, "t10k": 500}


def header(magic, *sizes):
    return struct.pack(f">{1 + len(sizes)}I", magic, *sizes)


def shrunk(pixels):
    """Of one image, row by row."""
    for y in range(0, 28, 2):
        for x in range(0, 28, 2):
            first = 28 * y + x
            yield (pixels[first] + pixels[first + 1] + pixels[first + 28] + pixels[first + 29] + 2) // 4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where to write the four files")
    parser.add_argument("--source", type=pathlib.Path, default=pathlib.Path("/usr/share/datasets/fashion-mnist"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for part, count in COUNTS.items():
        with gzip.open(options.source / f"{part}-images-idx3-ubyte.gz") as file:
            pixels = file.read(16 + count * 784)[16:]
        with gzip.open(options.source / f"{part}-labels-idx1-ubyte.gz") as file:
            labels = file.read(8 + count)[8:]
        means = b"".join(bytes(shrunk(pixels[i * 784:(i + 1) * 784])) for i in range(count))
        (options.folder / f"{part}-images-idx3-ubyte").write_bytes(header(0x803, count, 14, 14) + means)
        (options.folder / f"{part}-labels-idx1-ubyte").write_bytes(header(0x801, count) + labels)


if __name__ == "__main__":
    main()
