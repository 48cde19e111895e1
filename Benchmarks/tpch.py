"""The 22 queries of TPC-H over gzip Parquet files, against DuckDB.

Called by `Benchmarks/run tpch`. Both read the same files, made by tpchgen-cli, on two threads and in
turn; the best time of each query counts. lake is timed as a whole command for each query, DuckDB
inside one process that has its views already. Answers are compared before a time is believed:
texts as they are, numbers to the cent, since averages of decimals have the scale of the decimal here.

The queries are not part of the project: they are looked for beside it.
"""

import argparse
import csv
import datetime
import glob
import io
import math
import os
import subprocess
import sys
import time

SUM_ASKED, WORST_ASKED = 2.0, 6.0


def tables(work, scale):
    folder = os.path.join(work, f"tpch-gzip-{scale}")
    if not glob.glob(os.path.join(folder, "*.parquet")):
        program = os.path.join(os.path.dirname(sys.executable), "tpchgen-cli")
        subprocess.run([program, "parquet", f"--scale-factor={scale}", "--compression=GZIP(6)",
                        f"--output-dir={folder}"], check=True, stdout=subprocess.DEVNULL)
    return sorted(glob.glob(os.path.join(folder, "*.parquet")))


def workspace(lake, work, scale, files):
    place = os.path.join(work, f"tpch-workspace-{scale}")
    if not os.path.exists(place):
        subprocess.run([lake, "init", place], check=True, capture_output=True)
        for file in files:
            name = os.path.splitext(os.path.basename(file))[0]
            folder = os.path.join(place, "lake/landing", name)
            os.makedirs(folder)
            os.link(file, os.path.join(folder, os.path.basename(file)))
    subprocess.run([lake, "-C", place, "crawl"], check=True, capture_output=True)
    return place


def same(ours, theirs):
    theirs = "" if theirs is None else str(theirs)
    if ours == theirs:
        return True
    try:
        return abs(float(ours) - float(theirs)) <= 0.0051 + 1e-9 * abs(float(theirs))
    except ValueError:
        return False


def require_same(name, ours, theirs):
    if len(ours) != len(theirs):
        sys.exit(f"{name}: lake gives {len(ours)} rows and DuckDB {len(theirs)}")
    for mine, other in zip(ours, theirs):
        if not all(same(a, b) for a, b in zip(mine, other)):
            sys.exit(f"{name}: {mine} and {other} differ")


def best_of(rounds, runs):
    best = [math.inf] * len(runs)
    answers = [None] * len(runs)
    for _ in range(rounds):
        for index, run in enumerate(runs):
            start = time.perf_counter()
            answers[index] = run()
            best[index] = min(best[index], time.perf_counter() - start)
    return best, answers


def verdict(text, value, asked):
    reached = value <= asked
    print(f"{text:<28} {value:.2f}, asked at most {asked}: {'reached' if reached else 'MISSED'}")
    return reached


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--queries", help="the folder with q01.sql to q22.sql")
    arguments = parser.parse_args()
    import duckdb
    folder = arguments.queries or os.path.join(arguments.root, "../shared/data/tpch/queries")
    queries = sorted(glob.glob(os.path.join(folder, "q*.sql")))
    if len(queries) != 22:
        sys.exit(f"{folder} does not hold the 22 queries: say where they are with --queries")
    lake = os.path.join(arguments.root, ".build/release/lake")
    files = tables(arguments.work, arguments.scale)
    place = workspace(lake, arguments.work, arguments.scale, files)
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    for file in files:
        name = os.path.splitext(os.path.basename(file))[0]
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{file}'")

    def by_lake(path):
        answer = subprocess.run([lake, "-C", place, "query", "--format", "csv", "-f", path],
                                check=True, capture_output=True, text=True)
        return list(csv.reader(io.StringIO(answer.stdout)))[1:]

    print(f"{datetime.date.today()}, {os.cpu_count()} cores, scale {arguments.scale}, best of "
          f"{arguments.rounds}; DuckDB {duckdb.__version__}")
    totals, ratios = [0, 0], []
    for path in queries:
        name = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as text:
            sql = text.read().strip().rstrip(";")
        (ours, theirs), (mine, other) = best_of(
            arguments.rounds,
            [lambda: by_lake(path), lambda: connection.execute(sql).fetchall()])
        require_same(name, mine, other)
        totals = [totals[0] + ours, totals[1] + theirs]
        ratios.append(ours / theirs)
        print(f"  {name}  lake {ours:.3f} s  duckdb {theirs:.3f} s  {ours / theirs:.2f}")
    print(f"  all  lake {totals[0]:.3f} s  duckdb {totals[1]:.3f} s")
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    reached = [verdict("ratio of the sums", totals[0] / totals[1], SUM_ASKED),
               verdict("geometric mean of ratios", mean, SUM_ASKED),
               verdict("worst ratio", max(ratios), WORST_ASKED)]
    sys.exit(0 if all(reached) else 1)


if __name__ == "__main__":
    main()
