#!/usr/bin/env python3
"""Tables that deltalake made are changed by it and by `lake` in turns, and at once.

    foreign_tables.py [--lake LAKE] [--sample] [--only NAME] [--seed N]

* *turns*: statements of `lake` and calls of deltalake, drawn by chance, are done to a table and to
  a list of rows. After each of them `lake`, deltalake and DuckDB's delta extension must read the
  rows of the list; at the end each version must hold what it held when it was made.
* *types*: values of each type go through both.
* *checks*: CHECK constraints that deltalake added hold for the rows of `lake`, NULL included.
* *refused*: what a table asks of its writers and `lake` does not do is named, and nothing written.
* *races*: processes of both append, delete and overwrite at once. What was acknowledged is there
  once, and what was refused is not.

What is not installed is skipped, and said. `--sample` takes less of everything. The last line is
`N passed, N failed`.
"""

import argparse
import collections
import datetime
import decimal
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import threading

import deltalake
import duckdb
import pyarrow

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DAYS = [datetime.date(2024, 5, day) for day in (1, 2, 3)] + [None]
SCHEMA = pyarrow.schema([
    ("id", pyarrow.int64()), ("name", pyarrow.string()), ("amount", pyarrow.float64()),
    ("day", pyarrow.date32()),
])


class Refused(Exception):
    """What `lake` says when it does not do something."""


class Lake:
    """A workspace in a folder, with the tables of others beside it."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder
        subprocess.run([command, "init", folder], check=True, capture_output=True)

    def run(self, sql, *options):
        answer = subprocess.run(
            [self.command, "-C", self.folder, "query", *options, sql], capture_output=True,
            text=True, check=False)
        if answer.returncode != 0:
            raise Refused(answer.stderr)
        return answer.stdout

    def rows(self, table):
        lines = self.run(f"SELECT * FROM {table}", "--format", "ndjson").split("\n")
        return [json.loads(line) for line in lines if line]

    def path(self, table):
        return os.path.join(self.folder, table)


def literal(value):
    """A value in the words of SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, datetime.date):
        return f"DATE '{value}'"
    return f"'{value}'" if isinstance(value, str) else repr(value)


def values(rows):
    return ", ".join(
        "(" + ", ".join(literal(row[name]) for name in SCHEMA.names) + ")" for row in rows)


def arrow(rows):
    return pyarrow.Table.from_pylist(rows, schema=SCHEMA)


def counted(rows):
    """Rows without an order, each as many times as it is there."""
    return collections.Counter(
        tuple(str(row[name]) if name == "day" and row[name] else row[name]
              for name in SCHEMA.names) for row in rows)


class Duck:
    """DuckDB with the delta extension that pip brought; without it, nobody."""

    def __init__(self):
        self.connection = None
        try:
            import duckdb_extension_delta
            folder = os.path.dirname(duckdb_extension_delta.__file__)
            file = glob.glob(os.path.join(folder, "**/delta.duckdb_extension"), recursive=True)[0]
            self.connection = duckdb.connect(config={"allow_unsigned_extensions": True})
            self.connection.execute(f"LOAD '{file}'")
        except Exception as error:  # an extension that does not load is none
            self.connection = None
            print(f"skipped: DuckDB's delta extension ({error})")

    def rows(self, path):
        # The extension remembers a table for as long as a connection lasts.
        cursor = self.connection.cursor()
        found = cursor.execute(f"SELECT id, name, amount, day FROM delta_scan('{path}')")
        return [dict(zip(SCHEMA.names, row)) for row in found.fetchall()]


class Results:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, holds, message):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"failed: {message}", flush=True)


# Turns


class Turns:
    """A table, and the rows that it should have."""

    def __init__(self, lake, duck, results, name, seed, partitions):
        self.lake, self.duck, self.results = lake, duck, results
        self.random = random.Random(seed)
        self.title = f"turns {name} (--seed {seed})"
        self.name, self.path, self.partitions = name, lake.path(name), partitions
        self.next = 0
        self.rows = self.fresh(5)
        deltalake.write_deltalake(self.path, arrow(self.rows), partition_by=partitions)
        lake.run(f"CREATE TABLE curated.{name} USING delta LOCATION '{name}'")
        self.versions = {0: counted(self.rows)}

    def fresh(self, count):
        rows = []
        for _ in range(count):
            self.next += 1
            rows.append({
                "id": self.next, "name": self.random.choice(["a", "b b", "ü/%", None]),
                "amount": self.random.choice([0.5, 1.0, -2.25, None]),
                "day": self.random.choice(DAYS)})
        return rows

    def go(self, count):
        for _ in range(count):
            action = self.random.choice(self.actions)
            try:
                action(self)
            except Exception as error:
                self.results.expect(False, f"{self.title}: {action.__name__}: {error}")
                return
            if not self.compare(action.__name__):
                return
        for version, rows in self.versions.items():
            found = self.lake.rows(f"curated.{self.name} FOR VERSION AS OF {version}")
            self.results.expect(
                counted(found) == rows, f"{self.title}: lake reads version {version} otherwise")

    def compare(self, what):
        table = deltalake.DeltaTable(self.path)
        expected = counted(self.rows)
        self.versions[table.version()] = expected
        readers = [("lake", lambda: self.lake.rows(f"curated.{self.name}")),
                   ("deltalake", lambda: table.to_pyarrow_table().to_pylist())]
        if self.duck.connection:
            readers.append(("DuckDB", lambda: self.duck.rows(self.path)))
        same = True
        for reader, read in readers:
            found = counted(read())
            self.results.expect(
                found == expected,
                f"{self.title}: after {what} (version {table.version()}) {reader} reads "
                f"{dict(found - expected)} more and {dict(expected - found)} less")
            same = same and found == expected
        return same

    def target(self):
        """The table by its name, or by its path."""
        return self.random.choice(
            [f"curated.{self.name}", f"'{self.path}'", f"delta.`{self.path}`"])

    def some(self):
        return self.random.sample(self.rows, min(2, len(self.rows)))

    # Each does one thing, to the table and to the list.

    def lake_inserts(self):
        rows = self.fresh(self.random.randint(1, 4))
        self.lake.run(f"INSERT INTO {self.target()} VALUES {values(rows)}")
        self.rows += rows

    def lake_updates(self):
        name = self.random.choice(["a", "b b"])
        self.lake.run(
            f"UPDATE {self.target()} SET amount = amount + 1, day = DATE '2024-05-02' "
            f"WHERE name = '{name}'")
        for row in self.rows:
            if row["name"] == name:
                row["day"] = DAYS[1]
                row["amount"] = None if row["amount"] is None else row["amount"] + 1

    def lake_deletes(self):
        rest = self.random.randint(0, 4)
        self.lake.run(f"DELETE FROM {self.target()} WHERE id % 5 = {rest}")
        self.rows = [row for row in self.rows if row["id"] % 5 != rest]

    def lake_merges(self):
        rows = self.fresh(2) + [
            dict(row, name="merged") for row in self.some()]
        self.lake.run(
            f"MERGE INTO {self.target()} t USING (VALUES {values(rows)}) "
            f"s (id, name, amount, day) ON t.id = s.id WHEN MATCHED AND s.id % 2 = 0 THEN DELETE "
            f"WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT *")
        by_id = {row["id"]: row for row in rows}
        known = {row["id"] for row in self.rows}
        kept = []
        for row in self.rows:
            if row["id"] not in by_id:
                kept.append(row)
            elif row["id"] % 2:
                kept.append(dict(row, name="merged"))
        self.rows = kept + [row for row in rows if row["id"] not in known]

    def lake_overwrites(self):
        self.rows = self.fresh(3)
        self.lake.run(f"INSERT OVERWRITE {self.target()} VALUES {values(self.rows)}")

    def lake_overwrites_partitions(self):
        if not self.partitions:
            return
        rows = self.fresh(3)
        columns = [name for name in SCHEMA.names if name not in self.partitions]
        self.lake.run(
            f"INSERT OVERWRITE {self.target()} PARTITION ({', '.join(self.partitions)}) "
            f"SELECT {', '.join(columns + self.partitions)} "
            f"FROM (VALUES {values(rows)}) v (id, name, amount, day)")

        def partition(row):
            return tuple(row[column] for column in self.partitions)

        taken = {partition(row) for row in rows}
        self.rows = [row for row in self.rows if partition(row) not in taken] + rows

    def lake_replaces(self):
        rows = [dict(row, day=DAYS[0]) for row in self.fresh(2)]
        self.lake.run(
            f"INSERT INTO {self.target()} REPLACE WHERE day = DATE '2024-05-01' "
            f"VALUES {values(rows)}")
        self.rows = [row for row in self.rows if row["day"] != DAYS[0]] + rows

    def lake_optimizes(self):
        self.lake.run(f"OPTIMIZE {self.target()} {self.random.choice(['', 'FULL'])}")

    def lake_restores(self):
        version = self.random.choice(list(self.versions))
        self.lake.run(f"RESTORE {self.target()} TO VERSION AS OF {version}")
        self.rows = [
            {"id": row[0], "name": row[1], "amount": row[2],
             "day": row[3] and datetime.date.fromisoformat(row[3])}
            for row in self.versions[version].elements()]

    def delta_appends(self):
        rows = self.fresh(self.random.randint(1, 4))
        deltalake.write_deltalake(self.path, arrow(rows), mode="append")
        self.rows += rows

    def delta_deletes(self):
        rest = self.random.randint(0, 4)
        deltalake.DeltaTable(self.path).delete(f"id % 5 = {rest}")
        self.rows = [row for row in self.rows if row["id"] % 5 != rest]

    def delta_updates(self):
        deltalake.DeltaTable(self.path).update({"name": "'d'"}, predicate="amount > 0")
        for row in self.rows:
            if row["amount"] is not None and row["amount"] > 0:
                row["name"] = "d"

    def delta_merges(self):
        rows = self.fresh(1) + [
            dict(row, name="theirs") for row in self.some()]
        (deltalake.DeltaTable(self.path)
         .merge(arrow(rows), "t.id = s.id", source_alias="s", target_alias="t")
         .when_matched_update({"name": "s.name"}).when_not_matched_insert_all().execute())
        by_id = {row["id"]: row for row in rows}
        known = {row["id"] for row in self.rows}
        self.rows = [dict(row, name="theirs") if row["id"] in by_id else row for row in self.rows]
        self.rows += [row for row in rows if row["id"] not in known]

    def delta_overwrites(self):
        self.rows = self.fresh(3)
        deltalake.write_deltalake(self.path, arrow(self.rows), mode="overwrite")

    def delta_compacts(self):
        deltalake.DeltaTable(self.path).optimize.compact()

    def delta_checkpoints(self):
        deltalake.DeltaTable(self.path).create_checkpoint()

    actions = [
        lake_inserts, lake_inserts, lake_updates, lake_deletes, lake_merges, lake_overwrites,
        lake_overwrites_partitions, lake_replaces, lake_optimizes, lake_restores, delta_appends,
        delta_appends, delta_deletes, delta_updates, delta_merges, delta_overwrites,
        delta_compacts, delta_checkpoints,
    ]


def turns(lake, duck, results, sample, seed):
    for name, partitions in [("plain", None), ("by_day", ["day"]), ("by_two", ["day", "name"])]:
        for number in range(1 if sample else 5):
            one = Turns(lake, duck, results, f"{name}_{number}", seed + number, partitions)
            one.go(15 if sample else 60)


# Types


def types(lake, duck, results, sample, seed):
    utc = datetime.timezone.utc
    columns = [
        ("b", pyarrow.bool_(), True, "false", False),
        ("i8", pyarrow.int8(), -128, "CAST(127 AS tinyint)", 127),
        ("i16", pyarrow.int16(), -32768, "CAST(32767 AS smallint)", 32767),
        ("i32", pyarrow.int32(), -2**31, f"CAST({2**31 - 1} AS integer)", 2**31 - 1),
        ("i64", pyarrow.int64(), -2**63, f"{2**63 - 1}", 2**63 - 1),
        ("f32", pyarrow.float32(), 0.5, "CAST(1.25 AS real)", 1.25),
        ("f64", pyarrow.float64(), 1e300, "1e-300", 1e-300),
        ("d9", pyarrow.decimal128(9, 2), decimal.Decimal("1.25"), "CAST('-3.50' AS decimal(9, 2))",
         decimal.Decimal("-3.50")),
        ("d38", pyarrow.decimal128(38, 10), decimal.Decimal("1.0000000001"),
         "CAST('12345678901234567890.5' AS decimal(38, 10))",
         decimal.Decimal("12345678901234567890.5")),
        ("s", pyarrow.string(), "ü", "'''x'", "'x"),
        ("y", pyarrow.binary(), b"\x00\xff", "X'FF00'", b"\xff\x00"),
        ("d", pyarrow.date32(), datetime.date(1969, 12, 31), "DATE '2024-02-29'",
         datetime.date(2024, 2, 29)),
        ("at", pyarrow.timestamp("us", "UTC"), datetime.datetime(2024, 5, 1, 12, tzinfo=utc),
         "TIMESTAMP '2024-05-01 12:30:00.000001 UTC'",
         datetime.datetime(2024, 5, 1, 12, 30, 0, 1, tzinfo=utc)),
        ("local", pyarrow.timestamp("us"), datetime.datetime(2024, 5, 1, 12),
         "CAST('2024-05-01 12:30:00' AS timestamp without time zone)",
         datetime.datetime(2024, 5, 1, 12, 30)),
        ("l", pyarrow.list_(pyarrow.int64()), [1, None], "ARRAY[2, NULL]", [2, None]),
        ("r", pyarrow.struct([("x", pyarrow.int64()), ("y", pyarrow.string())]),
         {"x": 1, "y": None}, "CAST(ROW(2, 'z') AS row(x bigint, y varchar))", {"x": 2, "y": "z"}),
        ("m", pyarrow.map_(pyarrow.string(), pyarrow.int64()), [("k", 1)],
         "MAP(ARRAY['q'], ARRAY[2])", [("q", 2)]),
    ]
    for name, kind, theirs, ours, read in columns:
        path = lake.path(f"type_{name}")
        schema = pyarrow.schema([("id", pyarrow.int64()), ("v", kind)])
        rows = [{"id": 1, "v": theirs}, {"id": 2, "v": None}]
        deltalake.write_deltalake(path, pyarrow.Table.from_pylist(rows, schema=schema))
        try:
            lake.run(f"INSERT INTO '{path}' VALUES (3, {ours}), (4, NULL)")
            lake.run(f"DELETE FROM '{path}' WHERE id IN (2, 4)")
            found = deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()
            expected = [{"id": 1, "v": theirs}, {"id": 3, "v": read}]
            results.expect(
                sorted(found, key=lambda row: row["id"]) == expected,
                f"types {kind}: deltalake reads {found}")
            if name in ("l", "m"):  # what holds a null equals nothing, and maps have no equality
                continue
            count = lake.run(f"SELECT count(*) FROM '{path}' WHERE v = {ours}", "--format", "csv")
            results.expect(
                count.split("\n")[1] == "1", f"types {kind}: lake finds its value {count} times")
        except Refused as error:
            results.expect(False, f"types {kind}: {error}")


# Checks


def checks(lake, duck, results, sample, seed):
    path = lake.path("checked")
    rows = [{"id": 1, "name": "a", "amount": 1.0, "day": DAYS[0]}]
    deltalake.write_deltalake(path, arrow(rows))
    deltalake.DeltaTable(path).alter.add_constraint({"positive": "amount > 0"})
    deltalake.DeltaTable(path).alter.add_constraint({"named": "name IN ('a', 'b') OR id > 10"})
    accepted = [dict(rows[0], id=2), dict(rows[0], id=11, name="z")]
    lake.run(f"INSERT INTO '{path}' VALUES {values(accepted)}")
    found = deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()
    results.expect(counted(found) == counted(rows + accepted), f"checks: {found}")
    for change, name in [({"amount": -1.0}, "positive"), ({"amount": None}, "positive"),
                         ({"name": "z"}, "named"), ({"name": None}, "named")]:
        row = dict(rows[0], **change)
        for sql in [f"INSERT INTO '{path}' VALUES {values([row])}",
                    f"UPDATE '{path}' SET amount = {literal(row['amount'])}, "
                    f"name = {literal(row['name'])} WHERE id = 1"]:
            try:
                lake.run(sql)
                results.expect(False, f"checks: {sql} was done")
            except Refused as error:
                results.expect(f"breaks {name}" in str(error), f"checks: {sql}: {error}")
        try:
            deltalake.write_deltalake(path, arrow([row]), mode="append")
            results.expect(False, f"checks: deltalake took {row}")
        except Exception:
            results.expect(True, "")


# Refused


def refused(lake, duck, results, sample, seed):
    table = arrow([{"id": 1, "name": "a", "amount": 1.0, "day": DAYS[0]}])

    def expect(name, word, sql, configuration):
        path = lake.path(f"refused_{name}")
        deltalake.write_deltalake(path, table, configuration=configuration)
        before = deltalake.DeltaTable(path).version()
        try:
            lake.run(sql.replace("TABLE", f"'{path}'"))
            results.expect(False, f"refused: {name} was written")
        except Refused as error:
            results.expect(word in str(error), f"refused: {name}: {error}")
        results.expect(deltalake.DeltaTable(path).version() == before, f"refused: {name} changed")
        results.expect(
            counted(lake.rows(f"'{path}'")) == counted(table.to_pylist()), f"refused: {name} read")

    expect("append", "delta.appendOnly", "DELETE FROM TABLE", {"delta.appendOnly": "true"})
    expect("feed", "changeDataFeed", "DELETE FROM TABLE", {"delta.enableChangeDataFeed": "true"})
    expect("columns", "others say what columns",
           "INSERT INTO TABLE WITH (merge_schema = true) SELECT 1 AS id, 2 AS other", {})
    expect("vacuum", "none of its files is removed", "VACUUM TABLE", {})


# Races


def races(lake, duck, results, sample, seed):
    path = lake.path("race")
    deltalake.write_deltalake(path, arrow([]), partition_by=["day"])
    count, writers = (8, 2) if sample else (40, 4)
    acknowledged, refusals, outpaced = collections.Counter(), [], []
    lock = threading.Lock()

    def row(writer, number):
        return {"id": writer * 1000 + number, "name": f"w{writer}", "amount": 1.0,
                "day": DAYS[number % 4]}

    def ours(writer):
        for number in range(count):
            one = row(writer, number)
            try:
                lake.run(f"INSERT INTO '{path}' VALUES {values([one])}")
                with lock:
                    acknowledged[one["id"]] += 1
                if number % 4 == 3:
                    lake.run(f"DELETE FROM '{path}' WHERE id = {one['id'] - 1}")
                    with lock:
                        del acknowledged[one["id"] - 1]
            except Refused as error:
                # Who replaces rows gives up when others are faster a dozen times.
                is_outpaced = number % 4 == 3 and "keeps being changed" in str(error)
                with lock:
                    (outpaced if is_outpaced else refusals).append(str(error))

    script = (
        "import sys, json, datetime, deltalake, pyarrow\n"
        "path, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])\n"
        "days = [datetime.date(2024, 5, d) for d in (1, 2, 3)] + [None]\n"
        "schema = pyarrow.schema([('id', pyarrow.int64()), ('name', pyarrow.string()),"
        " ('amount', pyarrow.float64()), ('day', pyarrow.date32())])\n"
        "for n in range(count):\n"
        "  row = {'id': first + n, 'name': 'theirs', 'amount': 2.0, 'day': days[n % 4]}\n"
        "  try:\n"
        "    deltalake.write_deltalake(path, pyarrow.Table.from_pylist([row], schema=schema),"
        " mode='append')\n"
        "    print(row['id'], flush=True)\n"
        "  except Exception as error: print('refused', error, file=sys.stderr)\n")

    def theirs(writer):
        answer = subprocess.run(
            [sys.executable, "-c", script, path, str(writer * 1000), str(count)],
            capture_output=True, text=True, check=False)
        with lock:
            acknowledged.update(int(line) for line in answer.stdout.split())

    threads = [threading.Thread(target=target, args=(number + shift,))
               for target, shift in [(ours, 1), (theirs, 101)] for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for reader, found in [("lake", lake.rows(f"'{path}'")),
                          ("deltalake", deltalake.DeltaTable(path).to_pyarrow_table().to_pylist())]:
        ids = collections.Counter(one["id"] for one in found)
        results.expect(
            ids == acknowledged, f"races: {reader} lacks {dict(acknowledged - ids)}, and has "
            f"{dict(ids - acknowledged)} besides")
    results.expect(not refusals, f"races: {len(refusals)} statements were refused: {refusals[:1]}")
    print(f"races: {len(outpaced)} statements gave up, since others were faster")
    versions = glob.glob(os.path.join(path, "_delta_log", "*.json"))
    results.expect(
        len(versions) == deltalake.DeltaTable(path).version() + 1, "races: versions are missing")
    results.expect(
        not os.listdir(os.path.join(path, "_lake", "staging")), "races: staged files were left")


SCENARIOS = {"turns": turns, "types": types, "checks": checks, "refused": refused, "races": races}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lake", default=os.path.join(ROOT, ".build/release/lake"))
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--only", choices=SCENARIOS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    results, duck = Results(), Duck()
    with tempfile.TemporaryDirectory(prefix="lake-foreign-") as folder:
        lake = Lake(os.path.abspath(options.lake), os.path.join(folder, "w"))
        for name, scenario in SCENARIOS.items():
            if options.only in (None, name):
                scenario(lake, duck, results, options.sample, options.seed)
    print(f"{results.passed} passed, {results.failed} failed")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
