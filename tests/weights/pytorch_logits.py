#!/usr/bin/python3
"""pytorch_logits.py AMPA: exports networks of every layer type and holds PyTorch's logits of them against ampa's.

Exit code 77 without PyTorch.
"""
import pathlib
import subprocess
import sys
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
# conv2d, linear, batch_norm, relu, max_pool and average_pool; then add, shortcut_pad and global_average_pool.
NETWORKS = {"tinycnn": "fp32", "tinyresnet": "ampa"}


def main(ampa):
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            subprocess.run([ampa, *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL)

        for network, scheme in NETWORKS.items():
            run("train", "--network", network, "--dataset", "synthetic", "--scheme", scheme, "--epochs", "2", "--batch-size", "16",
                "--max-train", "128", "--max-test", "100", "--out", network)
            run("export", "--run", network)
            run("evaluate", network, "--logits", f"{network}/logits.safetensors", "--max-images", "100")
            script = [sys.executable, SCRIPTS / "load_export.py"]
            code = subprocess.run([*script, f"{network}/weights.safetensors", "--compare", f"{network}/logits.safetensors"],
                                  cwd=folder, check=False).returncode
            if code != 0:
                return code
            # That the comparison can fail: other weights.
            run("train", "--network", network, "--dataset", "synthetic", "--epochs", "0", "--seed", "2", "--max-train", "128",
                "--max-test", "100", "--out", "other", "--overwrite")
            run("export", "--run", "other")
            code = subprocess.run([*script, "other/weights.safetensors", "--compare", f"{network}/logits.safetensors"], cwd=folder,
                                  check=False).returncode
            if code != 1:
                sys.exit(f"other weights: expected exit code 1, found {code}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
