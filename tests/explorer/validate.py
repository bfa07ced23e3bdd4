"""validate.py SCHEMA FILE...: exits 1 with one line for each file that breaks the JSON Schema."""
import json
import sys

from jsonschema import Draft7Validator

with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft7Validator.check_schema(schema)
failed = False
for path in sys.argv[2:]:
    with open(path) as file:
        for error in Draft7Validator(schema).iter_errors(json.load(file)):
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
            failed = True
sys.exit(1 if failed else 0)
