"""coverage_report.py MERGED.dat RTL_DIR REASONS.json OUT_DIR: line and toggle coverage by file, and the reason for each hole.

Reads what verilator_coverage merged. A line or bit counts as met if any point or unit met it. REASONS.json is a list of
{"file", "line" or "signal", "reason"}, of which the first two are regular expressions for the whole file name, and for the
text of the line or the name of the signal's bit. Writes coverage.json and coverage.html, prints a table, and exits 1 if a
line or bit was not met and has no reason.
"""
import collections
import html
import json
import os
import re
import sys


def read_points(path):
    """{(file, line, kind, what): count} over all hierarchies and parameters."""
    counts = collections.Counter()
    with open(path, errors="replace") as file:
        for line in file:
            match = re.match(r"C '(.*)' (\d+)$", line)
            if not match:
                continue
            fields = dict(part.split("\2", 1) for part in match.group(1).split("\1") if "\2" in part)
            kind = fields["page"].split("/")[0].removeprefix("v_")
            what = fields["o"] if kind == "toggle" else fields["n"] + " " + fields["o"]
            counts[os.path.basename(fields["f"]), int(fields["l"]), kind, what] += int(match.group(2))
    return counts


def source_lines(rtl):
    lines = {}
    for folder, _, names in os.walk(rtl):
        for name in names:
            if name.endswith((".v", ".vh")):
                with open(os.path.join(folder, name)) as file:
                    lines[name] = file.read().splitlines()
    return lines


def reason_for(reasons, file, key, text):
    for entry in reasons:
        if re.fullmatch(entry["file"], file) and key in entry and re.fullmatch(entry[key], text):
            return entry["reason"]
    return ""


def summarise(counts, sources, reasons):
    files = collections.OrderedDict()
    holes = collections.OrderedDict()
    for (file, line, kind, what), count in sorted(counts.items()):
        group = "toggle" if kind == "toggle" else "line"
        summary = files.setdefault(file, {"line": [0, 0], "toggle": [0, 0]})
        summary[group][1] += 1
        summary[group][0] += count > 0
        if count > 0:
            continue
        text = what if group == "toggle" else sources[file][line - 1].strip()
        reason = reason_for(reasons, file, "signal" if group == "toggle" else "line", text)
        holes.setdefault((file, group, reason), []).append(f"{line}: {text}")
    return files, holes


def write_json(path, files, holes):
    report = {
        "schema_version": 1,
        "files": [{"file": file, "num_line_points": s["line"][1], "num_line_met": s["line"][0],
                   "num_toggle_bits": s["toggle"][1], "num_toggle_met": s["toggle"][0]} for file, s in files.items()],
        "holes": [{"file": file, "kind": kind, "reason": reason, "points": points}
                  for (file, kind, reason), points in holes.items()],
    }
    with open(path, "w") as out:
        json.dump(report, out, indent=2)
        out.write("\n")


def table_rows(files):
    total = {"line": [0, 0], "toggle": [0, 0]}
    for file, summary in files.items():
        for kind in total:
            total[kind] = [total[kind][i] + summary[kind][i] for i in (0, 1)]
        yield [file, *(f"{summary[kind][0]} of {summary[kind][1]}" for kind in ("line", "toggle"))]
    yield ["all", *(f"{total[kind][0]} of {total[kind][1]}" for kind in ("line", "toggle"))]


def write_html(path, files, holes):
    def row(cells, tag="td"):
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>\n"
    with open(path, "w") as out:
        out.write("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>RTL coverage</title><style>"
                  "body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #bbb;"
                  "padding:.2em .5em;text-align:left}</style></head><body>\n<h1>Line and toggle coverage of the RTL</h1>\n")
        out.write("<table>\n" + row(["file", "lines and branches met", "bits that toggled"], "th"))
        for cells in table_rows(files):
            out.write(row(cells))
        out.write("</table>\n<h2>Not met</h2>\n<table>\n" + row(["file", "kind", "reason", "number", "where"], "th"))
        for (file, kind, reason), points in holes.items():
            where = ", ".join(points[:20]) + (" ..." if len(points) > 20 else "")
            out.write(row([file, kind, reason or "NONE", str(len(points)), where]))
        out.write("</table></body></html>\n")


def main():
    merged, rtl, reasons_path, out = sys.argv[1:]
    with open(reasons_path) as file:
        reasons = json.load(file)
    files, holes = summarise(read_points(merged), source_lines(rtl), reasons)
    write_json(os.path.join(out, "coverage.json"), files, holes)
    write_html(os.path.join(out, "coverage.html"), files, holes)
    print("| file | lines and branches met | bits that toggled |\n|---|---|---|")
    for cells in table_rows(files):
        print("| " + " | ".join(cells) + " |")
    unexplained = {key: points for key, points in holes.items() if not key[2]}
    for (file, kind, _), points in unexplained.items():
        print(f"no reason: {file}, {kind}: {len(points)}: {', '.join(points[:12])}")
    sys.exit(1 if unexplained else 0)


main()
