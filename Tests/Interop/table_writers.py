#!/usr/bin/env python3
"""Many processes write one table while others read it: nothing is lost, doubled or torn.

    table_writers.py                        8 writers, 4 readers, 2,000 commits
    table_writers.py --foreign              deltalake makes half of the commits
    table_writers.py --commits 200          fewer

Writers append (INSERT INTO) and overwrite (INSERT OVERWRITE), a process for each statement. Each
statement brings rows that say who wrote them, as which piece of work, and how many rows it has.
Readers are pyarrow, Polars and DuckDB on the published directory, and deltalake on the table
proper.

Afterwards the log is played: each acknowledged piece of work made one version, each version is of
one piece of work, an append took no file away, an overwrite all that were there. Every answer of
every reader must be the content of one version, not older than the last one that was acknowledged
when the reading began. What breaks a promise begins with VIOLATION, and the exit code is 1.
"""

import argparse
import collections
import glob
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time

from generations import MISSING, NO_COLUMNS, ROOT

violations = []
CONFLICT = 5
COLUMNS = ["writer", "work", "number", "total"]


def violation(text):
    print("VIOLATION " + text, flush=True)
    violations.append(text)


def rows_of(writer, work):
    """One to four rows, each of which says how many there are."""
    total = 1 + (writer + work) % 4
    return [(writer, work, number, total) for number in range(total)]


class Table:
    def __init__(self, lake, path):
        self.lake, self.path = lake, path
        self.published = os.path.join(path, "lake/trusted/events")
        self.proper = os.path.join(path, "lake/.tables/trusted/events")

    def command(self, *words):
        return subprocess.run([self.lake, "-C", self.path, *words], capture_output=True, text=True,
                              check=False)

    def make(self):
        subprocess.run([self.lake, "init", self.path], check=True, capture_output=True)
        landing = os.path.join(self.path, "lake/landing/events")
        os.makedirs(landing)
        os.makedirs(os.path.join(self.path, "pipelines/one"))
        with open(os.path.join(landing, "events.json"), "w") as file:
            for row in rows_of(0, 0):
                file.write(json.dumps(dict(zip(COLUMNS, row))) + "\n")
        with open(os.path.join(self.path, "pipelines/one/events.sql"), "w") as file:
            file.write("CREATE OR REPLACE TABLE trusted.events AS\n"
                       f"SELECT {', '.join(COLUMNS)} FROM landing.events;\n")
        answer = self.command("run")
        if answer.returncode != 0:
            raise SystemExit(f"the table cannot be made: {answer.stderr}")

    def versions(self):
        return len(glob.glob(os.path.join(self.proper, "_delta_log", "*.json")))


# Writers. An answer is "done", "conflict: …", or what went wrong.

def write_lake(table, writer, work, overwrites):
    values = ", ".join(str(row) for row in rows_of(writer, work))
    verb = "INSERT OVERWRITE" if overwrites else "INSERT INTO"
    answer = table.command("query", f"{verb} trusted.events VALUES {values}")
    if answer.returncode == 0:
        return "done"
    told = answer.stderr.strip()[:300]
    return f"conflict: {told}" if answer.returncode == CONFLICT else told


def write_deltalake(table, writer, work, overwrites):
    import deltalake
    import pyarrow
    schema = deltalake.DeltaTable(table.proper).schema()
    fields = {field.name: str(field.type.type) for field in schema.fields}
    kinds = {"long": pyarrow.int64(), "integer": pyarrow.int32()}
    columns = list(zip(*rows_of(writer, work)))
    data = pyarrow.table({name: pyarrow.array(column, kinds[fields[name]])
                          for name, column in zip(COLUMNS, columns)})
    try:
        deltalake.write_deltalake(table.proper, data, mode="overwrite" if overwrites else "append")
        return "done"
    except Exception as error:  # has a type of its own in each version
        text = f"{type(error).__name__}: {error}"
        is_conflict = "conflict" in text.lower() or "commit" in text.lower()
        return f"conflict: {type(error).__name__}" if is_conflict else text[:300]


def writing_loop(writer, table, write, works, until, answers):
    """Works until the table has so many versions."""
    dice = random.Random(writer)
    made = {}
    for work in range(1, works + 1):
        if work % 5 == 0 and table.versions() >= until:
            break
        overwrites = dice.randrange(12) == 0
        made[(writer, work)] = (overwrites, write(table, writer, work, overwrites))
    answers.put(made)


# Readers

def read_pyarrow(folder):
    import pyarrow.parquet as pq
    found = pq.read_table(folder)
    if not found.schema.names:
        raise FileNotFoundError(NO_COLUMNS)
    return list(zip(*(found[name].to_pylist() for name in COLUMNS)))


def read_polars(folder):
    import polars
    return polars.scan_parquet(os.path.join(folder, "*.parquet")).select(COLUMNS).collect().rows()


def read_duckdb(folder):
    import duckdb
    return duckdb.execute(f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?)",
                          [os.path.join(folder, "*.parquet")]).fetchall()


def read_deltalake(folder):
    import deltalake
    found = deltalake.DeltaTable(folder).to_pyarrow_table()
    return list(zip(*(found[name].to_pylist() for name in COLUMNS)))


READ = {"pyarrow": read_pyarrow, "polars": read_polars, "duckdb": read_duckdb,
        "deltalake": read_deltalake}


def works_in(rows):
    """The pieces of work whose rows these are; a text where one is not whole."""
    groups = collections.defaultdict(list)
    for writer, work, number, total in rows:
        groups[(writer, work)].append((number, total))
    for key, found in groups.items():
        if sorted(number for number, _ in found) != list(range(found[0][1])):
            return f"{key} has the rows {sorted(found)}"
    return frozenset(groups)


def reading_loop(name, folder, table, ready, stop, answers):
    answer = []
    try:
        READ[name](folder)  # which loads the reader
    except Exception:
        pass
    ready.wait()
    while not stop.is_set():
        earliest = table.versions() - 1
        try:
            seen = works_in(READ[name](folder))
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            missing = (isinstance(error, FileNotFoundError)
                       or any(word in text.lower() for word in MISSING))
            seen = None if missing else text.replace("\n", " ")[:300]
        answer.append((earliest, seen, table.versions() - 1))
    answers.put((name, answer))


# The log

def play(table):
    """Of each version: the works that it holds, and what is wrong with its entry."""
    import pyarrow.parquet as pq
    contents, live, owners = [], {}, {}
    entries = sorted(glob.glob(os.path.join(table.proper, "_delta_log", "*.json")))
    for version, entry in enumerate(entries):
        if int(os.path.basename(entry)[:20]) != version:
            violation(f"version {version} is missing from the log")
        with open(entry, encoding="utf-8") as lines:
            actions = [json.loads(line) for line in lines if line.strip()]
        removed = {action["remove"]["path"] for action in actions if "remove" in action}
        works = set()
        before = set(live)
        for path in removed:
            live.pop(path, None)
        for action in actions:
            if "add" not in action:
                continue
            path, size = action["add"]["path"], action["add"]["size"]
            file = os.path.join(table.proper, path)
            if not os.path.exists(file) or os.path.getsize(file) != size:
                violation(f"version {version}: {path} is not there, or not of its size")
                continue
            found = works_in(list(zip(*(pq.read_table(file)[name].to_pylist()
                                        for name in COLUMNS))))
            if isinstance(found, str):
                violation(f"version {version}: {found}")
                continue
            live[path] = found
            works |= found
        if len(works) != 1:
            violation(f"version {version} is of the works {sorted(works)}")
        for work in works:
            if work in owners:
                violation(f"{work} made the versions {owners[work][0]} and {version}")
            owners[work] = (version, removed, before)
        contents.append(frozenset().union(*live.values()))
    return contents, owners


def judge_works(made, owners, is_foreign):
    counts = collections.Counter()
    for work, (overwrites, answer) in made.items():
        kind = "overwrite" if overwrites else "append"
        # Of a conflict the first line, without the numbers of versions.
        counts[f"{kind}: {re.sub('[0-9]+', '…', answer.splitlines()[0])}"] += 1
        if answer != "done" and not answer.startswith("conflict"):
            violation(f"{work} ({kind}): {answer}")
        elif (answer == "done") != (work in owners):
            violation(f"{work} ({kind}) was told '{answer}', and the log says otherwise")
        elif answer == "done":
            version, removed, before = owners[work]
            expected = before if overwrites else set()
            # To deltalake an overwrite stands before the appends of others that it did not know of.
            is_right = removed <= expected if is_foreign(work[0]) else removed == expected
            if not is_right:
                violation(f"{work} ({kind}) made version {version}, which took away "
                          f"{len(removed)} of {len(before)} files")
    strangers = set(owners) - set(made) - {(0, 0)}
    if strangers:
        violation(f"versions of nobody: {sorted(strangers)}")
    for what, count in sorted(counts.items()):
        print(f"  {what}: {count}")


def judge_readings(name, readings, contents, lags):
    """A published directory may follow a moment behind the log, and behind commits of others."""
    versions = collections.defaultdict(list)
    for version, content in enumerate(contents):
        versions[content].append(version)
    missing, newest = 0, 0
    for earliest, seen, latest in readings:
        if seen is None:
            missing += 1
        elif isinstance(seen, str):
            violation(f"{name}: {seen}")
        else:
            known = [version for version in versions.get(seen, []) if version <= latest]
            if name == "deltalake":
                known = [version for version in known if version >= earliest]
            elif not lags:
                known = [version for version in known if version >= newest]
            if not known:
                violation(f"{name} saw {len(seen)} works between the versions {earliest} and "
                          f"{latest}, which is no version")
            else:
                newest = known[0]
    if name == "deltalake" and missing:
        violation(f"{name} missed a file {missing} times")
    print(f"  {name}: {len(readings)} readings, {missing} of them told of a missing file")
    if len(readings) == missing:
        violation(f"{name} never saw a version")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lake", default=os.path.join(ROOT, ".build/release/lake"))
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--readers", default="pyarrow,polars,duckdb,deltalake")
    parser.add_argument("--foreign", action="store_true", help="half of the writers are deltalake")
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    names = arguments.readers.split(",")

    def is_foreign(writer):
        return arguments.foreign and writer % 2 == 0

    with tempfile.TemporaryDirectory() as folder:
        table = Table(os.path.abspath(arguments.lake), os.path.join(folder, "lake"))
        table.make()
        stop, told, answers = context.Event(), context.Queue(), context.Queue()
        ready = context.Barrier(len(names) + 1)
        readers = [context.Process(target=reading_loop, args=(
            name, table.proper if name == "deltalake" else table.published, table, ready, stop,
            told)) for name in names]
        for reader in readers:
            reader.start()
        ready.wait(timeout=120)
        start = time.monotonic()
        writers = []
        for number in range(1, arguments.writers + 1):
            write = write_deltalake if is_foreign(number) else write_lake
            writers.append(context.Process(target=writing_loop, args=(
                number, table, write, arguments.commits, arguments.commits, answers)))
        for writer in writers:
            writer.start()
        made = {}
        for _ in writers:
            made.update(answers.get(timeout=3600))
        seconds = time.monotonic() - start
        stop.set()
        readings = dict(told.get(timeout=120) for _ in readers)
        for process in writers + readers:
            process.join()
        contents, owners = play(table)
        print(f"{len(contents)} versions by {arguments.writers} writers in {seconds:.0f} s:")
        judge_works(made, owners, is_foreign)
        for name in names:
            judge_readings(name, readings[name], contents, lags=arguments.foreign)
        judge_end(table, contents)
    print(f"{len(violations)} violations")
    sys.exit(1 if violations else 0)


def judge_end(table, contents):
    """After one more command everybody sees the latest version."""
    answer = table.command("--json", "query", "SELECT count(*) AS n FROM trusted.events")
    count = sum(len(rows_of(*work)) for work in contents[-1])
    if f'"n":{count}' not in answer.stdout.replace(" ", ""):
        violation(f"lake query says {answer.stdout} {answer.stderr}, not {count}")
    for name in READ:
        seen = works_in(READ[name](table.proper if name == "deltalake" else table.published))
        if seen != contents[-1]:
            violation(f"at the end {name} sees {len(seen)} works, not {len(contents[-1])}")


if __name__ == "__main__":
    main()
