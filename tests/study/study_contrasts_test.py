"""scripts/study_contrasts.py on a table whose differences are known: 1, 2 and 3 (t test: two-sided p 0.0742) and 0.5 throughout."""
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/study_contrasts.py"
HEADER = "stage,status,seed,space.itv,space.thr,objective.metric,train_loss,bitops_reduction_percent"


def rows():
    for thr, difference in (("0", 1), ("3.0", 2), ("5.0", 2), ("inf", 3)):  # 5 runs as 3 does
        for seed, noise in ((1, 0.25), (2, -0.25)):  # a setting is the mean over its seeds
            yield f"search,completed,{seed},0.05,{thr},{80 + noise},0.5,40"
            yield f"search,completed,{seed},0.1,{thr},{80 + difference + noise},1.0,40"
    yield "search,paused,1,0.2,0,1,1,1"
    yield "confirm,completed,1,0.1,0,1,1,1"


def run(csv, *arguments):
    return subprocess.run([SCRIPT, csv, *arguments], capture_output=True, text=True, check=False)


with tempfile.TemporaryDirectory() as folder:
    table = pathlib.Path(folder) / "trials.csv"
    table.write_text("\n".join([HEADER, *rows()]) + "\n")
    found = run(table, "itv=0.05").stdout.splitlines()
    expected = "| itv | 0.1 | 0.05 | 3 | +2.00 ± 2.48, p 0.074 | +0.5000 ± 0.0000, p 0 | +0.00 ± 0.00, p 1 |"
    if found[2:] != [expected]:
        sys.exit(f"expected {expected}, found {found}")
    refused = run(table, "itv=0.3")
    if refused.returncode == 0 or "itv: expected settings that differ in it from 0.3, found none" not in refused.stderr:
        sys.exit(f"expected a refusal, found {refused}")
