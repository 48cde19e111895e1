#!/usr/bin/env python3
"""Proofs with foreign readers on what `lake run` publishes: pyarrow, Polars, DuckDB, deltalake.

    generations.py readers  [--publishes 200]   readers in loops while a table is published
    generations.py kills                        kill -9 at each file operation of a run in turn
    generations.py statements                   the same for INSERT, MERGE, OPTIMIZE and so on
    generations.py same                         the same bytes again, on 1 and on 2 threads
    generations.py all                          one after the other

A table here has one of two generations of content, told apart by a marker and by the number of
rows. A reader must see one of them, whole, or say that a file is missing. Every line of the
output counts something; what breaks a promise begins with VIOLATION, and the exit code is 1.
"""

import argparse
import collections
import glob
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROWS = {1: 700, 2: 1100}
PATTERNS = {"directory": "", "*.parquet": "*.parquet", "**/*.parquet": "**/*.parquet"}
MISSING = ("no such file", "no files found", "expanded paths were empty", "cannot open file",
           "does not exist", "tablenotfounderror")
NO_COLUMNS = "every listed file is gone: a table without columns"
violations = []


def violation(text):
    print("VIOLATION " + text, flush=True)
    violations.append(text)


def generation(number):
    return [(number, row) for row in range(ROWS[number])]


# The contents that a table may have, as rows of marker and id.
STATES = {
    "generation 1": generation(1),
    "generation 2": generation(2),
    "appended": generation(1) + [(3, 2000 + row) for row in range(10)],
    "merged": [(4 if row < 50 else 1, row) for row in range(ROWS[1])] + [(4, 3000)],
}
STATES = {name: sorted(rows) for name, rows in STATES.items()}


# What a reader saw: the name of a state, "missing" in one of two ways, or what is wrong.

def seen(markers, ids):
    """The state whose rows these are, each of them once."""
    if not ids:
        return "no rows, and no error"
    rows = sorted(zip(markers, ids))
    for name, expected in STATES.items():
        if rows == expected:
            return name
    return f"{len(ids)} rows of generations {sorted(set(markers))}"


def read_pyarrow(folder, pattern):
    import pyarrow.parquet as pq
    if pattern:
        paths = sorted(glob.glob(os.path.join(folder, pattern), recursive=True))
        if not paths:
            raise FileNotFoundError("no files found")
        table = pq.read_table(paths)
    else:
        table = pq.read_table(folder)
    if not table.schema.names:
        # It leaves out, without a word, each file that is gone between listing it and looking at
        # it. When all are, this is no table: whoever asks it for a column gets an error.
        raise FileNotFoundError(NO_COLUMNS)
    return table["marker"].to_pylist(), table["id"].to_pylist()


def read_polars(folder, pattern):
    import polars
    frame = polars.scan_parquet(os.path.join(folder, pattern)).collect()
    return frame["marker"].to_list(), frame["id"].to_list()


def read_duckdb(folder, pattern):
    import duckdb
    source = os.path.join(folder, pattern or "*")
    rows = duckdb.execute("SELECT marker, id FROM read_parquet(?)", [source]).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def read_deltalake(table, _):
    import deltalake
    rows = deltalake.DeltaTable(table).to_pyarrow_table()
    return rows["marker"].to_pylist(), rows["id"].to_pylist()


READERS = {"pyarrow": read_pyarrow, "polars": read_polars, "duckdb": read_duckdb}


def outcome(read, folder, pattern):
    try:
        markers, ids = read(folder, pattern)
    except Exception as error:  # what readers throw has no common type
        text = f"{type(error).__name__}: {error}"
        is_missing = (isinstance(error, FileNotFoundError)
                      or any(word in text.lower() for word in MISSING))
        if is_missing:
            return "missing, no columns" if NO_COLUMNS in text else "missing"
        return text.replace("\n", " ")[:300]
    return seen(markers, ids)


# A workspace with one table and one job, and two generations of its landing file.

class Workspace:
    def __init__(self, lake, path):
        self.lake, self.path = lake, path
        self.published = os.path.join(path, "lake/trusted/readings")
        self.table = os.path.join(path, "lake/.tables/trusted/readings")

    def make(self):
        self.command("init", self.path)
        os.makedirs(os.path.join(self.path, "lake/landing/readings"))
        os.makedirs(os.path.join(self.path, "pipelines/one"))
        with open(os.path.join(self.path, "pipelines/one/readings.sql"), "w") as file:
            file.write("CREATE OR REPLACE TABLE trusted.readings AS\n"
                       "SELECT id, marker FROM landing.readings;\n")

    def land(self, generation):
        """Swaps the landing file in one step."""
        landing = os.path.join(self.path, "lake/landing/readings")
        with open(os.path.join(landing, "_next"), "w") as file:
            for row in range(ROWS[generation]):
                file.write(f'{{"id":{row},"marker":{generation}}}\n')
        os.rename(os.path.join(landing, "_next"), os.path.join(landing, "readings.json"))

    def command(self, *words, environment=None):
        return subprocess.run([self.lake, *words], capture_output=True, text=True,
                              env={**os.environ, **(environment or {})}, check=False)

    def run(self, *words, environment=None):
        return self.command("-C", self.path, "run", *words, environment=environment)

    def query(self, statement, environment=None):
        return self.command("-C", self.path, "query", statement, environment=environment)

    def copy_to(self, other):
        """A copy, hard links and times kept, in the other's place."""
        shutil.rmtree(other.path, ignore_errors=True)
        subprocess.run(["cp", "-a", self.path, other.path], check=True)


# 1. Readers in loops

def reading_loop(name, folder, patterns, ready, stop, answers):
    read = read_deltalake if name == "deltalake" else READERS[name]
    counts = collections.Counter()
    outcome(read, folder, "")  # which loads the reader
    ready.wait()
    while not stop.is_set():
        for label, pattern in patterns.items():
            counts[(name, label, outcome(read, folder, pattern))] += 1
    answers.put(counts)


def prove_readers(lake, folder, publishes, names):
    workspace = Workspace(lake, os.path.join(folder, "readers"))
    workspace.make()
    workspace.land(1)
    workspace.run()
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    ready = context.Barrier(len(names) + 1)
    loops = []
    for name in names:
        is_delta = name == "deltalake"
        where = workspace.table if is_delta else workspace.published
        patterns = {"table": ""} if is_delta else PATTERNS
        loops.append(context.Process(
            target=reading_loop, args=(name, where, patterns, ready, stop, answers)))
    for loop in loops:
        loop.start()
    ready.wait(timeout=120)
    start = time.monotonic()
    for publish in range(publishes):
        workspace.land(2 - publish % 2)
        answer = workspace.run("--force")
        if answer.returncode != 0:
            violation(f"publish {publish}: {answer.stderr}")
    seconds = time.monotonic() - start
    stop.set()
    counts = sum((answers.get(timeout=120) for _ in loops), collections.Counter())
    for loop in loops:
        loop.join()
    print(f"{publishes} publishes in {seconds:.1f} s, read meanwhile:")
    for (name, label, what), count in sorted(counts.items()):
        print(f"  {name:<10} {label:<13} {what}: {count}")
        # Who follows the log never misses a file: versions are kept.
        allowed = ["generation 1", "generation 2"]
        if name != "deltalake":
            allowed += ["missing", "missing, no columns"]
        if what not in allowed:
            violation(f"{name} on {label} saw {what}")
    for name in names:
        if not any(key[0] == name and key[2].startswith("generation") for key in counts):
            violation(f"{name} never saw a generation")


# 2. kill -9 at each file operation

def log_files(table):
    """The data files of the latest version, by playing the log."""
    files = set()
    for entry in sorted(glob.glob(os.path.join(table, "_delta_log", "*.json"))):
        with open(entry, encoding="utf-8") as lines:
            for action in map(json.loads, lines):
                if "add" in action:
                    files.add(action["add"]["path"])
                if "remove" in action:
                    files.discard(action["remove"]["path"])
    return files


def identities(folder, names):
    return sorted(os.stat(os.path.join(folder, name)).st_ino for name in names)


def leftovers(workspace):
    """What should not be there after a repair."""
    found = []
    table = workspace.table
    named = set()
    for entry in glob.glob(os.path.join(table, "_delta_log", "*.json")):
        with open(entry, encoding="utf-8") as lines:
            named |= {action["add"]["path"] for action in map(json.loads, lines)
                      if "add" in action}
    for place, _, files in os.walk(workspace.path):
        for name in files:
            path = os.path.join(place, name)
            short = os.path.relpath(path, workspace.path)
            if ".lake-tmp" in name or name.endswith(("-wal", "-shm", "-journal")):
                found.append(short)
            elif any(word in place for word in ("/_staging", "/_publishing")):
                found.append(short)
            elif place == table and name.endswith(".parquet") and name not in named:
                found.append(short)
    found += [name for name in ("_publishing", "_trash")
              if os.path.exists(os.path.join(table, name))]
    # Published directories of the last minute stay whole, each under the time of its end.
    superseded = os.path.join(table, "_superseded")
    for name in os.listdir(superseded) if os.path.isdir(superseded) else []:
        if not abs(time.time() - int(name) / 1000) < 120:
            found.append(f"_superseded/{name}")
    staging = os.path.join(table, "_staging")
    if os.path.isdir(staging) and os.listdir(staging):
        found.append("_staging is not empty")
    return sorted(set(found))


def look(workspace):
    """What each reader sees, without any help of lake."""
    views = {}
    for name, read in READERS.items():
        for label, pattern in PATTERNS.items():
            views[f"{name} {label}"] = outcome(read, workspace.published, pattern)
    views["deltalake"] = outcome(read_deltalake, workspace.table, "")
    return views


def check_published(workspace, files, at):
    """The published files are the table's, whatever their names are."""
    names = os.listdir(workspace.published)
    if identities(workspace.published, names) != identities(workspace.table, files):
        violation(f"{at}: published {names}, the log says {files}")


def check_repair(workspace, at):
    answer = workspace.run()
    if answer.returncode != 0:
        violation(f"{at}: the run after it failed: {answer.stderr}")
        return
    for name, what in look(workspace).items():
        if what != "generation 2":
            violation(f"{at}: after the repair {name} saw {what}")
    files = log_files(workspace.table)
    if not os.path.isdir(workspace.published):
        violation(f"{at}: there is no published directory after the repair")
    else:
        check_published(workspace, files, at)
    for name in leftovers(workspace):
        violation(f"{at}: left over: {name}")
    query = workspace.command("-C", workspace.path, "--json", "query",
                              "SELECT count(*) AS n, max(marker) AS m FROM trusted.readings")
    if '"n":1100' not in query.stdout.replace(" ", ""):
        violation(f"{at}: lake query says {query.stdout} {query.stderr}")
    again = workspace.run()
    if again.returncode != 0 or "up to date" not in again.stdout:
        violation(f"{at}: not up to date afterwards: {again.stdout} {again.stderr}")


def operation(log, at):
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            words = line.split(" ", 2)
            if words[0] == str(at):
                name = os.path.basename(words[2].strip()) if len(words) > 2 else ""
                return f"{words[1]} {name}".strip()
    return "?"


def kill_in_turn(lake, folder, injector, title, template, old):
    """Kills the run that publishes generation 2 at its first, second, … operation."""
    workspace = Workspace(lake, os.path.join(folder, "killed"))
    start = time.monotonic()
    changes, last, at = [], None, 0
    while True:
        template.copy_to(workspace)
        log = os.path.join(folder, "operations")
        if os.path.exists(log):
            os.remove(log)
        answer = workspace.run(environment={
            "LD_PRELOAD": injector, "INJ_AT": str(at), "INJ_MODE": "2", "INJ_LOG": log})
        if answer.returncode == 0:
            break
        where = f"{title}, kill {at} ({operation(log, at)})"
        if answer.returncode != -signal.SIGKILL:
            violation(f"{where}: ended with {answer.returncode}: {answer.stderr}")
        views = look(workspace)
        for name, what in views.items():
            if what not in (old, "generation 2"):
                violation(f"{where}: {name} saw {what}")
        plain = {what for name, what in views.items() if name != "deltalake"}
        if len(plain) != 1:
            violation(f"{where}: readers of one directory differ: {views}")
        state = (views["deltalake"], *sorted(plain))
        if state != last:
            changes.append(f"    from {at} ({operation(log, at)}): the log shows {state[0]}, "
                           f"the published directory {', '.join(state[1:])}")
            last = state
        check_repair(workspace, where)
        at += 1
    if at < 20:
        violation(f"{title}: only {at} operations were seen")
    print(f"  {title}: {at} kills in {time.monotonic() - start:.1f} s")
    print("\n".join(changes))


def prove_kills(lake, folder, source):
    injector = os.path.join(folder, "inj.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", injector, source, "-ldl"], check=True)
    print("kill -9 at each file operation of a run in turn:")
    first = Workspace(lake, os.path.join(folder, "first"))
    first.make()
    first.land(2)
    kill_in_turn(lake, folder, injector, "a new table", first, "missing")

    older = Workspace(lake, os.path.join(folder, "older"))
    older.make()
    for generation in (2, 1):
        older.land(generation)
        older.run()
    older.land(2)
    kill_in_turn(lake, folder, injector, "over an older version", older, "generation 1")

    # The same table, killed between the entry of the log and the published directory.
    lagging = Workspace(lake, os.path.join(folder, "lagging"))
    for at in range(1000):
        older.copy_to(lagging)
        lagging.run(environment={"LD_PRELOAD": injector, "INJ_AT": str(at), "INJ_MODE": "2"})
        if outcome(read_deltalake, lagging.table, "") == "generation 2":
            break
    kill_in_turn(lake, folder, injector, "after a kill behind the log's entry", lagging,
                 "generation 1")


# 3. kill -9 at each file operation of a statement

APPEND = "INSERT INTO trusted.readings VALUES " + ", ".join(
    f"({row}, {marker})" for marker, row in STATES["appended"] if marker == 3)
MERGE = ("MERGE INTO trusted.readings AS t "
         "USING (SELECT id FROM trusted.readings WHERE id < 50 UNION ALL SELECT 3000) AS s "
         "ON t.id = s.id WHEN MATCHED THEN UPDATE SET marker = 4 "
         "WHEN NOT MATCHED THEN INSERT (id, marker) VALUES (s.id, 4)")
# The verb, the statements that lead to it, itself, the states before and after.
STATEMENTS = [
    ("append", [], APPEND, "generation 1", "appended"),
    ("merge", [], MERGE, "generation 1", "merged"),
    ("optimize", [APPEND], "OPTIMIZE trusted.readings FULL", "appended", "appended"),
    ("vacuum", [APPEND, MERGE, "RESTORE TABLE trusted.readings TO VERSION AS OF 1"],
     "VACUUM trusted.readings RETAIN 0 HOURS FORCE", "appended", "appended"),
    ("restore", [APPEND], "RESTORE TABLE trusted.readings TO VERSION AS OF 0", "appended",
     "generation 1"),
]


def check_statement(workspace, statement, before, after, where):
    """What was not done is done now; then everybody sees it, and nothing is left over."""
    log = outcome(read_deltalake, workspace.table, "")
    statements = ["VACUUM trusted.readings"]
    if log == before:
        statements.insert(0, statement)
    for text in statements:
        answer = workspace.query(text)
        if answer.returncode != 0:
            violation(f"{where}: '{text[:40]}' failed: {answer.stderr}")
            return
    for name, what in look(workspace).items():
        if what != after:
            violation(f"{where}: after the repair {name} saw {what}")
    check_published(workspace, log_files(workspace.table), where)
    for name in leftovers(workspace):
        violation(f"{where}: left over: {name}")


def kill_statement(lake, folder, injector, template, verb, statement, before, after):
    workspace = Workspace(lake, os.path.join(folder, "killed"))
    start = time.monotonic()
    at = 0
    while True:
        template.copy_to(workspace)
        log = os.path.join(folder, "operations")
        if os.path.exists(log):
            os.remove(log)
        answer = workspace.query(statement, environment={
            "LD_PRELOAD": injector, "INJ_AT": str(at), "INJ_MODE": "2", "INJ_LOG": log})
        if answer.returncode == 0:
            break
        where = f"{verb}, kill {at} ({operation(log, at)})"
        if answer.returncode != -signal.SIGKILL:
            violation(f"{where}: ended with {answer.returncode}: {answer.stderr}")
            break
        for name, what in look(workspace).items():
            if what not in (before, after):
                violation(f"{where}: {name} saw {what}")
        check_statement(workspace, statement, before, after, where)
        at += 1
    if at < 3:
        violation(f"{verb}: only {at} operations were seen")
    print(f"  {verb}: {at} kills in {time.monotonic() - start:.1f} s", flush=True)


def prove_statements(lake, folder, source):
    injector = os.path.join(folder, "inj.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", injector, source, "-ldl"], check=True)
    print("kill -9 at each file operation of a statement in turn:")
    for verb, earlier, statement, before, after in STATEMENTS:
        template = Workspace(lake, os.path.join(folder, verb))
        template.make()
        template.land(1)
        template.run()
        for text in earlier:
            answer = template.query(text)
            if answer.returncode != 0:
                violation(f"{verb}: '{text[:40]}' failed: {answer.stderr}")
        kill_statement(lake, folder, injector, template, verb, statement, before, after)


# 4. The same bytes

def data_files(workspace):
    """The hash of each published file, by its table and its number in it."""
    hashes = {}
    for path in glob.glob(os.path.join(workspace, "lake/*/*/part-*.parquet")):
        with open(path, "rb") as file:
            name = os.path.relpath(path, workspace).split("-v")[0]
            hashes[name] = hashlib.sha256(file.read()).hexdigest()
    return hashes


def prove_same(lake, folder):
    print("the same bytes from the same rows:")
    for damage in (None, "commas", "glued", "cut", "mixed"):
        workspace = os.path.join(folder, f"same-{damage}")
        subprocess.run([lake, "init", "--template", "stedi", workspace], check=True,
                       capture_output=True)
        landing = os.path.join(workspace, "lake/landing")
        shutil.rmtree(landing)
        made = os.path.join(folder, f"data-{damage}")
        subprocess.run([lake, "generate", "stedi", *(["--damage", damage] if damage else []), made],
                       check=True, capture_output=True)
        os.remove(os.path.join(made, "README.md"))
        os.rename(made, landing)
        known = None
        for options in ([], [], ["--threads", "1"], ["--threads", "2"], ["--threads", "7"]):
            answer = subprocess.run(
                [lake, "-C", workspace, *options, "run", "stedi", "--force", "--max-rejects",
                 "100%"], capture_output=True, text=True, check=False)
            if answer.returncode != 0:
                violation(f"damage {damage}, {options}: {answer.stderr}")
                break
            hashes = data_files(workspace)
            known = known or hashes
            if hashes != known or len(known) < 5:
                differing = [name for name in known if hashes.get(name) != known[name]]
                violation(f"damage {damage}, {options}: other bytes in {differing or hashes}")
        else:
            print(f"  damage {damage}: {len(known)} files, 5 runs, identical")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("proof", choices=["readers", "kills", "statements", "same", "all"])
    parser.add_argument("--lake", default=os.path.join(ROOT, ".build/release/lake"))
    parser.add_argument("--publishes", type=int, default=200)
    parser.add_argument("--readers", default="pyarrow,polars,duckdb,deltalake")
    parser.add_argument("--injector", help="source of the library that kills",
                        default=os.path.join(ROOT, "../shared/tools/fault-injection/inj.c"))
    arguments = parser.parse_args()
    lake = os.path.abspath(arguments.lake)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.proof in ("readers", "all"):
            prove_readers(lake, folder, arguments.publishes, arguments.readers.split(","))
        if arguments.proof in ("kills", "all"):
            if os.path.exists(arguments.injector):
                prove_kills(lake, folder, os.path.abspath(arguments.injector))
            else:
                print(f"kills: skipped, there is no {arguments.injector}")
        if arguments.proof in ("statements", "all"):
            if os.path.exists(arguments.injector):
                prove_statements(lake, folder, os.path.abspath(arguments.injector))
            else:
                print(f"statements: skipped, there is no {arguments.injector}")
        if arguments.proof in ("same", "all"):
            prove_same(lake, folder)
    print(f"{len(violations)} violations")
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
