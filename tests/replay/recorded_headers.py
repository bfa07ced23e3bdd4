#!/usr/bin/env python3
"""recorded_headers.py FOLDER: for each target a header FOLDER/PREFIX.h that stands before the one that Verilator makes.

Code that is compiled with FOLDER first among its include folders uses Recorded<PREFIX> wherever it says PREFIX.
"""
import os
import sys

import rtl


def header(target):
    prefix = target["prefix"]
    return (f"#pragma once\n#include_next <{prefix}.h>\n\n#include \"recorder.h\"\n\n"
            f"{rtl.ports_header(prefix, target['name'], rtl.ports(target))}\n"
            f"using Recorded{prefix} = ampa::replay::Recorded<{prefix}>;\n#define {prefix} Recorded{prefix}\n")


def main():
    if len(sys.argv) != 2:
        sys.exit("recorded_headers: expected one folder")
    os.makedirs(sys.argv[1], exist_ok=True)
    for target in rtl.targets().values():
        with open(os.path.join(sys.argv[1], target["prefix"] + ".h"), "w") as file:
            file.write(header(target))
    with open(os.path.join(sys.argv[1], "recorded_models.h"), "w") as file:
        file.write("".join(f"#include <{target['prefix']}.h>\n" for target in rtl.targets().values()))


if __name__ == "__main__":
    main()
