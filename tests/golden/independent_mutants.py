#!/usr/bin/python3
"""Changes one rule of tests/golden/independent at a time and asks independent_run.py for runs that must differ then: what the comparison
does not notice, it does not compare.

usage: independent_mutants.py AMPA_BINARY WORKDIR"""

import shutil
import subprocess
import sys
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent

# The rule, the file, what is replaced by what, and the run that has to show it.
MUTANTS = [
    ("R3, halves of a word exchanged", "random_bits.py", "index % np.uint64(2) == 0", "index % np.uint64(2) == 1", "int8"),
    ("R8, the second gradient's random bits", "random_bits.py", "= 0x40000000", "= 0x40000001", "int4"),
    ("L1, the largest logit left in", "objective.py", "- logits.max(axis=1).astype(np.float64)[:, None]", "- 0.5", "fp32"),
    ("E4, another polynomial of log", "elementary.py", "for i in range(11)]", "for i in range(6)]", "fp32"),
    ("Q2, inv as 1 / s", "quantizer.py", "f32(largest) / radius, 0", "f32(1) / (radius / f32(largest)), 0", "ampa"),
    ("Q5, inv as 1 / s", "quantizer.py", "inverse = f32(levels) / span", "inverse = f32(1) / (span / f32(levels))", "ampa"),
    ("Q4, ties away from zero", "quantizer.py", "np.rint(u).astype", "np.trunc(u + np.copysign(0.5, u)).astype", "wageubn"),
    ("S1, no random bits", "quantizer.py", "+ noise()) >> 16", "+ 32768) >> 16", "int8"),
    ("Z2, one rounding instead of two", "weighted.py", "sums.astype(np.int64).astype(f32) *", "sums *", "int8"),
    ("T1, falling depth", "ordered.py", "for k in range(rows.shape[1]):", "for k in reversed(range(rows.shape[1])):", "fp32"),
    ("T2, falling positions", "ordered.py", "for p in range(gradients.shape[1]):", "for p in reversed(range(gradients.shape[1])):", "fp32"),
    ("T3, lanes of rows", "ordered.py", "in_order(maps, axis=1).astype(np.float64)", "in_order(maps, axis=2).astype(np.float64)", "fp32"),
    ("batch norm, running variance of n", "batch_norm.py", "n / (n - 1) if n > 1 else 1.0", "1.0", "fp32"),
    ("walk back, contributions replaced", "network.py", "gradients[name] + part if", "part if", "ampa"),
    ("O2, nesterov left out", "optimizers.py", '"nesterov"] == "on"', '"nesterov"] == "maybe"', "int8"),
    ("O4, decay of AdamW added to gradients", "optimizers.py", "w * f32(1 - rate * decay), g,", "w, g + f32(decay) * w,", "fp32"),
    ("O6, no clipping", "optimizers.py", "if norm > limit", "if norm > 1000 * limit", "int8"),
    ("O7, warm-up from 0", "schedules.py", "(step + 1) / warmup", "step / warmup", "int8"),
    ("V4, stochastic codes in evaluations", "operands.py", "and not context.training", "and False", "coarse"),
    ("M1, saturation left out", "quantizer.py", "f32(-(2.0**14)), f32(2.0**14)", "f32(-1), f32(1)", "ampa"),
    ("Thr, one selection more", "allocation.py", ">= self.thr", "> self.thr", "thr"),
    ("Itv, an epoch earlier", "allocation.py", "counted % self.interval == 0", "(counted + 1) % self.interval == 0", "interval"),
    ("flips of even words", "samples.py", "if w[2] % 2 else moved", "if w[2] % 2 == 0 else moved", "ampa-tinycnn"),
    ("K7, the period", "clipping.py", 'step % settings["clip_period"]', 'step % 2', "ui8"),
    ("K8, share of the old range", "clipping.py", '(1 - settings["clip_share"]) * before', '0 * before', "dai8"),
    ("O8, no scaled rates", "update.py", '!= "deviation" or', '!= "none" or', "ui8"),
    ("W2, weights off their grid", "fixed_point.py", "np.rint(w * f32(2.0**15)) * f32(2.0**-15)", "w", "wageubn"),
    ("E8, ln 2 in one part", "elementary32.py", "(y - n * LN2_HIGH) - n * LN2_LOW", "y - n * (LN2_HIGH + LN2_LOW)", "transformer"),
    ("E9, the branch of tanh32", "elementary32.py", "f32(0.625)", "f32(0.3)", "transformer"),
    ("E10, the branch of erf32", "elementary32.py", "t < f32(1)", "t < f32(0.3)", "transformer"),
    ("N1, another order in the derivative", "gelu.py", "x * (DENSITY * exp32(-u * u))", "x * DENSITY * exp32(-u * u)", "transformer"),
    ("N2, another order of the cube", "gelu.py", "CUBE * (x * x * x)", "CUBE * x * x * x", "transformer"),
    ("N3, a quotient for the product", "softmax.py", "e * (1 / channel_total(e)).astype(f32)[..., None]",
     "(e / channel_total(e)[..., None]).astype(f32)", "transformer"),
    ("N3, a column sees one more", "softmax.py", "result[:, :, x, :x + 1] = rule(*(m[:, :, x, :x + 1]",
     "result[:, :, x, :x + 2] = rule(*(m[:, :, x, :x + 2]", "transformer"),
    ("N4, another order of the gradient", "layer_norm.py", "((g - total) - h * product)", "(g - (total + h * product))", "transformer"),
    ("N6, weights in double", "resampling.py", "f32(1) - share)", "f32(1 - (source - low)))", "transformer"),
    ("N7, falling depth", "matmul.py", "for k in range(a.shape[-1])", "for k in reversed(range(a.shape[-1]))", "transformer"),
    ("N9, cosine first", "sequences.py", "if c % 2 else p * w", "if c % 2 == 0 else p * w", "transformer"),
    ("T7, terms rounded to FP32", "layer_norm.py", "image_total(d.astype(np.float64) * h)", "image_total(d * h)", "transformer"),
    ("T6, terms rounded to FP32", "softmax.py", "channel_total(d.astype(np.float64) * y)", "channel_total(d * y)", "transformer"),
    ("J3, the width of weights", "matmul.py", "context.widths[self.number][1]", "context.widths[self.number][0]", "transformer"),
    ("J5, gradients exchanged", "matmul.py", "gradient_b * g * mean_magnitude(self.qa) + gradient_a *",
     "gradient_a * g * mean_magnitude(self.qa) + gradient_b *", "transformer"),
    ("fan-in of transposed convolutions", "layer_table.py", "math.prod(seen.kernel) * out", "math.prod(seen.kernel) * channels", "transformer"),
    ("bound of small parameters", "layer_table.py", "0.02 * math.sqrt(3)", "0.02", "transformer"),
    ("windows of an adaptive pool", "resampling.py", "-(-(i + 1) * n // m)", "(i + 1) * n // m", "transformer"),
    ("W4, another form of the scale", "fixed_point.py", '"power_of_two", "nearest"', '"symmetric", "nearest"', "wageubn"),
]


def mutant(folder, file, old, new):
    """A copy of the second implementation with one change."""
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "tests" / "golden"
    shutil.copytree(GOLDEN / "independent", home / "independent", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(GOLDEN / "independent_run.py", home)
    (folder / "models").symlink_to(GOLDEN.parents[1] / "models")
    text = (home / "independent" / file).read_text()
    if text.count(old) != 1:
        raise SystemExit("%s: expected %r once, found it %d times" % (file, old, text.count(old)))
    (home / "independent" / file).write_text(text.replace(old, new))
    return home / "independent_run.py"


def main(binary, folder):
    missed = 0
    Path(folder).mkdir(parents=True, exist_ok=True)
    for rule, file, old, new, run in MUTANTS:
        program = mutant(Path(folder) / "mutant", file, old, new)
        done = subprocess.run(["/usr/bin/python3", program, binary, Path(folder) / "runs", run], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise SystemExit("%s: %s" % (rule, done.stderr))
        missed += done.returncode == 0
        print("%s: %s" % (rule, done.stdout.splitlines()[0] if done.returncode else "NOT NOTICED"), flush=True)
    print("%d of %d changes noticed" % (len(MUTANTS) - missed, len(MUTANTS)))
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
