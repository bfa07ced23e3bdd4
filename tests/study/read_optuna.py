"""Reads a journal with Optuna and prints what it holds as JSON: read_optuna.py JOURNAL"""

import json
import sys
import warnings

warnings.simplefilter("ignore")
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = optuna.storages.JournalStorage(optuna.storages.JournalFileStorage(sys.argv[1]))
study = optuna.load_study(study_name=None, storage=storage)
trials = {
    trial.user_attrs["trial"]: {
        "state": trial.state.name,
        "values": trial.values,
        "params": trial.params,
        "curve": [trial.intermediate_values[epoch] for epoch in sorted(trial.intermediate_values)],
        "stage": trial.user_attrs["stage"],
    }
    for trial in study.trials
}
for trial in study.trials:  # what Optuna itself would refuse
    if trial.state.is_finished() and trial.datetime_start is not None:
        trial._validate()
best = [trial.user_attrs["trial"] for trial in study.best_trials]
print(
    json.dumps(
        {
            "name": study.study_name,
            "directions": [direction.name for direction in study.directions],
            "trials": trials,
            "best": sorted(best),
        }
    )
)
