#!/usr/bin/env python3
"""Managed tables that `lake query` makes are read equally by others.

    managed_tables.py [--lake LAKE] [--sample] [--only NAME] [--keep FOLDER]

Each scenario is a list of statements; after each of them `lake` is asked for the rows, and at the
end for those of every version that was noted. With them are compared

* the table proper, at its latest and at earlier versions, as deltalake reads it through pyarrow and
  through its own engine, Polars by `scan_delta`, and DuckDB by its delta extension;
* the published directory, as pyarrow, pandas, Polars and DuckDB read it, which know no log;
* how many rows pass some filters: a bound in the log's statistics that is wrong would lose some.

Statements are run on one thread and again on two, in another workspace: data files must have the
same bytes. What is not installed is skipped, and said. `--sample` takes less of everything. The
last line is `N passed, N failed`.
"""

import argparse
import collections
import datetime
import decimal
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import managed_tables_scenarios as scenarios
import parquet_values as values
from parquet_roundtrip import from_json

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Workspace:
    """A workspace of its own, in which all statements run on so many threads."""

    def __init__(self, lake, path, threads):
        self.lake, self.path, self.threads = lake, path, threads
        subprocess.run([lake, "init", path], check=True, capture_output=True)

    def query(self, sql, *options):
        answer = subprocess.run(
            [self.lake, "-C", self.path, "--threads", str(self.threads), "query", *options, sql],
            capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise RuntimeError(f"lake: {sql[:200]}\n{answer.stderr}")
        return answer.stdout

    def rows(self, table, kinds, version=None):
        moment = "" if version is None else f" FOR VERSION AS OF {version}"
        answer = self.query(f"SELECT * FROM trusted.{table}{moment}", "--format", "ndjson")
        lines = [json.loads(line, parse_float=decimal.Decimal)
                 for line in answer.split("\n") if line]
        return texts(kinds, ({n: from_json(kind_of_json(k), row[n]) for n, k in kinds.items()}
                             for row in lines))

    def proper(self, table):
        return os.path.join(self.path, "lake/.tables/trusted", table)

    def published(self, table):
        return os.path.join(self.path, "lake/trusted", table)

    def version(self, table):
        return len(glob.glob(os.path.join(self.proper(table), "_delta_log/*.json"))) - 1

    def hashes(self, table):
        """The data files of the table's whole life, by what is in them."""
        root = self.proper(table)
        paths = glob.glob(os.path.join(root, "[!_]*.parquet"))
        paths += glob.glob(os.path.join(root, "[!_]*/**/*.parquet"), recursive=True)
        return {os.path.relpath(path, root): digest(path) for path in paths}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


# Values as texts, whoever gave them

def kind_of_json(kind):
    """lake writes json as what it is; others see its text, which has no spaces here."""
    return "varchar" if kind == "json" else kind


def texts(kinds, rows):
    return sorted([text(kind, row[name]) for name, kind in kinds.items()] for row in rows)


def text(kind, value):
    """Names of directories are text to some readers, whatever the column is."""
    if kind == "json" and value is not None:
        value = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        return values.text("varchar", value)
    if isinstance(value, str) and kind != "varchar":
        value = parsed(kind, value)
    elif kind == "varchar" and value is not None and not isinstance(value, str):
        value = str(value)
    elif kind == "date" and isinstance(value, datetime.datetime):
        value = value.date()
    return values.text("varchar" if kind == "json" else kind, value)


def parsed(kind, value):
    if kind == "boolean":
        return {"true": True, "false": False}[value]
    return decimal.Decimal(value) if isinstance(kind, tuple) else from_json(kind, value)


# Readers of the log

def arrow_rows(table):
    return table.to_pylist()


def deltalake_pyarrow(path, version):
    import deltalake
    return arrow_rows(deltalake.DeltaTable(path, version=version).to_pyarrow_table())


def deltalake_engine(path, version, where="true", columns="*"):
    import deltalake
    import pyarrow
    builder = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(path, version=version))
    answer = builder.execute(f"SELECT {columns} FROM t WHERE {where}").read_all()
    return arrow_rows(pyarrow.table(answer))


def polars_delta(path, version, where="true", columns="*"):
    import polars
    frame = polars.scan_delta(path, version=version)
    with polars.SQLContext(t=frame) as context:
        answer = context.execute(f"SELECT {columns} FROM t WHERE {where}").collect()
    return answer.to_dicts()


class DuckDBDelta:
    """DuckDB with the delta extension that pip brought."""

    def __init__(self):
        import duckdb
        import duckdb_extension_delta
        folder = os.path.dirname(duckdb_extension_delta.__file__)
        file = glob.glob(os.path.join(folder, "**/delta.duckdb_extension"), recursive=True)[0]
        self.connection = duckdb.connect(config={"allow_unsigned_extensions": True})
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute(f"LOAD '{file}'")

    def __call__(self, path, version, where="true", columns="*"):
        at = "" if version is None else f", version => {version}"
        return duckdb_rows(
            self.connection, f"SELECT {columns} FROM delta_scan('{path}'{at}) WHERE {where}")


def duckdb_rows(connection, sql):
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


# Readers of the published directory

def pyarrow_directory(path):
    import pyarrow
    import pyarrow.dataset
    dataset = pyarrow.dataset.dataset(path, format="parquet", partitioning="hive")
    # It takes the columns of the first file for those of all.
    schema = pyarrow.unify_schemas(
        [dataset.schema, *(fragment.physical_schema for fragment in dataset.get_fragments())])
    return arrow_rows(dataset.replace_schema(schema).to_table())


def pandas_directory(path):
    import pandas
    import pyarrow
    frame = pandas.read_parquet(path, dtype_backend="pyarrow")
    return arrow_rows(pyarrow.Table.from_pandas(frame, preserve_index=False))


def polars_directory(path):
    import polars
    files = os.path.join(path, "**/*.parquet")
    try:
        frame = polars.scan_parquet(files, hive_partitioning=True).collect()
    except (polars.exceptions.SchemaError, polars.exceptions.ColumnNotFoundError):
        # It wants the columns of the first file of all, and says so.
        frames = [polars.read_parquet(file) for file in glob.glob(files, recursive=True)]
        frame = polars.concat(frames, how="diagonal_relaxed")
    return frame.to_dicts()


def duckdb_directory(path):
    import duckdb
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return duckdb_rows(
        connection, f"FROM read_parquet('{path}/**/*.parquet', hive_partitioning = true,"
                    " union_by_name = true)")


DIRECTORY_READERS = {
    "pyarrow": pyarrow_directory, "pandas": pandas_directory, "polars": polars_directory,
    "duckdb": duckdb_directory,
}


def log_readers():
    readers = {}
    for name, reader, module in [
            ("deltalake by pyarrow", lambda: deltalake_pyarrow, "deltalake"),
            ("deltalake", lambda: deltalake_engine, "deltalake"),
            ("polars scan_delta", lambda: polars_delta, "polars"),
            ("duckdb delta_scan", DuckDBDelta, "duckdb_extension_delta")]:
        try:
            __import__(module)
            readers[name] = reader()
        except Exception as error:  # an extension that does not load is none
            print(f"skipped: {name}: {error}")
    return readers


class Checks:
    def __init__(self):
        self.passed, self.failed = 0, []
        self.readers = log_readers()

    def check(self, title, kinds, expected, read):
        try:
            found = texts(kinds, read())
            fault = values.require_equal(title, kinds, expected, found)
        except Exception as error:  # what readers throw has no common type
            fault = f"{title}: {error!r}"[:600]
        self.note(title, fault)

    def note(self, title, fault):
        if fault:
            self.failed.append(fault)
            print("failed: " + fault.replace("\n", " "), flush=True)
        else:
            self.passed += 1

    def log(self, title, path, version, kinds, expected, skipped):
        for name, read in self.readers.items():
            if (name, "log") not in skipped:
                self.check(f"{title}, {name}", kinds, expected, lambda: read(path, version))

    def directory(self, title, path, kinds, expected, skipped):
        # No file has a column that was added behind the last row.
        nulls = dict.fromkeys(kinds)
        for name, read in DIRECTORY_READERS.items():
            if (name, "directory") not in skipped:
                self.check(f"{title}, published, {name}", kinds, expected,
                           lambda: [{**nulls, **row} for row in read(path)])

    def filters(self, scenario, workspace):
        path = workspace.proper(scenario.table)
        for where in scenario.filters:
            sql = f"SELECT count(*) FROM trusted.{scenario.table} WHERE {where}"
            expected = [[workspace.query(sql, "--format", "csv").split()[1]]]
            for name, read in self.readers.items():
                if name == "deltalake by pyarrow" or (name, where) in scenario.skipped:
                    continue
                self.check(f"{scenario.name}: {where}, {name}", {"n": "bigint"}, expected,
                           lambda: read(path, None, where, "count(*) AS n"))

    def bounds(self, scenario, workspace):
        """A dataset passes over files by their bounds. It must find what all rows hold."""
        name = "deltalake by pyarrow"
        if name not in self.readers or (name, "log") in scenario.skipped:
            return
        import deltalake
        import pyarrow
        import pyarrow.compute
        table = deltalake.DeltaTable(workspace.proper(scenario.table))
        dataset, rows = table.to_pyarrow_dataset(), table.to_pyarrow_table()
        for field in rows.schema:
            if pyarrow.types.is_nested(field.type):
                continue
            column, values = pyarrow.compute.field(field.name), rows[field.name].drop_null()
            conditions = [column.is_null()]
            if len(values) > 0:
                conditions.append(column == values[len(values) // 2])
            for condition in conditions:
                title = f"{scenario.name}: {condition}, deltalake's dataset"
                if ("deltalake's dataset", field.name) in scenario.skipped:
                    continue
                found = dataset.to_table(filter=condition).num_rows
                expected = rows.filter(condition).num_rows
                self.note(title, found != expected and f"{title}: {found} rows of {expected}")


def prove(scenario, checks, lake, folder):
    one, two = (Workspace(lake, os.path.join(folder, f"{scenario.table}-{threads}"), threads)
                for threads in (1, 2))
    for (reader, what), reason in scenario.skipped.items():
        print(f"skipped: {scenario.name}, {reader} ({what}): {reason}")
    noted = {}
    for step in scenario.steps(folder):
        for workspace in (one, two):
            workspace.query(step.sql)
        if not step.is_noted:
            continue
        version = two.version(scenario.table)
        expected = two.rows(scenario.table, step.kinds)
        noted[version] = (step.kinds, expected)
        title = f"{scenario.name}, version {version}"
        checks.log(title, two.proper(scenario.table), None, step.kinds, expected, scenario.skipped)
        checks.directory(
            title, two.published(scenario.table), step.kinds, expected, scenario.skipped)
    for version, (kinds, expected) in noted.items():
        title = f"{scenario.name}, back at version {version}"
        checks.note(title, values.require_equal(
            title + ", lake", kinds, expected, two.rows(scenario.table, kinds, version)))
        checks.log(
            title, two.proper(scenario.table), version, kinds, expected, scenario.skipped)
    checks.filters(scenario, two)
    checks.bounds(scenario, two)
    title = f"{scenario.name}: the same files on one thread and on two"
    files = [workspace.hashes(scenario.table) for workspace in (one, two)]
    differing = [name for name in files[0].keys() | files[1].keys()
                 if files[0].get(name) != files[1].get(name)]
    checks.note(title, f"{title}: {sorted(differing)[:5]}" if differing else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lake", default=os.path.join(ROOT, ".build/release/lake"))
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--only", help="the scenarios whose names have this in them")
    parser.add_argument("--keep", help="a folder for the workspaces, which then stay")
    arguments = parser.parse_args()
    checks = Checks()
    folder = arguments.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    for scenario in scenarios.all_of(arguments.sample):
        if arguments.only and arguments.only not in scenario.name:
            continue
        before, faults = checks.passed, len(checks.failed)
        prove(scenario, checks, os.path.abspath(arguments.lake), folder)
        print(f"{scenario.name}: {checks.passed - before} equal, "
              f"{len(checks.failed) - faults} not", flush=True)
    if not arguments.keep:
        shutil.rmtree(folder)
    print(f"{checks.passed} passed, {len(checks.failed)} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
