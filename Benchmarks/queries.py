"""Queries over the STEDI case's landing files, JSON as it came, against DuckDB.

Called by `Benchmarks/run queries`. lake is timed as a whole command for each query, in a workspace
that was crawled; DuckDB inside one process whose views declare the columns, so that it infers
nothing. They take turns, the best time of each counts, and the answers must agree.
"""

import argparse
import csv
import datetime
import io
import json
import os
import subprocess
import sys

import duckdb

from pipeline import fresh_workspace, generated
from pipeline_duckdb import COLUMNS, source
from tpch import best_of, require_same, verdict

ASKED = 0.8

# A name, and the query in both dialects; one text where they agree.
QUERIES = [
    ("count with filter",
     """SELECT count(*) FROM {accelerometer} WHERE x > 0.5 AND y < 0 AND "user" LIKE 'a%'"""),
    ("accelerometer with customers",
     """SELECT c.serialNumber, count(*) AS readings, min(a.timestamp) AS first, max(a.x) AS x
        FROM {accelerometer} a JOIN {customer} c ON a."user" = c.email
        WHERE c.shareWithResearchAsOfDate > 0
        GROUP BY c.serialNumber ORDER BY readings DESC, c.serialNumber LIMIT 20"""),
    ("top ten",
     """SELECT "user", "timestamp", x, y, z FROM {accelerometer}
        ORDER BY x DESC, "timestamp", "user", y, z LIMIT 10"""),
    ("distinct users per hour",
     ("""SELECT to_unixtime(date_trunc('hour', from_unixtime("timestamp" / 1000))) AS hour,
                count(DISTINCT "user") AS users
         FROM {accelerometer} GROUP BY 1 ORDER BY 1""",
      """SELECT epoch(date_trunc('hour', make_timestamp("timestamp" * 1000))) AS hour,
                count(DISTINCT "user") AS users
         FROM {accelerometer} GROUP BY 1 ORDER BY 1""")),
]


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run queries")
    parser.add_argument("--root", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--scale", default="100")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    arguments = parser.parse_args()
    lake = os.path.join(arguments.root, ".build/release/lake")
    data = os.path.join(arguments.work, f"stedi-{arguments.scale}")
    generated(lake, data, arguments.scale)
    place = os.path.join(arguments.work, f"queries-{arguments.scale}")
    fresh_workspace(lake, place, data)
    subprocess.run([lake, "-C", place, "crawl"], check=True, capture_output=True)
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    connection.execute("SET enable_progress_bar = false")
    for table in COLUMNS:
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {source(data, table)}")

    def by_lake(sql):
        answer = subprocess.run([lake, "-C", place, "query", "--format", "csv", sql],
                                check=True, capture_output=True, text=True)
        return list(csv.reader(io.StringIO(answer.stdout)))[1:]

    print(f"{datetime.date.today()}, {os.cpu_count()} cores, scale {arguments.scale}, best of "
          f"{arguments.rounds}; DuckDB {duckdb.__version__}")
    figures, reached = {}, True
    for name, texts in QUERIES:
        ours, theirs = texts if isinstance(texts, tuple) else (texts, texts)
        ours = ours.format(**{table: f"landing.{table}" for table in COLUMNS})
        theirs = theirs.format(**{table: table for table in COLUMNS})
        (mine, other), (answer, expected) = best_of(
            arguments.rounds,
            [lambda: by_lake(ours), lambda: connection.execute(theirs).fetchall()])
        require_same(name, answer, expected)
        print(f"  {name:<30} lake {mine:.3f} s  duckdb {other:.3f} s")
        reached = verdict(f"  {name}", mine / other, ASKED) and reached
        figures[name] = {"lake": mine, "duckdb": other}
    if arguments.json:
        print(json.dumps(figures))
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
