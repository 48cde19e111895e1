"""Managed tables: what a publish, an old table and a MERGE cost, against deltalake.

Called by `Benchmarks/run tables`.

* A publish: CREATE OR REPLACE TABLE … AS SELECT of a few thousand rows, less writing the same
  rows to a plain Parquet file; and INSERT of one row, less `SELECT 1`.
* An old table: 10,000 versions, whose entries a script writes, and a checkpoint. Opening it, less
  `SELECT 1`, and the first page of its history.
* MERGE of 1 % changed keys into millions of rows, spread over the table or beside each other, in
  turn with deltalake on the same rows. deltalake is timed inside its process, lake as a whole
  command; the processor's time is that of both, which other programs on the machine do not touch.
* Growth: opening, appending and merging after 10, 100 and 1,000 versions.
"""

import argparse
import datetime
import json
import math
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import time

PUBLISH_ASKED, OPEN_ASKED, HISTORY_ASKED = 0.015, 0.030, 0.100
MERGE_ASKED, GROWTH_ASKED = 0.7, 1.25
VERSIONS = 10_000


class Cost:
    """Seconds by the clock, and of the processor."""

    def __init__(self, clock=math.inf, processor=math.inf):
        self.clock, self.processor = clock, processor

    def best(self, other):
        return Cost(min(self.clock, other.clock), min(self.processor, other.processor))

    def less(self, other):
        return Cost(self.clock - other.clock, self.processor - other.processor)


class Workspace:
    def __init__(self, lake, path):
        self.lake, self.path = lake, path
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run([lake, "init", path], check=True, capture_output=True)

    def run(self, *words):
        """The cost of a whole command."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        answer = subprocess.run([self.lake, "-C", self.path, *words], capture_output=True,
                                text=True, check=False)
        clock = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if answer.returncode != 0:
            sys.exit(f"lake {words[:2]}: {answer.stderr}")
        return Cost(clock, processor_seconds(after) - processor_seconds(before))

    def query(self, sql, *options):
        return self.run("query", *options, sql)

    def proper(self, table):
        return os.path.join(self.path, "lake/.tables/trusted", table)


def processor_seconds(usage):
    return usage.ru_utime + usage.ru_stime


def in_turn(rounds, *runs):
    """The best cost of each; they take turns."""
    best = [Cost() for _ in runs]
    for _ in range(rounds):
        best = [known.best(run()) for known, run in zip(best, runs)]
    return best


class Report:
    def __init__(self):
        self.figures, self.reached = {}, True

    def milliseconds(self, name, cost, asked=None):
        self.figures[name] = cost.clock
        verdict = ""
        if asked is not None:
            verdict = f", asked at most {asked * 1000:.0f} ms: "
            verdict += self.word(cost.clock, cost.processor, asked)
        print(f"  {name:<46} {cost.clock * 1000:7.1f} ms ({cost.processor * 1000:.1f} ms of the "
              f"processor){verdict}", flush=True)

    def ratio(self, name, clock, processor, asked):
        self.figures[name] = clock
        print(f"  {name:<46} {clock:7.2f} ({processor:.2f} of processor time), asked at most "
              f"{asked}: {self.word(clock, processor, asked)}", flush=True)

    def word(self, clock, processor, asked):
        """Other programs on the machine lengthen the clock's time alone; and what waits for the
        disk hides how much is done."""
        if max(clock, processor) <= asked:
            return "reached"
        self.reached = False
        if min(clock, processor) > asked:
            return "MISSED"
        return f"MISSED by the {'clock' if clock > asked else 'processor'} alone"


# A publish

def measure_publish(workspace, report, rounds):
    source = os.path.join(workspace.path, "few.parquet")
    plain = os.path.join(workspace.path, "plain.parquet")
    workspace.query(made_rows(1, 5000), "-o", source)
    rows = f"SELECT * FROM '{source}'"
    workspace.query("CREATE TABLE trusted.single AS SELECT BIGINT '1' AS id")
    nothing, writing, publishing, insert = in_turn(
        rounds * 5,
        lambda: workspace.query("SELECT 1"),
        lambda: workspace.query(rows, "-o", plain),
        lambda: workspace.query(f"CREATE OR REPLACE TABLE trusted.few AS {rows}"),
        lambda: workspace.query("INSERT INTO trusted.single VALUES (BIGINT '2')"))
    report.milliseconds("SELECT 1", nothing)
    report.milliseconds("5,000 rows to plain Parquet", writing)
    report.milliseconds("CREATE OR REPLACE TABLE … AS the same", publishing)
    report.milliseconds("overhead of the publish", publishing.less(writing), PUBLISH_ASKED)
    report.milliseconds("INSERT of one row, less SELECT 1", insert.less(nothing))


def made_rows(first, last):
    return ("SELECT CAST(n AS bigint) AS id, CAST(n * 7919 % 1000003 AS bigint) AS amount, "
            "'customer ' || CAST(n % 50021 AS varchar) AS name, n * 0.37e0 AS weight, "
            "DATE '2020-01-01' + n % 1000 * INTERVAL '1' DAY AS day "
            # A sequence ends at a million.
            "FROM (SELECT a * 1000 + b AS n "
            f"FROM UNNEST(sequence({first // 1000}, {last // 1000})) AS u(a) "
            "CROSS JOIN UNNEST(sequence(0, 999)) AS v(b)) t "
            f"WHERE n BETWEEN {first} AND {last}")


# An old table

def measure_old_table(workspace, report, rounds):
    workspace.query("CREATE TABLE trusted.old AS SELECT BIGINT '1' AS id, 'one' AS word")
    grow_log(workspace.proper("old"))
    first = workspace.query("SELECT count(*) FROM trusted.old")
    report.milliseconds("10,000 versions without a checkpoint", first)
    workspace.query("INSERT INTO trusted.old VALUES (BIGINT '2', 'two')")
    if not os.path.exists(os.path.join(workspace.proper("old"), "_delta_log/_last_checkpoint")):
        sys.exit(f"version {VERSIONS} of trusted.old has no checkpoint")
    nothing, opening, history = in_turn(
        rounds * 5,
        lambda: workspace.query("SELECT 1"),
        lambda: workspace.query("SELECT count(*) FROM trusted.old"),
        lambda: workspace.run("history", "--limit", "40", "trusted.old"))
    report.milliseconds(
        "10,000 versions: opening, less SELECT 1", opening.less(nothing), OPEN_ASKED)
    report.milliseconds("10,000 versions: the first page of history", history, HISTORY_ASKED)


def grow_log(table):
    """Each version replaces one of ten files, ten minutes after the one before."""
    log = os.path.join(table, "_delta_log")
    with open(os.path.join(log, f"{0:020}.json"), encoding="utf-8") as file:
        actions = [json.loads(line) for line in file]
    add = next(action["add"] for action in actions if "add" in action)
    now = actions[0]["commitInfo"]["timestamp"]
    begin = now - VERSIONS * 600_000
    data = os.path.join(table, add["path"])
    for action in actions:
        if "commitInfo" in action:
            action["commitInfo"]["timestamp"] = begin
    write_entry(log, 0, actions)
    for version in range(1, VERSIONS):
        moment = begin + version * 600_000
        name = f"other-{version}.parquet"
        actions = [
            {"commitInfo": {"timestamp": moment, "operation": "WRITE", "engineInfo": "script"}},
            {"add": {**add, "path": name, "modificationTime": moment}}]
        if version > 10:
            actions.append({"remove": {
                "path": f"other-{version - 10}.parquet", "deletionTimestamp": moment,
                "dataChange": True, "extendedFileMetadata": True, "partitionValues": {},
                "size": add["size"]}})
        write_entry(log, version, actions)
        # Files of versions that nobody reads need not be there.
        if version >= VERSIONS - 20:
            os.link(data, os.path.join(table, name))


def write_entry(log, version, actions):
    with open(os.path.join(log, f"{version:020}.json"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(action, separators=(",", ":")) + "\n" for action in actions)


# MERGE against deltalake

def measure_merge(workspace, report, rounds, row_count):
    workspace.query(f"CREATE TABLE trusted.big AS {made_rows(1, row_count)}")
    whole = os.path.join(workspace.path, "big.parquet")
    workspace.query("SELECT * FROM trusted.big", "-o", whole)
    theirs = os.path.join(workspace.path, "delta")
    by_deltalake(make_delta, theirs, whole)
    changed = row_count // 100
    for name, ids in [("spread", "id * 100"), ("clustered", f"id + {row_count // 2}")]:
        source = os.path.join(workspace.path, f"{name}.parquet")
        workspace.query(
            f"SELECT {ids} AS id, -amount AS amount, 'changed' AS name, weight, day "
            f"FROM trusted.big WHERE id <= {changed}", "-o", source)
        merge = (f"MERGE INTO trusted.big t USING '{source}' s ON t.id = s.id "
                 "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")

        def by_lake():
            workspace.query("RESTORE TABLE trusted.big TO VERSION AS OF 0")
            return workspace.query(merge)

        ours, other = in_turn(
            rounds, by_lake, lambda: by_deltalake(merge_delta, theirs, source))
        title = f"MERGE of {changed:,} {name} keys into {row_count:,} rows"
        report.milliseconds(f"{title}: lake", ours)
        report.milliseconds(f"{title}: deltalake", other)
        require_merged(workspace, theirs, title, changed)
        report.ratio(f"MERGE, {name} keys: ratio", ours.clock / other.clock,
                     ours.processor / other.processor, MERGE_ASKED)


def by_deltalake(task, *arguments):
    """In a process of its own, so that its memory and threads are not in the way of lake's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(task, arguments)


def make_delta(path, source):
    import deltalake
    import pyarrow.parquet
    shutil.rmtree(path, ignore_errors=True)
    deltalake.write_deltalake(path, pyarrow.parquet.read_table(source))


def merge_delta(path, source):
    import deltalake
    import pyarrow.parquet
    table = deltalake.DeltaTable(path)
    if table.version() > 0:
        table.restore(0)
    table = deltalake.DeltaTable(path)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    rows = pyarrow.parquet.read_table(source)
    (table.merge(rows, "t.id = s.id", source_alias="s", target_alias="t")
     .when_matched_update_all().when_not_matched_insert_all().execute())
    clock = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Cost(clock, processor_seconds(after) - processor_seconds(before))


def merged_delta(path):
    import deltalake
    rows = (deltalake.QueryBuilder().register("t", deltalake.DeltaTable(path))
            .execute("SELECT count(*) AS n, sum(amount) AS s, "
                     "sum(CASE WHEN name = 'changed' THEN 1 ELSE 0 END) AS c FROM t"))
    import pyarrow
    row = pyarrow.table(rows.read_all()).to_pylist()[0]
    return [str(row[key]) for key in ("n", "s", "c")]


def require_merged(workspace, theirs, title, changed):
    answer = subprocess.run(
        [workspace.lake, "-C", workspace.path, "query", "--format", "csv",
         "SELECT count(*), sum(amount), count_if(name = 'changed') FROM trusted.big"],
        check=True, capture_output=True, text=True).stdout.split("\n")[1].split(",")
    other = by_deltalake(merged_delta, theirs)
    if answer != other or answer[2] != str(changed):
        sys.exit(f"{title}: lake has {answer} and deltalake {other}")


# Growth

def measure_growth(workspace, report, rounds):
    source = os.path.join(workspace.path, "changes.parquet")
    workspace.query(made_rows(1, 100), "-o", source)
    rows = os.path.join(workspace.path, "rows.parquet")
    workspace.query(made_rows(1, 2000), "-o", rows)
    workspace.query(f"CREATE TABLE trusted.grown AS FROM '{rows}'")
    version, first = 0, None
    for mark in (10, 100, 1000):
        while version < mark:
            count = min(100, mark - version)
            workspace.query(f"INSERT OVERWRITE trusted.grown FROM '{rows}'; " * count)
            version += count
        costs = in_turn(
            rounds * 3,
            lambda: workspace.query("SELECT count(*) FROM trusted.grown"),
            lambda: workspace.query("INSERT INTO trusted.grown " + made_rows(3000, 3000)),
            lambda: workspace.query(
                f"MERGE INTO trusted.grown t USING '{source}' s ON t.id = s.id "
                "WHEN MATCHED THEN UPDATE SET *"))
        version += 2 * rounds * 3
        for name, cost in zip(("open", "append", "merge"), costs):
            report.milliseconds(f"{name} after {mark} versions", cost)
        first = first or costs
    for name, early, late in zip(("open", "append", "merge"), first, costs):
        report.ratio(f"{name} after 1,000 versions over after 10", late.clock / early.clock,
                     late.processor / early.processor, GROWTH_ASKED)


PARTS = {"publish": measure_publish, "old": measure_old_table, "growth": measure_growth,
         "merge": measure_merge}


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run tables")
    parser.add_argument("--root", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--lake", help="the command; the release build without it")
    parser.add_argument("--scale", type=int, default=100, help="100 is eight million rows")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    arguments = parser.parse_args()
    import deltalake
    lake = arguments.lake or os.path.join(arguments.root, ".build/release/lake")
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, best of {arguments.rounds} or more; "
          f"deltalake {deltalake.__version__}")
    report = Report()
    for name in arguments.part or PARTS:
        workspace = Workspace(lake, os.path.join(arguments.work, f"tables-{name}"))
        more = [80_000 * arguments.scale] if name == "merge" else []
        PARTS[name](workspace, report, arguments.rounds, *more)
        shutil.rmtree(workspace.path)
    if arguments.json:
        print(json.dumps(report.figures))
    sys.exit(0 if report.reached else 1)


if __name__ == "__main__":
    main()
