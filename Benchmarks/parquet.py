"""Writing and reading Parquet, against DuckDB and Polars.

Called by `Benchmarks/run convert` and `Benchmarks/run read`. The programs take turns and the best
time of each counts; what they wrote and what they read is compared before a time is believed.

convert: accelerometer readings, JSON with the schema inferred, to one gzip Parquet file. lake is
timed as a whole command, the peers from the first call to the last, without the start of Python.
read: every column of gzip Parquet files that each of the three has written, folded to one number.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import time

from compare import measured

PROGRAMS = ("lake", "duckdb", "polars")
CONVERT_ASKED, ZLIB_ASKED, READ_ASKED, MEGABYTES_ASKED = 0.4, 0.8, 0.8, 500

PEER = r"""
import json, sys, time
program, task, source, target = sys.argv[1:5]
if program == "duckdb":
    import duckdb
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    def write(relation):
        connection.execute(f"COPY (FROM {relation}) TO '{target}' (FORMAT parquet, COMPRESSION gzip)")
    start = time.perf_counter()
    if task == "convert":
        write(f"read_json('{source}', format = 'newline_delimited')")
    elif task == "rewrite":
        write(f"read_parquet('{source}')")
    else:
        columns = connection.execute(f"DESCRIBE FROM read_parquet('{source}')").fetchall()
        def fold(name, kind):
            if kind == "VARCHAR":
                return f'sum(strlen("{name}"))'
            if kind == "DATE":
                return f'''sum("{name}" - DATE '1970-01-01')'''
            scale = int(kind.split(",")[1][:-1]) if kind.startswith("DECIMAL") else 0
            return f'sum("{name}") * {10 ** scale}'
        folds = ", ".join(fold(name, kind) for name, kind, *_ in columns)
        start = time.perf_counter()
        row = connection.execute(f"SELECT count(*), {folds} FROM read_parquet('{source}')").fetchone()
        names = [name for name, *_ in columns]
else:
    import polars as pl
    start = time.perf_counter()
    if task == "convert":
        pl.scan_ndjson(source).sink_parquet(target, compression="gzip")
    elif task == "rewrite":
        pl.scan_parquet(source).sink_parquet(target, compression="gzip")
    else:
        frame = pl.scan_parquet(source)
        schema = frame.collect_schema()
        def fold(name, kind):
            column = pl.col(name)
            if kind == pl.String:
                return column.str.len_bytes().cast(pl.Int64).sum()
            if kind == pl.Date:
                return column.to_physical().cast(pl.Int64).sum()
            if kind == pl.Decimal:
                return column.sum() * 10 ** kind.scale
            return (column.cast(pl.Float64) if kind == pl.Int64 else column).sum()
        folds = [fold(name, kind).alias(name) for name, kind in schema.items()]
        start = time.perf_counter()
        row = frame.select(pl.len().alias(""), *folds).collect(engine="streaming").row(0)
        names = schema.names()
answer = {"seconds": time.perf_counter() - start}
if task == "read":
    answer |= {"rows": int(row[0]), "sums": dict(zip(names, map(float, row[1:])))}
print(json.dumps(answer))
"""


def peer(program, task, source, target=""):
    answer = subprocess.run([sys.executable, "-c", PEER, program, task, source, target],
                            check=True, capture_output=True)
    return json.loads(answer.stdout.splitlines()[-1])


def lake_convert(lake, source, target, codecs=None):
    environment = dict(os.environ, **({"LAKE_CODECS": codecs} if codecs else {}))
    command = [lake, "convert", "--quiet", "--force", source, target]
    seconds, megabytes = measured(command, environment)
    return {"seconds": seconds, "megabytes": megabytes}


def lake_read(benchmark, path):
    answer = subprocess.run([benchmark, "read", path], check=True, capture_output=True)
    return json.loads(answer.stdout.splitlines()[-1])


def best_of(rounds, runs):
    best = {}
    for _ in range(rounds):
        for name, run in runs.items():
            answer = run()
            if name not in best or answer["seconds"] < best[name]["seconds"]:
                best[name] = answer
    return best


def require_same(what, answers):
    """All answers have the same rows and sums; sums of doubles to the ninth digit."""
    (first, reference), *others = answers.items()
    for name, answer in others:
        same = answer["rows"] == reference["rows"] and all(
            abs(answer["sums"][column] - value) <= 1e-9 * max(abs(value), 1)
            for column, value in reference["sums"].items())
        if not same:
            sys.exit(f"{what}: {name} and {first} disagree: {answer} against {reference}")


def verdict(value, asked, text):
    reached = value <= asked
    print(f"{'':<22} {text}, asked at most {asked}: {'reached' if reached else 'MISSED'}")
    return reached


def generated(lake, work, scale):
    data = os.path.join(work, f"stedi-{scale}")
    if not os.path.exists(os.path.join(data, "README.md")):
        shutil.rmtree(data, ignore_errors=True)
        subprocess.run([lake, "generate", "stedi", "--scale", scale, data], check=True,
                       stdout=subprocess.DEVNULL)
    return os.path.join(data, "accelerometer")


def convert(arguments, lake):
    folder = generated(lake, arguments.work, arguments.scale)
    pattern = os.path.join(folder, "*.json")
    size = sum(map(os.path.getsize, glob.glob(pattern)))
    path = {name: os.path.join(arguments.work, f"out-{name}.parquet")
            for name in (*PROGRAMS, "lake, zlib")}
    best = best_of(arguments.rounds, {
        "lake": lambda: lake_convert(lake, folder, path["lake"]),
        "lake, zlib": lambda: lake_convert(lake, folder, path["lake, zlib"], "none"),
        "duckdb": lambda: peer("duckdb", "convert", pattern, path["duckdb"]),
        "polars": lambda: peer("polars", "convert", pattern, path["polars"]),
    })
    require_same("what was written", {
        name: peer("duckdb", "read", file) for name, file in path.items()})
    print(f"JSON to gzip Parquet, {size / 1e6:.0f} MB")
    for name, answer in best.items():
        bytes_out = os.path.getsize(path[name])
        print(f"  {name:<20} {answer['seconds']:7.2f} s {bytes_out / 1e6:8.1f} MB")
    fastest = min(best[name]["seconds"] for name in PROGRAMS[1:])
    smallest = min(os.path.getsize(path[name]) for name in PROGRAMS[1:])
    reached = []
    for name, asked in (("lake", CONVERT_ASKED), ("lake, zlib", ZLIB_ASKED)):
        ratio = best[name]["seconds"] / fastest
        reached.append(verdict(ratio, asked, f"{name}: ratio {ratio:.2f}"))
        share = os.path.getsize(path[name]) / smallest
        reached.append(verdict(share, 1, f"{name}: bytes {share:.3f} of the smaller peer"))
    for file in path.values():
        os.remove(file)
    if arguments.scale == "100":
        reached.append(convert_a_gigabyte(arguments, lake))
    return all(reached)


def convert_a_gigabyte(arguments, lake):
    """Peak memory on more than a gigabyte of JSON; of several rounds the worst."""
    folder = generated(lake, arguments.work, "150")
    path = os.path.join(arguments.work, "out.parquet")
    answers = [lake_convert(lake, folder, path) for _ in range(arguments.rounds)]
    os.remove(path)
    megabytes = max(answer["megabytes"] for answer in answers)
    size = sum(map(os.path.getsize, glob.glob(os.path.join(folder, "*.json"))))
    print(f"JSON to gzip Parquet, {size / 1e6:.0f} MB")
    return verdict(megabytes, MEGABYTES_ASKED, f"peak memory {megabytes:.0f} MB")


def lineitem(work):
    """TPC-H's largest table at scale 1, by tpchgen-cli."""
    folder = os.path.join(work, "tpch-1")
    path = os.path.join(folder, "lineitem.parquet")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        program = os.path.join(os.path.dirname(sys.executable), "tpchgen-cli")
        subprocess.run([program, "parquet", "--scale-factor=1", "--tables=lineitem",
                        f"--output-dir={folder}"], check=True, stdout=subprocess.DEVNULL)
    return path


def written(arguments, lake, name, source, task):
    """The same rows as a gzip Parquet file by each program."""
    paths = {}
    for program in PROGRAMS:
        paths[program] = os.path.join(arguments.work, f"{name}-by-{program}.parquet")
        if program == "lake":
            # Always anew: what lake writes is what is being worked on.
            lake_convert(lake, os.path.dirname(source) if task == "convert" else source,
                         paths[program])
        elif not os.path.exists(paths[program]):
            peer(program, task, source, paths[program])
    return paths


def read(arguments, lake):
    benchmark = os.path.join(arguments.root, ".build/release/LakeBenchmark")
    readings = os.path.join(generated(lake, arguments.work, arguments.scale), "*.json")
    sources = {
        "accelerometer": written(arguments, lake, f"accelerometer-{arguments.scale}", readings,
                                 "convert"),
        "lineitem": written(arguments, lake, "lineitem", lineitem(arguments.work), "rewrite"),
    }
    reached = []
    for name, paths in sources.items():
        for writer, path in paths.items():
            best = best_of(arguments.rounds, {
                "lake": lambda: lake_read(benchmark, path),
                "duckdb": lambda: peer("duckdb", "read", path),
                "polars": lambda: peer("polars", "read", path),
            })
            require_same(f"{name} by {writer}", best)
            times = "  ".join(f"{who} {best[who]['seconds']:.3f} s" for who in PROGRAMS)
            print(f"{name} by {writer}".ljust(28)
                  + f"{times}  ({os.path.getsize(path) / 1e6:.1f} MB)")
            ratio = best["lake"]["seconds"] / min(best[who]["seconds"] for who in PROGRAMS[1:])
            reached.append(verdict(ratio, READ_ASKED, f"ratio {ratio:.2f}"))
    return all(reached)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=("convert", "read"))
    parser.add_argument("--root", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--scale", default="100")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    import duckdb
    import polars
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, scale {arguments.scale}, best of "
          f"{arguments.rounds}; DuckDB {duckdb.__version__}, Polars {polars.__version__}")
    lake = os.path.join(arguments.root, ".build/release/lake")
    reached = (convert if arguments.task == "convert" else read)(arguments, lake)
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
