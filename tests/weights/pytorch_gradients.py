#!/usr/bin/python3
"""pytorch_gradients.py AMPA [NETWORK...]: the FP32 training step of a small network of every family, held against PyTorch's.

Each network is trained for two steps on a few samples; then PyTorch loads its weights and takes the next step on the same batch.
Loss and the gradient of every parameter must agree to load_export's STEP_TOLERANCE with PyTorch's step in double, which rounds
alike on all machines. Prints a table of differences, those of gradients relative to the largest component of the parameter's
gradient, the largest of all parameters; and beside it the same of PyTorch's step in FP32. Exit code 77 without PyTorch.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "scripts"))
import load_export  # noqa: E402  (ends with 77 without PyTorch)
import numpy  # noqa: E402

IMAGES = ["--dataset", "npy", "--data-dir", "images"]
MASKS = ["--dataset", "blobs", "--objective", "dice-bce"]
TEXT = ["--dataset", "grammar", "--objective", "token-cross-entropy", "--bptt", "12"]
# By family: the network, its data, and further settings.
FAMILIES = {
    "ResNet": ("resnet18-quarter", IMAGES), "ResNet, parameter-free shortcuts": ("resnet8", [*IMAGES, "--label-smoothing", "0.1"]),
    "MobileNetV2": ("mobilenetv2-small", IMAGES), "Inception": ("inceptionv3-quarter", IMAGES), "ViT": ("vit-tiny", IMAGES),
    "U-Net": ("unet-small", MASKS), "Transformer": ("transformer-small", TEXT), "VGG": ("vgg16-quarter", IMAGES),
}
BATCH = 4


def write_images(folder):
    draw = numpy.random.default_rng(4)
    for part in ("train", "test"):
        images = draw.standard_normal((2 * BATCH, 32, 32, 3), dtype=numpy.float32)
        numpy.savez(folder / f"{part}.npz", images=images, labels=numpy.arange(2 * BATCH) % 4)


def without_dropout(network, folder):
    """A description whose steps are the same for all who take them: dropout draws its own numbers everywhere."""
    description = json.loads((SOURCE / f"models/networks/{network}.json").read_text())
    for layer in description["layers"]:
        if layer["type"] == "dropout":
            layer["probability"] = 0
    path = folder / f"{network}.json"
    path.write_text(json.dumps(description))
    return path


def away_from_kinks(weights, changed):
    """Batch norm's beta is 2, which leaves few values near 0: there the rounding decides what ReLU lets through, and one value in a
    million that it decides otherwise is a difference of a percent in some gradient."""
    metadata, tensors = load_export.read(weights)
    for layer in json.loads(metadata["network_layers"])["layers"]:
        if layer["type"] == "batch_norm":
            tensors[f"{layer['name']}.beta"][:] = 2
    load_export.write(changed, tensors)


def differences(folder, weights):
    """Of loss and gradients from PyTorch's step in double, ours and PyTorch's in FP32; and of the two."""
    metadata, ours = load_export.read(folder / "step/gradients.safetensors")
    loss, exact = load_export.step(weights, folder / "step", load_export.torch.float64)
    _, theirs = load_export.step(weights, folder / "step", load_export.torch.float32)
    largest = load_export.largest_error
    return len(ours), abs(float(metadata["loss"]) - loss) / abs(loss), *largest(ours, exact), largest(theirs, exact)[0], \
        largest(ours, theirs)[0]


def main(ampa, chosen):
    tolerance, failed = load_export.STEP_TOLERANCE, []
    print("| family | network | parameters | loss | gradients | largest of | PyTorch FP32 | the two |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "images").mkdir()
        write_images(folder / "images")

        def run(*arguments):
            subprocess.run([ampa, *map(str, arguments)], cwd=folder, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

        for family, (network, data) in FAMILIES.items():
            if chosen and network not in chosen:
                continue
            own, start = folder / network, folder / "start"
            train = ["train", "--network", without_dropout(network, folder), *data, "--scheme", "fp32", "--batch-size", BATCH,
                     "--max-train", 2 * BATCH, "--max-test", 1, "--lr", 0.01]
            run(*train, "--epochs", 0, "--out", start, "--overwrite")
            run("export", "--run", start)
            away_from_kinks(start / "weights.safetensors", folder / "init.safetensors")
            run(*train, "--epochs", 1, "--init", folder / "init.safetensors", "--out", own)
            run("export", "--run", own, "--gradients", own / "step")
            weights = own / "weights.safetensors"
            count, loss, error, worst, theirs, between = differences(own, weights)
            print(f"| {family} | `{network}` | {count} | {loss:.1e} | {error:.1e} | `{worst}` | {theirs:.1e} | {between:.1e} |", flush=True)
            if not (loss <= tolerance and error <= tolerance):
                failed.append(network)
        if failed:
            sys.exit(f"{', '.join(failed)}: expected differences of at most {tolerance}")
        # That the comparison can fail: the step of a slightly different batch.
        inputs = numpy.load(own / "step/inputs.npy")
        inputs.reshape(-1)[0] += 1
        numpy.save(own / "step/inputs.npy", inputs)
        if load_export.compare_step(weights, own / "step", tolerance) != 1:
            sys.exit("another batch: expected a difference, found none")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
