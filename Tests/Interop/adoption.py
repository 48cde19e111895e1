#!/usr/bin/env python3
"""Files that others write are adopted by tables, and then read equally by all.

    adoption.py [--lake LAKE] [--only NAME] [--keep FOLDER]

Each scenario has pyarrow, DuckDB or Polars write files into a folder, lets `lake adopt` make them a
table's, and says how many files are to be taken as they are. Then the rows are compared with those
that were written, as they are seen by

* `lake query`,
* pyarrow, pandas, Polars and DuckDB in the published directory,
* deltalake and Polars' `scan_delta` in the table proper;

and for values of columns how many rows are equal to them, less and greater, which a wrong bound in
the log would make fewer. What is not installed is skipped, and said. The last line is
`N passed, N failed`.
"""

import argparse
import collections
import datetime
import decimal
import glob
import json
import math
import os
import shutil
import subprocess
import tempfile

import deltalake
import duckdb
import pandas
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

import managed_tables

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UTC = datetime.timezone.utc


# MARK: - Rows

def scalars():
    """Values that bounds go wrong by: NaN, two zeros, long text, the ends of types, old times."""
    nan, at = float("nan"), datetime.datetime
    longs = ["a" * 31, "b" * 32, "c" * 33, "\U0001f600" * 20, "", None]
    days = [datetime.date(1, 1, 1), datetime.date(1969, 12, 31), datetime.date(9999, 12, 31)]
    times = [at(1, 1, 1, tzinfo=UTC), at(2024, 2, 29, 1, 2, 3, 456789, UTC),
             at(9999, 12, 31, 23, 59, 59, 999999, UTC)]
    return pyarrow.table({
        "n8": pyarrow.array([-128, 0, 127, None, 1, 2], pyarrow.int8()),
        "n16": pyarrow.array([-32768, 0, 32767, None, 1, 2], pyarrow.int16()),
        "n32": pyarrow.array([-2**31, 0, 2**31 - 1, None, 1, 2], pyarrow.int32()),
        "n64": pyarrow.array([-2**63, 0, 2**63 - 1, None, 1, 2], pyarrow.int64()),
        "f32": pyarrow.array([nan, -0.0, 0.0, 1.5, None, -1.5], pyarrow.float32()),
        "f64": pyarrow.array([1e308, -0.0, 0.0, nan, None, -1e308], pyarrow.float64()),
        "yes": pyarrow.array([True, False, None, True, False, True]),
        "text": pyarrow.array(longs, pyarrow.string()),
        "bytes": pyarrow.array([b"", b"\xff\x00", None, b"x", b"y", b"z" * 40], pyarrow.binary()),
        "d5": decimals([-99999, 99999, 0, None, 1, -1], 5, 2),
        "d15": decimals([-10**14, 10**14, 0, None, 1, -1], 15, 4),
        "d38": decimals([1 - 10**38, 10**38 - 1, 0, None, 1, -1], 38, 10),
        "day": pyarrow.array(days + [None, days[0], days[1]], pyarrow.date32()),
        "time": pyarrow.array(times + [None, times[1], times[1]], pyarrow.timestamp("us", "UTC")),
        "none": pyarrow.array([None] * 6, pyarrow.int64()),
    })


def decimals(units, precision, scale):
    with decimal.localcontext() as context:
        context.prec = 60
        numbers = [None if n is None else decimal.Decimal(n).scaleb(-scale) for n in units]
    return pyarrow.array(numbers, pyarrow.decimal128(precision, scale))


def plain():
    """Types that DuckDB and Polars write as tables hold them."""
    return scalars().drop_columns(["bytes", "d38", "none"])


def nested():
    return pyarrow.table({
        "id": pyarrow.array([1, 2, 3], pyarrow.int64()),
        "list": pyarrow.array([[1, None], [], None], pyarrow.list_(pyarrow.int64())),
        "row": pyarrow.array([{"a": 1, "b": "x"}, {"a": None, "b": None}, None],
                             pyarrow.struct([("a", pyarrow.int32()), ("b", pyarrow.string())])),
        "map": pyarrow.array([[("k", 1), ("l", None)], [], None],
                             pyarrow.map_(pyarrow.string(), pyarrow.int64())),
        "deep": pyarrow.array([[[{"x": [1.5]}]], None, [[]]], pyarrow.list_(pyarrow.list_(
            pyarrow.struct([("x", pyarrow.list_(pyarrow.float64()))])))),
    })


def visits():
    days = [datetime.date(2024, 5, 1), datetime.date(2024, 5, 2), None, datetime.date(2024, 5, 1)]
    return pyarrow.table({
        "id": pyarrow.array([1, 2, 3, 4], pyarrow.int64()),
        "name": ["a", "b", None, "d"],
        "day": pyarrow.array(days, pyarrow.date32()),
        "site": ["x/y", "a b", "c=d", "é"],
    })


def canonical(value):
    if isinstance(value, datetime.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value + 0.0)
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: canonical(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return value


def counted(table, columns):
    """The rows as a bag. What is text, or its dictionary, large or a view, is told by no reader."""
    rows = table.select(columns).to_pylist()
    return collections.Counter(
        json.dumps([canonical(row[name]) for name in columns], sort_keys=True) for row in rows)


# MARK: - Writers

def arrow(**options):
    def write(table, path):
        pyarrow.parquet.write_table(table, path, **options)
    return write


def duck(options=""):
    def write(table, path):
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("t", table)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet{options})")
    return write


def polar(**options):
    def write(table, path):
        polars.from_arrow(table).write_parquet(path, **options)
    return write


class Scenario:
    def __init__(self, name, taken, rewritten=0, passed=0):
        self.name, self.taken, self.rewritten, self.passed = name, taken, rewritten, passed

    def write(self, folder):
        raise NotImplementedError

    def prepare(self, lake):
        return []


class Written(Scenario):
    """Tables that are written one a file, and make a table of their rows."""

    def __init__(self, name, files, taken, rewritten=0, passed=0):
        super().__init__(name, taken, rewritten, passed)
        self.files = files

    def write(self, folder):
        for number, (table, writer) in enumerate(self.files):
            writer(table, os.path.join(folder, f"{number:02}.parquet"))
        return pyarrow.concat_tables(
            [table for table, _ in self.files], promote_options="permissive")


class Declared(Written):
    """As above, into a table that is there and declares something."""

    def __init__(self, name, ddl, *rest, **options):
        super().__init__(name, *rest, **options)
        self.ddl = ddl

    def prepare(self, lake):
        lake("query", self.ddl)
        return ["--append"]


class Partitioned(Scenario):
    def __init__(self, name, writer, taken, rewritten=0):
        super().__init__(name, taken, rewritten)
        self.writer = writer

    def write(self, folder):
        self.writer(visits(), folder)
        return visits()


def arrow_partitions(table, folder):
    pyarrow.parquet.write_to_dataset(table, folder, partition_cols=["day", "site"])


def duck_partitions(table, folder):
    connection = duckdb.connect()
    connection.register("t", table)
    os.rmdir(folder)
    connection.execute(f"COPY t TO '{folder}' (FORMAT parquet, PARTITION_BY (day, site))")


def polars_partitions(table, folder):
    polars.from_arrow(table).write_parquet(folder, partition_by=["day", "site"])


def scenarios():
    for codec in ["none", "snappy", "gzip", "zstd"]:
        yield Written(f"pyarrow {codec}", [(scalars(), arrow(compression=codec))], 1)
    for codec in ["lz4", "brotli"]:
        yield Written(f"pyarrow {codec}", [(visits(), arrow(compression=codec))], 0, 1)
    yield Written("pyarrow plain", [(scalars(), arrow(use_dictionary=False))], 1)
    yield Written("pyarrow pages of version 2", [(scalars(), arrow(data_page_version="2.0"))], 1)
    yield Written("pyarrow version 1.0", [(plain(), arrow(version="1.0"))], 1)
    yield Written("pyarrow without statistics", [(visits(), arrow(write_statistics=False))], 1)
    yield Written("pyarrow small row groups", [(scalars(), arrow(row_group_size=1))], 1)
    yield Written("pyarrow page index", [(scalars(), arrow(write_page_index=True))], 1)
    for encoding in ["BYTE_STREAM_SPLIT", "DELTA_BINARY_PACKED"]:
        writer = arrow(use_dictionary=False, column_encoding={"id": encoding})
        split = encoding == "BYTE_STREAM_SPLIT"
        yield Written(f"pyarrow {encoding}", [(visits(), writer)], int(not split), int(split))
    for encoding in ["DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]:
        writer = arrow(use_dictionary=False, column_encoding={"name": encoding})
        yield Written(f"pyarrow {encoding}", [(visits(), writer)], 0, 1)
    modern = scalars().slice(1, 1).select(["n64", "time"])
    yield Written("pyarrow INT96", [(modern, arrow(use_deprecated_int96_timestamps=True))], 0, 1)
    for unit in ["ms", "ns"]:
        times = pyarrow.array([0, None, 86_400_000], pyarrow.timestamp(unit, "UTC"))
        yield Written(f"pyarrow {unit}", [(pyarrow.table({"t": times}), arrow())], 0, 1)
    signs = pyarrow.table({
        "u8": pyarrow.array([0, 255], pyarrow.uint8()),
        "u16": pyarrow.array([0, 65535], pyarrow.uint16()),
        "u32": pyarrow.array([0, 2**32 - 1], pyarrow.uint32())})
    yield Written("pyarrow unsigned", [(signs, arrow())], 0, 1)
    others = pyarrow.table({
        "large": pyarrow.array(["a", None], pyarrow.large_string()),
        "words": pyarrow.array(["a", "b"]).dictionary_encode(),
        "view": pyarrow.array(["a", None], pyarrow.string_view())})
    yield Written("pyarrow kinds of text", [(others, arrow())], 1)
    yield Written("pyarrow nested", [(nested(), arrow())], 1)
    old = arrow(use_compliant_nested_type=False)
    yield Written("pyarrow nested in an older way", [(nested(), old)], 0, 1)
    empty = (visits().slice(0, 0), arrow())
    yield Written("pyarrow and an empty file", [(visits(), arrow()), empty], 1, 0, 1)
    yield Written("pyarrow nothing but an empty file", [empty], 0, 0, 1)
    for codec in ["", ", COMPRESSION zstd", ", COMPRESSION gzip"]:
        yield Written(f"DuckDB{codec}", [(plain(), duck(codec))], 1)
    yield Written("DuckDB lz4_raw", [(visits(), duck(", COMPRESSION lz4_raw"))], 0, 1)
    lists = nested().select(["id", "list", "row", "deep"])
    yield Written("DuckDB nested", [(lists, duck())], 1)
    for codec in ["uncompressed", "snappy", "gzip", "zstd"]:
        yield Written(f"Polars {codec}", [(plain(), polar(compression=codec))], 1)
    yield Written("Polars lz4", [(visits(), polar(compression="lz4"))], 0, 1)
    yield Written("Polars nested", [(lists, polar())], 1)
    mixed = [(plain(), arrow()), (plain(), duck()), (plain(), polar()),
             (plain(), arrow(compression="lz4"))]
    yield Written("all of them in one table", mixed, 3, 1)
    wider = [(pyarrow.table({"id": pyarrow.array([1], pyarrow.int64()), "x": [1]}), arrow()),
             (pyarrow.table({"id": pyarrow.array([2], pyarrow.int32())}), arrow())]
    yield Written("a narrower file that lacks a column", wider, 1, 1)
    for name, writer in [("pyarrow", arrow()), ("DuckDB", duck()), ("Polars", polar())]:
        key = "CREATE TABLE trusted.t (id bigint, name varchar, day date, site varchar, %s)"
        yield Declared(f"{name} under a key", key % "PRIMARY KEY (id)", [(visits(), writer)], 1)
    yield Partitioned("pyarrow partitions", arrow_partitions, 4)
    yield Partitioned("DuckDB partitions", duck_partitions, 4)
    yield Partitioned("Polars partitions", polars_partitions, 0, 4)


# MARK: - Readers

def published(folder):
    files = glob.glob(os.path.join(folder, "**/*.parquet"), recursive=True)
    depth = os.path.relpath(files[0], folder).count("/") if files else 0
    pattern = os.path.join(folder, "*/" * depth + "*.parquet")
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    yield "pyarrow", lambda: pyarrow.parquet.read_table(folder)
    yield "pandas", lambda: pyarrow.Table.from_pandas(
        pandas.read_parquet(folder, dtype_backend="pyarrow"), preserve_index=False)
    yield "Polars", lambda: polars.read_parquet(pattern, hive_partitioning=depth > 0).to_arrow()
    yield "DuckDB", lambda: connection.sql(
        f"FROM read_parquet('{pattern}', hive_partitioning = {depth > 0})").to_arrow_table()


def proper(folder):
    yield "deltalake", lambda: deltalake.DeltaTable(folder).to_pyarrow_table()
    yield "Polars' scan_delta", lambda: polars.read_delta(folder).to_arrow()


class Run:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.log_readers = managed_tables.log_readers()
        self.passed = self.failed = 0

    def check(self, name, what, problem):
        if problem:
            self.failed += 1
            print(f"FAILED {name}: {what}: {problem}")
        else:
            self.passed += 1

    def run(self, scenario):
        name = scenario.name
        place = os.path.join(self.folder, "".join(c if c.isalnum() else "-" for c in name))
        out, workspace = os.path.join(place, "out"), os.path.join(place, "ws")
        os.makedirs(out)

        def lake(*words):
            return subprocess.run([self.program, "-C", workspace, *words], capture_output=True,
                                  text=True, check=False)

        subprocess.run([self.program, "init", workspace], check=True, capture_output=True)
        try:
            expected = scenario.write(out)
        except (pyarrow.ArrowException, duckdb.Error, polars.exceptions.PolarsError) as error:
            print(f"skipped {name}: {str(error)[:100]}")
            return
        answer = lake("adopt", "trusted.t", out, "--json", *scenario.prepare(lake))
        if answer.returncode != 0:
            self.check(name, "lake adopt", answer.stderr)
            return
        report = json.loads(answer.stdout)
        found = [len(report[word]) for word in ("taken", "rewritten", "passed")]
        wanted = [scenario.taken, scenario.rewritten, scenario.passed]
        self.check(name, "taken, rewritten, passed", found != wanted and f"{found} {report}")
        self.compare(name, place, workspace, expected, lake)

    def compare(self, name, place, workspace, expected, lake):
        columns = expected.column_names
        wanted = counted(expected, columns)
        path = os.path.join(place, "all.parquet")
        lake("query", "SELECT * FROM trusted.t", "-o", path)
        readers = [("lake", lambda: pyarrow.parquet.read_table(path))]
        folder = os.path.join(workspace, "lake/trusted/t")
        readers += list(published(folder))
        readers += list(proper(os.path.join(workspace, "lake/.tables/trusted/t")))
        for reader, read in readers:
            try:
                table = as_written(read(), expected.schema)
                rows = counted(table, columns)
                problem = rows != wanted and f"{list((rows - wanted))[:2]} and not " \
                    f"{list((wanted - rows))[:2]}"
            except Exception as error:  # pylint: disable=broad-except
                problem = f"{type(error).__name__}: {str(error)[:300]}"
            self.check(name, reader, problem)
        self.filter(name, workspace, expected, lake)

    def filter(self, name, workspace, expected, lake):
        """How many rows pass filters: those who know the log pass over files by its bounds."""
        conditions = [f'"{field.name}" {sign} {literal}' for field in expected.schema
                      for literal in literals(expected.column(field.name))
                      for sign in ("<", "=", ">")]
        if not conditions:
            return
        connection = duckdb.connect()
        connection.register("t", as_written(expected, expected.schema))
        wanted = [connection.execute(f"SELECT count(*) FROM t WHERE {where}").fetchone()[0]
                  for where in conditions]
        counts = " UNION ALL ".join(f"SELECT {number} AS k, count(*) AS n FROM trusted.t WHERE {w}"
                                    for number, w in enumerate(conditions))
        answer = lake("query", counts + " ORDER BY 1", "--format", "csv").stdout
        found = [int(line.split(",")[1]) for line in answer.split("\n")[1:] if line]
        self.check(name, "lake, filters", differences(conditions, found, wanted))
        path = os.path.join(workspace, "lake/.tables/trusted/t")
        for reader, read in self.log_readers.items():
            if reader == "deltalake by pyarrow":
                continue  # It takes a bound that is not there for one that nothing passes.
            found = [list(read(path, None, where, "count(*) AS n"))[0]["n"]
                     for where in conditions]
            self.check(name, f"{reader}, filters", differences(conditions, found, wanted))


def literals(column):
    """Values of columns whose bounds have a spelling that all dialects of SQL share."""
    if not any(test(column.type) for test in (
            pyarrow.types.is_integer, pyarrow.types.is_string, pyarrow.types.is_date)):
        return []
    values = [value for value in column.unique().to_pylist() if value is not None][:4]
    if pyarrow.types.is_integer(column.type):
        return [str(value) for value in values if abs(value) < 2**63]
    if pyarrow.types.is_string(column.type):
        return ["'" + value.replace("'", "''") + "'" for value in values]
    return [f"CAST('{value.isoformat()}' AS date)" for value in values]


def differences(conditions, found, wanted):
    return [f"{where}: {one} and not {other}"
            for where, one, other in zip(conditions, found, wanted) if one != other][:3] \
        or len(found) != len(wanted) and f"{len(found)} counts"


def as_written(table, schema):
    """Partition columns come as text or dictionaries from some, text as what a reader likes."""
    for index, field in enumerate(schema):
        place = table.schema.get_field_index(field.name)
        column = table.column(place)
        if pyarrow.types.is_dictionary(column.type):
            column = pyarrow.chunked_array([c.dictionary_decode() for c in column.chunks],
                                           column.type.value_type)
        if pyarrow.types.is_date(field.type) and not pyarrow.types.is_date(column.type):
            column = column.cast(pyarrow.string()).cast(field.type)
        table = table.set_column(place, field.name, column)
    return table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lake", default=os.path.join(ROOT, ".build/release/lake"))
    parser.add_argument("--only")
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="lake-adoption-")
    run = Run(os.path.abspath(options.lake), folder)
    try:
        for scenario in scenarios():
            if not options.only or options.only in scenario.name:
                run.run(scenario)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{run.passed} passed, {run.failed} failed")


if __name__ == "__main__":
    main()
