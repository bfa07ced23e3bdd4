"""Training and test images, their normalisation, order and variation (docs/training.md, docs/data.md)."""

import math
from pathlib import Path

import numpy as np

import synthetic
from ordered import total64
from random_bits import AUGMENTATION, SHUFFLING, bits32, blocks


def statistics(pixels):
    """Mean and deviation of every channel, as FP32; None for images that are FP32 and stay as they are."""
    if pixels.dtype == np.float32:
        return None
    result = []
    for c in range(pixels.shape[3]):
        counts = np.bincount(pixels[..., c].ravel(), minlength=256).astype(np.float64)
        v, number = np.arange(256.0), float(pixels[..., c].size)
        mean = total64(v * counts) / number
        root = math.sqrt(total64(counts * (v - mean) * (v - mean)) / number)
        result.append((np.float32(mean / 255), np.float32(root / 255) if root else np.float32(1)))
    return result


def normalised(pixels, channels):
    if channels is None:
        return pixels
    result = np.empty(pixels.shape, np.float32)
    for c, (mean, deviation) in enumerate(channels):
        result[..., c] = (pixels[..., c] / 255.0 - float(mean)) / float(deviation)
    return result


def order(count, seed, epoch):
    """The images of an epoch in the order in which they are visited."""
    places = list(range(count))
    words = bits32(seed, epoch, SHUFFLING, np.arange(count)).tolist()
    for i in range(count - 1, 0, -1):
        j = words[i] * (i + 1) >> 32
        places[i], places[j] = places[j], places[i]
    return places


def flip_crop(pixels, number, seed, epoch):
    """One image (height, width, channels), moved by up to four pixels and mirrored by its number's random words."""
    w = blocks(seed, epoch, AUGMENTATION, [number])[0].tolist()
    height, width = pixels.shape[:2]
    around = np.zeros((height + 8, width + 8, pixels.shape[2]), pixels.dtype)
    around[4:-4, 4:-4] = pixels
    oy, ox = 9 * w[0] >> 32, 9 * w[1] >> 32
    moved = around[oy:oy + height, ox:ox + width]
    return moved[:, ::-1] if w[2] % 2 else moved


def held_out_numbers(labels, settings):
    """The numbers of the training samples that are held out (NUMERICS.md, H1 to H3)."""
    count = len(labels)
    wanted = settings["validation"] or 0
    wanted = int(wanted if wanted >= 1 else math.floor(wanted * count))
    sizes = np.bincount(labels).tolist()
    shares = [wanted * size // count for size in sizes]
    largest = sorted(range(len(sizes)), key=lambda c: -(wanted * sizes[c] % count))
    for c in largest[:wanted - sum(shares)]:
        shares[c] += 1
    chosen = set()
    for number in order(count, settings["validation_seed"], 0xFFFFFFFF):
        if shares[labels[number]]:
            shares[labels[number]] -= 1
            chosen.add(number)
    return chosen


def archive(path):
    with np.load(path) as arrays:
        return arrays["images"], arrays["labels"]


class Samples:
    def __init__(self, settings):
        if settings["dataset"] == "synthetic":
            (pixels, labels), (test, test_labels) = (synthetic.images(settings[size] or default, step) for size, default, step in (
                ("max_train", synthetic.TRAINING, 1), ("max_test", synthetic.TEST, 2)))
            self.classes = synthetic.CLASSES
        else:
            (pixels, labels), (test, test_labels) = (archive(Path(settings["data_dir"]) / part) for part in ("train.npz", "test.npz"))
            pixels, labels = pixels[:settings["max_train"] or None], labels[:settings["max_train"] or None]
            self.classes = max(2, int(labels.max()) + 1)
            test, test_labels = test[:settings["max_test"] or None], test_labels[:settings["max_test"] or None]
        self.settings, self.pixels, self.labels, self.shape = settings, pixels, labels, pixels.shape[1:]
        self.channels = statistics(pixels)
        held_out = sorted(held_out_numbers(labels, settings))
        self.numbers = [i for i in range(len(pixels)) if i not in held_out]
        self.test = normalised(test, self.channels), test_labels
        self.validation = normalised(pixels[held_out], self.channels), labels[held_out]

    def order(self, epoch):
        return [self.numbers[i] for i in order(len(self.numbers), self.settings["seed_data"], epoch)]

    def batch(self, numbers, epoch=None):
        """Inputs and labels; as an epoch varies them, or as they are."""
        pixels = [self.pixels[n] for n in numbers]
        if self.settings["augment"] == "flip-crop" and epoch is not None:
            pixels = [flip_crop(p, n, self.settings["seed_data"], epoch) for p, n in zip(pixels, numbers)]
        return normalised(np.stack(pixels), self.channels), self.labels[numbers]
