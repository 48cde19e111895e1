"""Generated queries, answered by `lake query --batch` and by DuckDB, for QueryDifferentialTests.

    query_differential.py --lake BINARY [--count 300] [--seed S] [--folder DIR] [--verbose]

Makes a workspace with the STEDI example (landing files, and the tables that a run publishes) and
a few files with nulls, empty texts, letters of several alphabets, decimals and moments. Each query
is written twice, once in each dialect, from one tree; where the two mean different things, the
function that writes the expression says so. Prints each query whose answers differ, and exits
with 1 if there is one.
"""

import argparse
import datetime
import decimal
import glob
import json
import math
import os
import random
import subprocess
import sys
import tempfile

import duckdb

from lake_batch import Lake
from query_expressions import kind_of
from query_shapes import Shapes, Table


# Data


def make_stedi(lake, folder, seed):
    def run(*words):
        done = subprocess.run([lake, *words], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"lake {' '.join(words)}: {done.stderr}")

    run("init", "--template", "stedi", ".")
    run("generate", "stedi", "--scale", "0.05", "--seed", str(seed), "--force", ".")
    run("run")


WORDS = ["", "a", "b", "ab", "Ab", "abc", "é", "Été", "naïve", "日本", "100%", "a_b", "x y", " pad ",
         "Ωmega", "ответ", "o'clock", "🙂", "zz", "A-B-C", "12", "-7", "3x"]


def make_files(folder, seed):
    """Three tables in three formats; DuckDB writes the typed one."""
    draw = random.Random(seed)

    def maybe(value, share=0.15):
        return None if draw.random() < share else value

    with open(os.path.join(folder, "notes.json"), "w") as file:
        for number in range(400):
            record = {
                "id": number,
                "grp": maybe(draw.choice(WORDS[:8])),
                "n": maybe(draw.randint(-50, 50)),
                "v": maybe(draw.randint(-40, 40) / 4 + 0.0),
                "ok": maybe(draw.random() < 0.5),
                "txt": maybe(draw.choice(WORDS)),
            }
            # What is missing is null too.
            if draw.random() < 0.1:
                record = {k: v for k, v in record.items() if v is not None}
            file.write(json.dumps(record, ensure_ascii=draw.random() < 0.5) + "\n")
    with open(os.path.join(folder, "prices.csv"), "w") as file:
        file.write("id,grp,k,price,label\n")
        for number in range(300):
            grp = maybe(draw.choice(WORDS[1:8]))
            label = maybe(draw.choice(WORDS[1:]))
            row = [number, f'"{grp}"' if grp else "", maybe(draw.randint(-20, 20)),
                   maybe(draw.randint(-999, 999) / 4), f'"{label}"' if label else ""]
            file.write(",".join("" if x is None else str(x) for x in row) + "\n")
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE t (id INTEGER, k SMALLINT, big BIGINT, amount DECIMAL(9,2),"
        " rate DECIMAL(18,4), v DOUBLE, day DATE, moment TIMESTAMP, ok BOOLEAN, txt VARCHAR)")
    start = datetime.datetime(2019, 12, 1)
    rows = []
    for number in range(3000):
        at = start + datetime.timedelta(seconds=draw.randint(0, 3 * 365 * 86400))
        rows.append((
            number, maybe(draw.randint(-20, 20)), maybe(draw.randint(-10**9, 10**9)),
            maybe(decimal.Decimal(draw.randint(-99999, 99999)) / 100),
            maybe(decimal.Decimal(draw.randint(-10**7, 10**7)) / 10000),
            maybe(draw.randint(-4000, 4000) / 8), maybe(at.date()), maybe(at),
            maybe(draw.random() < 0.5), maybe(draw.choice(WORDS))))
    connection.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    path = os.path.join(folder, "typed.parquet")
    connection.execute(f"COPY t TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")


def duck_type(spelled):
    plain = {"timestamp without time zone": "TIMESTAMP", "real": "FLOAT"}
    return plain.get(spelled, spelled.upper())


def load_tables(lake, duck, folder):
    """Every table in both; DuckDB reads the same files with the columns that lake declares."""
    places = []
    for zone in ("landing", "trusted", "curated"):
        for path in sorted(glob.glob(os.path.join(folder, "lake", zone, "*/"))):
            places.append((f"{zone}.{os.path.basename(path[:-1])}", path + "*"))
    for name in ("notes.json", "prices.csv", "typed.parquet"):
        places.append((f"'{name}'", os.path.join(folder, name)))
    tables = []
    for number, (name, path) in enumerate(places):
        answer = lake.ask(f"SELECT * FROM {name} LIMIT 0")
        if not answer["ok"]:
            raise SystemExit(f"{name}: {answer}")
        columns = list(zip(answer["columns"], answer["types"]))
        declared = ", ".join(f"'{n}': '{duck_type(t)}'" for n, t in columns)
        if name.startswith("landing") or name.endswith(".json'"):
            source = f"read_json('{path}', format='newline_delimited', columns={{{declared}}})"
        elif name.endswith(".csv'"):
            source = f"read_csv('{path}', header=true, columns={{{declared}}})"
        else:
            source = f"read_parquet('{path}')"
        duck.execute(f"CREATE TABLE d{number} AS SELECT * FROM {source}")
        count = duck.execute(f"SELECT count(*) FROM d{number}").fetchone()[0]
        tables.append(Table(name, f"d{number}", columns, count))
    return tables


# Comparing


def from_lake(text, spelled):
    if text is None:
        return None
    kind = kind_of(spelled)
    if kind == "double":
        return float(text)
    if kind == "decimal":
        return decimal.Decimal(text)
    if kind == "date":
        return datetime.date.fromisoformat(text)
    if kind == "timestamp":
        return datetime.datetime.fromisoformat(text)
    return text


def same(left, right):
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        # The absolute part is for sums that cancel out.
        return left == right or math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def row_same(left, right):
    return len(left) == len(right) and all(map(same, left, right))


def sort_key(row):
    def one(x):
        if x is None:
            return (0, "")
        if isinstance(x, float):
            return (1, "%.13g" % (x + 0.0))
        if isinstance(x, decimal.Decimal):
            return (1, str(x.normalize() + 0))
        return (2, str(x))

    return [one(x) for x in row]


def difference(left, right, ordered):
    """None, or what is different about the rows."""
    if len(left) != len(right):
        return f"{len(left)} rows and {len(right)} rows"
    if not ordered:
        left, right = sorted(left, key=sort_key), sorted(right, key=sort_key)
    bad = [i for i in range(len(left)) if not row_same(left[i], right[i])]
    if bad and not ordered and len(bad) <= 200:
        # Doubles that are nearly equal may be sorted differently.
        rest = [right[i] for i in bad]
        for i in list(bad):
            match = next((j for j, row in enumerate(rest) if row_same(left[i], row)), None)
            if match is not None:
                rest.pop(match)
                bad.remove(i)
    if not bad:
        return None
    i = bad[0]
    return f"row {i} of {len(left)}, {len(bad)} differ:\n    lake {left[i]}\n    duck {right[i]}"


def ask_duck(duck, sql):
    try:
        cursor = duck.execute(sql)
        return [d[0] for d in cursor.description], cursor.fetchall(), None
    except duckdb.Error as error:
        return None, None, str(error)


def compare(lake, duck, query):
    """None where both answer the same, else what to print."""
    answer = lake.ask(query.lake)
    names, rows, fault = ask_duck(duck, query.duck)
    if not answer["ok"] and fault:
        # Both refuse; but what was never meant to fail is a fault of the generator.
        return None if query.may_fail else f"both fail: {answer['error']}\n    duck: {fault}"
    if not answer["ok"]:
        return f"lake alone fails: {answer['error']}"
    if fault:
        return f"DuckDB alone fails: {fault}"
    if answer["columns"] != names:
        return f"columns {answer['columns']} and {names}"
    types = answer["types"]
    mine = [tuple(map(from_lake, row, types)) for row in answer["rows"]]
    return difference(mine, rows, query.ordered)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--lake", required=True)
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder")
    options.add_argument("--verbose", action="store_true")
    options.add_argument("--most", type=int, default=20, help="differences to print")
    given = options.parse_args()
    binary = os.path.abspath(given.lake)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or temporary
        if not os.path.exists(os.path.join(folder, "typed.parquet")):
            make_stedi(binary, folder, given.seed)
            make_files(folder, given.seed)
        lake, duck = Lake(binary, folder, parse_float=decimal.Decimal), duckdb.connect()
        duck.execute("SET TimeZone = 'UTC'")
        tables = load_tables(lake, duck, folder)
        failed = 0
        for number in range(given.count):
            # Each query can be made again by itself.
            draw = random.Random(f"{given.seed}/{number}")
            query = Shapes(draw, tables).query()
            if given.verbose:
                print(f"{number}: {query.lake}", flush=True)
            fault = compare(lake, duck, query)
            if fault:
                failed += 1
                if failed <= given.most:
                    print(f"query {number} of seed {given.seed}: {fault}\n"
                          f"  lake: {query.lake};\n  duck: {query.duck};\n", flush=True)
        lake.close()
    print(f"{given.count} queries of seed {given.seed}, {failed} answered differently")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
