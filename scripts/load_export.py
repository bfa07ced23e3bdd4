#!/usr/bin/python3
"""Loads the files of `ampa export` into PyTorch (Debian: python3-torch, python3-numpy).

    scripts/load_export.py run/weights.safetensors                            says what is in it
    scripts/load_export.py run/weights.safetensors --compare logits.safetensors
        computes the logits of the inputs that `ampa evaluate run --logits logits.safetensors` has written, and compares them
    scripts/load_export.py run/weights.safetensors --compare-step run/step
        takes the training step that `ampa export --run run --gradients run/step` has written, in double, and compares its loss and the
        gradient of every parameter; PyTorch's own step in FP32 is shown beside

From Python: import load_export; network = load_export.network("run/weights.safetensors"), a torch.nn.Module (torch_network.py) from
(n, channels, height, width), normalised, to (n, classes, height, width) in FP32. Both sides round in another order. Logits agree to
TOLERANCE * max(1, largest |logit|), the loss to STEP_TOLERANCE of itself, a gradient to STEP_TOLERANCE of the tensor's largest
component. Exit codes: 0 they do, 1 they do not, 2 wrong files, 77 there is no PyTorch.
"""
import argparse
import json
import pathlib
import struct
import sys

try:
    import numpy
    import torch
    from torch.nn import functional
except ImportError as error:
    print(f"load_export: {error}", file=sys.stderr)
    sys.exit(77)

import torch_network

TOLERANCE = 1e-5
STEP_TOLERANCE = 1e-4
DTYPES = {"F32": "<f4", "I8": "|i1", "I32": "<i4", "I64": "<i8"}


def read(path):
    """The metadata and the tensors (numpy arrays by name) of a safetensors file."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        tensors[name] = numpy.frombuffer(data[begin:end], DTYPES[tensor["dtype"]]).reshape(tensor["shape"]).copy()
    return metadata, tensors


def write(path, tensors, metadata=None):
    """A safetensors file of FP32 numpy arrays by name, such as `ampa train --init` takes."""
    header, data = {"__metadata__": metadata or {}}, []
    for name, tensor in tensors.items():
        begin = 4 * sum(array.size for array in data)
        data.append(numpy.ascontiguousarray(tensor, "<f4"))
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, begin + 4 * tensor.size]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in data))


def network(path):
    metadata, tensors = read(path)
    return torch_network.Network(json.loads(metadata["network_layers"])).load(tensors).eval()


def channels_first(array, dtype):
    return torch.from_numpy(array).to(dtype).permute(0, 3, 1, 2).contiguous()


def compare(path, logits_path, tolerance):
    """0 if the logits agree."""
    _, expected = read(logits_path)
    with torch.no_grad():
        output = network(path)(channels_first(expected["inputs"], torch.float32))
    found = output.permute(0, 2, 3, 1).reshape(expected["logits"].shape).numpy()
    difference = float(numpy.abs(found - expected["logits"]).max())
    bound = tolerance * max(1.0, float(numpy.abs(expected["logits"]).max()))
    same = numpy.mean(found.argmax(-1) == expected["logits"].argmax(-1)) if found.shape[-1] > 1 else numpy.mean(
        (found > 0) == (expected["logits"] > 0))
    print(f"{len(found)} samples: largest difference of a logit {difference:.3g}, allowed {bound:.3g}; "
          f"{100 * same:.2f} % are of the same class")
    return 0 if difference <= bound else 1


def cross_entropy(output, target, metadata):
    smoothing = float(metadata.get("label_smoothing", 0))
    return functional.cross_entropy(output.flatten(1), target.long().flatten(), label_smoothing=smoothing)


def token_cross_entropy(output, target, _metadata):
    return functional.cross_entropy(output, target[:, 0].long())


def dice_bce(output, target, _metadata):
    """Of a sample: the mean of its pixels' cross-entropies, and 1 - the mean of its classes' soft Dice."""
    target = target[:, 0].long()
    if output.shape[1] == 1:
        loss = functional.binary_cross_entropy_with_logits(output[:, 0], target.to(output.dtype))
        p = output.sigmoid()
    else:
        loss, p = functional.cross_entropy(output, target), output.softmax(1)[:, 1:]
    is_class = torch.stack([target == c + 1 for c in range(p.shape[1])], 1).to(p.dtype)
    sums = (2, 3)
    return loss + 1 - ((2 * (p * is_class).sum(sums) + 1) / (p.sum(sums) + is_class.sum(sums) + 1)).mean()


OBJECTIVES = {"cross-entropy": ("label", cross_entropy), "token-cross-entropy": ("next", token_cross_entropy),
              "dice-bce": ("mask", dice_bce)}


def step(path, folder, dtype):
    """Loss and gradients (by ampa's names, in double) of the batch in `folder`, in training mode."""
    metadata, _ = read(folder / "gradients.safetensors")
    model = network(path).train().to(dtype)
    target, objective = OBJECTIVES[metadata["objective"]]
    output = model(channels_first(numpy.load(folder / "inputs.npy"), dtype))
    loss = objective(output, channels_first(numpy.load(folder / f"{target}.npy"), dtype), metadata)
    loss.backward()
    return loss.item(), model.gradients()


def largest_error(found, expected):
    """The largest difference in a tensor relative to its largest component, over all tensors, and that tensor's name. A tensor
    whose gradient is nothing but rounding (a bias in front of batch norm) is held against a thousandth of the largest of all."""
    if found.keys() != expected.keys():
        raise KeyError(sorted(found.keys() ^ expected.keys())[0])
    floor = 1e-3 * max(float(numpy.abs(tensor).max()) for tensor in expected.values())
    return max((float(numpy.abs(found[name] - tensor).max()) / max(float(numpy.abs(tensor).max()), floor), name)
               for name, tensor in expected.items())


def compare_step(path, folder, tolerance):
    """0 if loss and gradients agree."""
    metadata, ours = read(folder / "gradients.safetensors")
    loss = float(metadata["loss"])
    torch_loss, theirs = step(path, folder, torch.float32)
    exact_loss, exact = step(path, folder, torch.float64)
    error, name = largest_error(ours, exact)
    loss_error = abs(loss - exact_loss) / abs(exact_loss)
    print(f"{metadata['network']}: batch of {metadata['batch_size']}, {len(ours)} gradients, loss {loss:.6f}")
    print(f"loss: relative difference {loss_error:.2g}; of PyTorch in FP32 {abs(torch_loss - exact_loss) / abs(exact_loss):.2g}")
    print(f"gradients: largest relative difference {error:.2g} ({name}), allowed {tolerance:.2g}; of PyTorch in FP32 "
          f"{largest_error(theirs, exact)[0]:.2g}")
    return 0 if error <= tolerance and loss_error <= tolerance else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", help="the file of ampa export")
    parser.add_argument("--compare", metavar="FILE", help="the file of ampa evaluate --logits")
    parser.add_argument("--compare-step", metavar="DIR", type=pathlib.Path, help="the folder of ampa export --gradients")
    parser.add_argument("--tolerance", type=float, help=f"relative ({TOLERANCE} of logits, {STEP_TOLERANCE} of gradients)")
    arguments = parser.parse_args()
    try:
        if arguments.compare:
            return compare(arguments.weights, arguments.compare, arguments.tolerance or TOLERANCE)
        if arguments.compare_step:
            return compare_step(arguments.weights, arguments.compare_step, arguments.tolerance or STEP_TOLERANCE)
        metadata, tensors = read(arguments.weights)
        print(network(arguments.weights))
        print(f"{metadata['network']} on {metadata['dataset']}, {metadata['scheme']}, {metadata['epochs']} epochs; "
              f"{len(tensors)} tensors; widths {metadata['widths']}")
    except (OSError, KeyError, ValueError, struct.error) as error:
        print(f"load_export: {arguments.weights}: expected files of ampa export (and --gradients) and ampa evaluate --logits, found {error!r}",
              file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
