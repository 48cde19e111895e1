"""Runs lake and its peers in turn on the same files, checks that they agree, prints ratios.

Called by Benchmarks/run. Each case is a function that returns seconds, rows and the sum of every
column; numbers are compared exactly (the data's sums are integers), times as the best of several
rounds in which the programs take turns, so that a busy moment of the machine hits all of them.
"""

import argparse
import json
import os
import subprocess
import sys
import time

SCHEMA = {"user": "varchar", "timestamp": "bigint", "x": "double", "y": "double", "z": "double"}
LAKE_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in SCHEMA.items())


def lake_columns(arguments, paths):
    """The benchmark program, which times the work alone, as the peers' functions below do."""
    def run():
        answer = subprocess.run([arguments.benchmark, *paths], check=True, capture_output=True)
        return json.loads(answer.stdout.splitlines()[-1])
    return run


PEER = r"""
import json, sys, time
program, case, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
names = ["user", "timestamp", "x", "y", "z"]
if program == "duckdb":
    import duckdb
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET enable_progress_bar = false")
    columns = "{'user': 'VARCHAR', 'timestamp': 'BIGINT', 'x': 'DOUBLE', 'y': 'DOUBLE', 'z': 'DOUBLE'}"
    source = {
        "json": f"read_json(?, format = 'newline_delimited', columns = {columns})",
        "json-infer": "read_json(?, format = 'newline_delimited')",
        "csv": f"read_csv(?, header = true, columns = {columns})",
        "csv-infer": "read_csv(?)",
    }[case]
    query = ('SELECT count(*), sum(strlen("user")), sum("timestamp"), sum(x), sum(y), sum(z) FROM '
             + source)
    start = time.perf_counter()
    row = connection.execute(query, [paths]).fetchone()
    seconds = time.perf_counter() - start
else:
    import polars as pl
    schema = {"user": pl.String, "timestamp": pl.Int64, "x": pl.Float64, "y": pl.Float64,
              "z": pl.Float64}
    start = time.perf_counter()
    frame = {
        "json": lambda: pl.scan_ndjson(paths, schema=schema),
        "json-infer": lambda: pl.scan_ndjson(paths),
        "csv": lambda: pl.scan_csv(paths, schema=schema),
        "csv-infer": lambda: pl.scan_csv(paths),
    }[case]()
    sums = frame.select(
        pl.len().alias("rows"), pl.col("user").str.len_bytes().cast(pl.Int64).sum(),
        pl.col("timestamp").cast(pl.Float64).sum(), pl.col("x").sum(), pl.col("y").sum(), pl.col("z").sum())
    row = sums.collect(engine="streaming").row(0)
    seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "rows": int(row[0]),
                  "sums": dict(zip(names, map(float, row[1:])))}))
"""


def peer(program, case, paths):
    def run():
        answer = subprocess.run(
            [sys.executable, "-c", PEER, program, case, *paths], check=True, capture_output=True)
        return json.loads(answer.stdout.splitlines()[-1])
    return run


def measured(command, environment=None):
    """Seconds and peak memory in megabytes of a whole command."""
    before = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    message = process.stderr.read().decode()
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} failed:\n{message}")
    return seconds, usage.ru_maxrss / 1024


def best_of(rounds, programs):
    """The best answer of each program, after checking that all answers agree."""
    best = {}
    for _ in range(rounds):
        for name, run in programs.items():
            answer = run()
            if name not in best or answer["seconds"] < best[name]["seconds"]:
                best[name] = answer
    reference = next(iter(best.values()))
    for name, answer in best.items():
        same = answer["rows"] == reference["rows"] and all(
            abs(answer["sums"][column] - value) <= 1e-9 * abs(value)
            for column, value in reference["sums"].items())
        if not same:
            sys.exit(f"{name} disagrees: {answer} against {reference}")
    return {name: answer["seconds"] for name, answer in best.items()}


def report(title, seconds, asked, size):
    fastest = min(time for name, time in seconds.items() if name != "lake")
    ratio = seconds["lake"] / fastest
    if asked is None:
        wish = "no mark, since the peers look at a sample only"
    else:
        wish = f"asked at most {asked}: {'reached' if ratio <= asked else 'MISSED'}"
    times = "  ".join(f"{name} {time:.3f} s" for name, time in seconds.items())
    rate = size / seconds["lake"] / 1e9
    print(f"{title:<34} {times}")
    print(f"{'':<34} ratio {ratio:.2f}, {wish}; lake {rate:.2f} GB/s")
    return asked is None or ratio <= asked


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--scale", default="100")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    lake = os.path.join(arguments.root, ".build/release/lake")
    arguments.benchmark = os.path.join(arguments.root, ".build/release/LakeBenchmark")

    data = os.path.join(arguments.work, f"stedi-{arguments.scale}")
    if not os.path.exists(os.path.join(data, "README.md")):
        subprocess.run([lake, "generate", "stedi", "--scale", arguments.scale, data], check=True,
                       stdout=subprocess.DEVNULL)
    folder = os.path.join(data, "accelerometer")
    jsons = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    csv = os.path.join(arguments.work, f"accelerometer-{arguments.scale}.csv")
    if not os.path.exists(csv):
        subprocess.run([lake, "convert", folder, csv], check=True)
    json_size = sum(map(os.path.getsize, jsons))
    csv_size = os.path.getsize(csv)

    import duckdb
    import polars
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, scale {arguments.scale}, "
          f"best of {arguments.rounds}; DuckDB {duckdb.__version__}, Polars {polars.__version__}; "
          f"JSON {json_size / 1e6:.0f} MB, CSV {csv_size / 1e6:.0f} MB")

    def programs(case, file_format, schema, paths):
        return {
            "lake": lake_columns(arguments, [file_format, schema, *paths]),
            "duckdb": peer("duckdb", case, paths),
            "polars": peer("polars", case, paths),
        }

    reached = []
    cases = [
        ("JSON to columns, schema declared", "json", "json", LAKE_SCHEMA, jsons, 0.6, json_size),
        ("JSON to columns, schema inferred", "json-infer", "json", "infer", jsons, 0.8, json_size),
        ("CSV to columns, schema declared", "csv", "csv", LAKE_SCHEMA, [csv], 0.8, csv_size),
        ("CSV to columns, schema inferred", "csv-infer", "csv", "infer", [csv], None, csv_size),
    ]
    for title, case, file_format, schema, paths, asked, size in cases:
        seconds = best_of(arguments.rounds, programs(case, file_format, schema, paths))
        reached.append(report(title, seconds, asked, size))

    out = os.path.join(arguments.work, "out.ndjson")
    duckdb_copy = (f"import duckdb; duckdb.execute(\"SET threads = 2; SET enable_progress_bar = false; COPY (SELECT * FROM "
                   f"read_json('{folder}/*.json')) TO '{out}' (FORMAT json)\")")
    polars_sink = f"import polars as pl; pl.scan_ndjson('{folder}/*.json').sink_ndjson('{out}')"
    commands = {
        "lake": [lake, "convert", "--quiet", "--force", folder, out],
        "duckdb": [sys.executable, "-c", duckdb_copy],
        "polars": [sys.executable, "-c", polars_sink],
    }
    best = {}
    for _ in range(max(arguments.rounds // 2, 1)):
        for name, command in commands.items():
            seconds, megabytes = measured(command)
            if name not in best or seconds < best[name][0]:
                best[name] = (seconds, megabytes)
    os.remove(out)
    line = "  ".join(f"{name} {s:.2f} s {m:.0f} MB" for name, (s, m) in best.items())
    print(f"{'JSON to NDJSON, whole command':<34} {line}")
    megabytes = best["lake"][1]
    print(f"{'':<34} peak memory {megabytes:.0f} MB, asked under 400: "
          f"{'reached' if megabytes < 400 else 'MISSED'}")
    reached.append(megabytes < 400)

    start = min(measured([lake, "--version"], {"PATH": "/usr/bin"})[0] for _ in range(20)) * 1000
    print(f"{'lake --version':<34} {start:.1f} ms, asked under 10: "
          f"{'reached' if start < 10 else 'MISSED'}")
    reached.append(start < 10)
    sys.exit(0 if all(reached) else 1)


if __name__ == "__main__":
    main()
