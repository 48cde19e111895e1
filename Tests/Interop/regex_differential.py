#!/usr/bin/env python3
"""Random regular expressions: all matches and groups, compared with Python's re.

usage: regex_differential.py [LAKE] [COUNT] [SEED]

Only what both mean alike is written: no class within a class, '$' as '\\Z', ASCII classes. A group
inside of a repetition is not compared, since Python keeps what an earlier turn left there.
"""
import json
import random
import re
import subprocess
import sys
import tempfile
import os

lake = sys.argv[1] if len(sys.argv) > 1 else "bin/lake"
count = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)

ATOMS = ["a", "b", "c", "é", "日", ".", "\\d", "\\w", "\\s", "\\S", "[ab]", "[^a]", "[a-cé]", "1",
         "\\b", "\\B", "^", "\\Z", "[b-d1-3]", "\\W", "ab", "\\n", "[^\\d]", "(?:)"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"]


EMPTY = {"\\b", "\\B", "^", "\\Z", "(?:)"}


def pattern(depth, state, in_repeat):
    """A pattern, and whether it can match nothing."""
    kind = rng.random()
    if depth == 0 or kind < 0.35:
        atom = rng.choice(ATOMS)
        return atom, atom in EMPTY
    if kind < 0.6:
        parts = [pattern(depth - 1, state, in_repeat) for _ in range(rng.randint(1, 3))]
        return "".join(p for p, _ in parts), all(e for _, e in parts)
    if kind < 0.75:
        parts = [pattern(depth - 1, state, in_repeat) for _ in range(rng.randint(2, 3))]
        return "(?:" + "|".join(p for p, _ in parts) + ")", any(e for _, e in parts)
    if kind < 0.85 and not in_repeat:
        state[0] += 1
        inner, empty = pattern(depth - 1, state, in_repeat)
        return "(" + inner + ")", empty
    inner, empty = pattern(depth - 1, state, True)
    while empty:
        # What a loop does with turns that match nothing differs from engine to engine.
        inner, empty = pattern(depth - 1, state, True)
    sign = rng.choice(QUANTIFIERS)
    return "(?:" + inner + ")" + sign, sign[0] in "*?" or sign.startswith("{0")


def text():
    return "".join(rng.choice("aaabbc1é日 \n_x2") for _ in range(rng.randint(0, 12)))


def find_all(compiled, subject):
    """As Java finds them: behind an empty match the next begins a character later."""
    found, place = [], 0
    while place <= len(subject):
        match = compiled.search(subject, place)
        if match is None:
            break
        found.append(match)
        place = match.end() + 1 if match.end() == match.start() else match.end()
    return found


def replaced(matches, subject):
    result, place = "", 0
    for match in matches:
        result += subject[place:match.start()] + "<>"
        place = match.end()
    return result + subject[place:]


rows = []
while len(rows) < count:
    state = [0]
    source = rng.choice(["", "", "", "(?i)", "(?s)", "(?m)"]) + pattern(4, state, False)[0]
    try:
        compiled = re.compile(source, re.ASCII if "(?i)" not in source else 0)
    except re.error:
        continue
    if "(?i)" in source and re.search(r"\\[wWbBsSd]", source):
        continue
    subject = text()
    if subject == "" and "\\B" in source:
        continue
    matches = find_all(compiled, subject)
    rows.append({
        "p": source.replace("\\Z", "\\z"), "t": subject, "g": state[0],
        "all": [m.group(0) for m in matches],
        "one": matches[0].group(state[0]) if matches else None,
        "replaced": replaced(matches, subject),
        "like": bool(matches),
    })

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "cases.json")
    with open(path, "w") as file:
        for row in rows:
            file.write(json.dumps({k: row[k] for k in "ptg"}, ensure_ascii=False) + "\n")
    query = (f"SELECT p, t, regexp_extract_all(t, p) AS \"all\", regexp_extract(t, p, g) AS one, "
             f"regexp_replace(t, p, '<>') AS replaced, regexp_like(t, p) AS \"like\" FROM '{path}'")
    output = subprocess.run([lake, "query", "--json", query], capture_output=True, text=True)
if output.returncode != 0:
    sys.exit(output.stderr)
answers = json.loads(output.stdout)
wrong = 0
for row, answer in zip(rows, answers):
    for key in ("all", "one", "replaced", "like"):
        if row[key] != answer.get(key):
            wrong += 1
            if wrong <= 20:
                print(f"{row['p']!r} in {row['t']!r}: {key} is {answer.get(key)!r}, "
                      f"not {row[key]!r}")
print(f"{len(rows)} patterns, {wrong} differences")
sys.exit(1 if wrong or len(answers) != len(rows) else 0)
