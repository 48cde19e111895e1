"""Filters that other programs push down into our Parquet files, for ParquetInteropTests.

    parquet_pruning.py FILE SEED COUNT

Each of COUNT random conditions is asked of the file, where bounds of row groups and pages and
filters of values may leave parts out, and of the whole table in memory, by the same program: DuckDB,
Polars and pyarrow. A bound or a filter that is wrong shows as a missing row. Prints a line for
each difference and, at the end, how many conditions were asked of whom.
"""

import random
import sys

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

OPERATORS = ["=", "<>", "<", "<=", ">", ">=", "in", "null", "not null"]


def term(pick, table):
    column = pick.choice([name for name in table.column_names if name != "row"])
    values = [v for v in table[column].to_pylist() if v is not None and v == v]
    operator = pick.choice(OPERATORS)
    if not values and operator not in ("null", "not null"):
        operator = "null"
    if operator == "in":
        return column, operator, [pick.choice(values) for _ in range(3)]
    if operator in ("null", "not null"):
        return column, operator, None
    value = pick.choice(values)
    if isinstance(value, str) and pick.random() < 0.4:
        value = value[: pick.randrange(len(value) + 1)] + pick.choice(["", "a", "語", "~"])
    elif isinstance(value, bytes) and pick.random() < 0.4:
        value = value[: pick.randrange(len(value) + 1)] + pick.choice([b"", b"\0", b"\xff"])
    elif pa.types.is_int64(table.schema.field(column).type) and abs(value) < 2**62:
        value += pick.randint(-2, 2)
    return column, operator, value


def of_duckdb(terms):
    parts, parameters = [], []
    for column, operator, value in terms:
        if operator == "in":
            parts.append('"%s" IN (?, ?, ?)' % column)
            parameters += value
        elif operator == "null":
            parts.append('"%s" IS NULL' % column)
        elif operator == "not null":
            parts.append('"%s" IS NOT NULL' % column)
        else:
            parts.append('"%s" %s ?' % (column, operator))
            parameters.append(value)
    return " AND ".join(parts), parameters


def of_polars(terms, schema):
    whole = None
    for column, operator, value in terms:
        left, kind = pl.col(column), schema[column]
        make = lambda v: pl.lit(v, dtype=kind)
        part = {
            "=": lambda: left == make(value), "<>": lambda: left != make(value),
            "<": lambda: left < make(value), "<=": lambda: left <= make(value),
            ">": lambda: left > make(value), ">=": lambda: left >= make(value),
            "in": lambda: left.is_in(pl.Series(value, dtype=kind).implode()),
            "null": lambda: left.is_null(), "not null": lambda: left.is_not_null(),
        }[operator]()
        whole = part if whole is None else whole & part
    return whole


def of_pyarrow(terms, schema):
    whole = None
    for column, operator, value in terms:
        left, kind = pc.field(column), schema.field(column).type
        make = lambda v: pc.scalar(pa.scalar(v, kind))
        part = {
            "=": lambda: left == make(value), "<>": lambda: left != make(value),
            "<": lambda: left < make(value), "<=": lambda: left <= make(value),
            ">": lambda: left > make(value), ">=": lambda: left >= make(value),
            "in": lambda: left.isin(pa.array(value, kind)),
            "null": lambda: left.is_null(), "not null": lambda: left.is_valid(),
        }[operator]()
        whole = part if whole is None else whole & part
    return whole


def main(path, seed, count):
    pick = random.Random(seed)
    table = pq.read_table(path)
    frame = pl.read_parquet(path)
    base = duckdb.connect()
    base.register("whole", table)
    # Not a view of the file, and none of its statistics.
    base.execute("CREATE TABLE memory AS SELECT * FROM whole")
    asked = {"duckdb": 0, "polars": 0, "pyarrow": 0}
    for _ in range(count):
        terms = [term(pick, table) for _ in range(pick.choice([1, 1, 2]))]
        condition, parameters = of_duckdb(terms)
        ask = "SELECT count(*), sum(row) FROM %s WHERE " + condition
        answers = {
            "duckdb": (
                base.execute(ask % "read_parquet('%s')" % path, parameters).fetchone(),
                base.execute(ask % "memory", parameters).fetchone())}
        expression = of_polars(terms, frame.schema)
        answers["polars"] = (
            pl.scan_parquet(path).filter(expression).select("row").collect()["row"].to_list(),
            frame.filter(expression)["row"].to_list())
        expression = of_pyarrow(terms, table.schema)
        answers["pyarrow"] = (
            ds.dataset(path).to_table(columns=["row"], filter=expression)["row"].to_pylist(),
            table.filter(expression)["row"].to_pylist())
        for program, (found, wanted) in answers.items():
            asked[program] += 1
            if found != wanted:
                print("%s: %s: %s and not %s" % (program, terms, found, wanted))
    metadata = pq.ParquetFile(path).metadata
    chunks = [
        metadata.row_group(g).column(c)
        for g in range(metadata.num_row_groups) for c in range(metadata.num_columns)]
    print(
        "asked %s; %d of %d chunks have offset indexes, %d column indexes" % (
            asked, sum(c.has_offset_index for c in chunks), len(chunks),
            sum(c.has_column_index for c in chunks)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
