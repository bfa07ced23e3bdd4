"""The generated data set, its normalisation, order and variation (docs/training.md)."""

import math

import numpy as np

from ordered import total64
from random_bits import AUGMENTATION, SHUFFLING, SYNTHETIC, bits16, bits32, blocks

SIDE = 12


def images(count, step):
    """Bytes (count, 12, 12, 1) and labels; step 1 are training, 2 test images."""
    label = np.arange(count) % 10
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    patch = (label[:, None, None] * 4 + y // 3) * 4 + x // 3
    level = 64 + bits16(0, 0, SYNTHETIC, patch) // 512
    noise = bits16(0, step, SYNTHETIC, np.arange(count * SIDE * SIDE)).reshape(level.shape) * 160 // 65536 - 80
    return np.clip(level + noise, 0, 255)[..., None].astype(np.uint8), label


def statistics(pixels):
    """Mean and deviation of every channel, as FP32."""
    result = []
    for c in range(pixels.shape[3]):
        counts = np.bincount(pixels[..., c].ravel(), minlength=256).astype(np.float64)
        v, number = np.arange(256.0), float(pixels[..., c].size)
        mean = total64(v * counts) / number
        root = math.sqrt(total64(counts * (v - mean) * (v - mean)) / number)
        result.append((np.float32(mean / 255), np.float32(root / 255) if root else np.float32(1)))
    return result


def normalised(pixels, channels):
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


def held_out(labels, settings):
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
