"""A run's settings: the defaults of docs/settings.md as far as this implementation goes."""

from schemes import resolved

DEFAULTS = {
    "network": "tinyresnet", "dataset": "synthetic", "data_dir": "", "scheme": "ampa", "alpha": 10, "beta": 20, "gamma": 30, "itv": 0.05,
    "itv_epochs": None, "thr": 3, "ladder": [4, 6, 8], "epochs": 20, "granularity": "layer", "itv_from": 0,
    "measure": "magnitude", "measure_g": "same", "first_order": "off", "hessian_probes": 8, "batch_size": 64, "max_train": 0, "max_test": 0, "seed": 1, "lr": 0.1, "lr_schedule": "cosine", "lr_milestones": [], "lr_decay": 0.1,
    "warmup_epochs": 0, "warmup_steps": 0, "optimizer": "sgd", "momentum": 0.9, "weight_decay": 1e-4, "decay_exempt": "none",
    "nesterov": "off", "adam_beta1": 0.9, "adam_beta2": 0.999, "adam_epsilon": 1e-8, "clip_norm": 0, "augment": "none",
    "label_smoothing": 0, "top": 1, "clipping": "full", "seed_init": None, "seed_data": None, "seed_rounding": None,
    "norm_momentum": 0.1, "last_batch": "drop", **{kind + "_" + what: "scheme" for kind in ("weight", "activation", "gradient")
                             for what in ("scale", "clipping", "rounding")},
    "gradient_scales": "scheme", "rate_scaling": "scheme", "weight_update": "scheme", "batch_norm": "scheme", "clip_fraction": 0.9,
    "clip_percentile": 99.9, "clip_period": 100, "clip_lambda": 0.3, "clip_share": 0.8, "rate_alpha": 20,
    "rate_beta": 0.1, "bits": "8", "validation": None, "validation_seed": 1}


def complete(given):
    settings = {**DEFAULTS, **given}
    for name in ("seed_init", "seed_data", "seed_rounding"):
        settings[name] = settings["seed"] if settings[name] is None else settings[name]
    return resolved(settings)


def flags(given):
    """The arguments of `ampa train` that stand for the settings."""
    result = []
    for key, value in given.items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        result += ["--" + key.replace("_", "-"), text]
    return result
