"""caught_by.py VERIFY.json PATCH: one line of a table: the break, its file, and what caught it."""
import json
import re
import sys

with open(sys.argv[1]) as file:
    results = json.load(file)["results"]
with open(sys.argv[2]) as file:
    broken = re.search(r"^\+\+\+ b/(\S+)", file.read(), re.M).group(1)
failed = [result for result in results if not result["equal"]]
lines = failed[0]["failure"]["text"].splitlines()
found_in = next((line.split(": ", 1)[1] for line in lines if "found in: " in line), lines[0])
smallest = [re.sub(r"^ *(job \d+|smallest): ", "", line) for line in lines if re.match(r" +(job \d+|smallest): ", line)]
if failed[0]["kind"] == "unit":
    smallest.append(lines[-2].strip())  # the mismatch, before how to replay it
name = re.sub(r"^\d+_|\.patch$", "", sys.argv[2].rsplit("/", 1)[-1]).replace("_", " ")
print(f"| {name} | {broken} | {', '.join(result['target'] for result in failed)} | {found_in} | {'; '.join(smallest)} |")
