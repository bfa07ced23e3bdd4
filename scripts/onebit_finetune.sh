#!/usr/bin/env bash
# Fine-tuning in one bit (docs/onebit.md): an FP32 network on classes 0 to 4 of a data set, then the settings of
# scripts/onebit_finetune.json on classes 5 to 9, from its weights.
#   onebit_finetune.sh DATASET DATA_DIR NETWORK OUT
# DATA_DIR "" is the data set's own place. EPOCHS (10), MAX_TRAIN (2000, 0: all), BATCH_SIZE (64), WORKERS (processors) and
# AMPA (build/release/ampa) may be set in the environment.
set -euo pipefail
cd "$(dirname "$0")/.."

[[ $# -eq 4 ]] || { sed -n '2,6s/^# \?//p' "$0" >&2; exit 2; }
dataset=$1 data_dir=$2 network=$3 out=$4
epochs=${EPOCHS:-10} max_train=${MAX_TRAIN:-2000} batch_size=${BATCH_SIZE:-64} workers=${WORKERS:-$(nproc)}
ampa=${AMPA:-build/release/ampa}
place=()
[[ -z $data_dir ]] || place=(--data-dir "$data_dir")

mkdir -p "$out"
"$ampa" train --network "$network" --dataset "$dataset" "${place[@]}" --classes 0-4 --scheme fp32 --optimizer adam --weight-decay 1e-5 \
  --lr 0.001 --epochs "$epochs" --batch-size "$batch_size" --max-train "$max_train" --augment flip-crop --resume --out "$out/pretrained"
"$ampa" export --run "$out/pretrained" "${place[@]}" --out "$out/pretrained.safetensors"

python3 - "$PWD/$out/pretrained.safetensors" "$dataset" "$data_dir" "$network" "$epochs" "$max_train" "$batch_size" > "$out/sweep.json" <<'PYTHON'
import json
import sys

init, dataset, data_dir, network, *numbers = sys.argv[1:]
with open("scripts/onebit_finetune.json") as file:
    sweep = json.load(file)
sweep["base"].update(init=init, dataset=dataset, network=network)
sweep["base"].update(zip(("epochs", "max_train", "batch_size"), map(int, numbers)))
if data_dir:
    sweep["base"]["data_dir"] = data_dir
else:
    del sweep["base"]["data_dir"]
json.dump(sweep, sys.stdout, indent=2)
PYTHON
"$ampa" sweep "$out/sweep.json" --out "$out/sweep" --workers "$workers"
