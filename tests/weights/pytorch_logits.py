#!/usr/bin/python3
"""pytorch_logits.py AMPA: exports networks of every layer type and holds PyTorch's logits of them against ampa's.

Exit code 77 without PyTorch.
"""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import load_export  # noqa: E402  (ends with 77 without PyTorch)

IMAGES = ["--dataset", "synthetic"]
# An output of one position, one of a map, and one of a sequence.
NETWORKS = {"tinycnn": ("fp32", IMAGES), "tinyresnet": ("ampa", IMAGES),
            "unet-small": ("int8", ["--dataset", "blobs", "--objective", "dice-bce"]),
            "transformer-small": ("fp32", ["--dataset", "grammar", "--objective", "token-cross-entropy", "--bptt", "12"])}


def main(ampa):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def run(*arguments):
            subprocess.run([ampa, *map(str, arguments)], cwd=folder, check=True, stderr=subprocess.DEVNULL)

        for network, (scheme, data) in NETWORKS.items():
            train = ["train", "--network", network, *data, "--batch-size", 16, "--lr", 0.01, "--max-train", 32, "--max-test", 100]
            run(*train, "--scheme", scheme, "--epochs", 2, "--out", network)
            run("export", "--run", network)
            logits = folder / network / "logits.safetensors"
            run("evaluate", network, "--logits", logits, "--max-images", 100)
            if load_export.compare(folder / network / "weights.safetensors", logits, load_export.TOLERANCE) != 0:
                return 1
            # That the comparison can fail: other weights.
            run(*train, "--epochs", 0, "--seed", 2, "--out", "other", "--overwrite")
            run("export", "--run", "other")
            if load_export.compare(folder / "other/weights.safetensors", logits, load_export.TOLERANCE) != 1:
                sys.exit("other weights: expected a difference, found none")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
