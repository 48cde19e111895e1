"""Queries over many times the limit of memory: they end, hold the limit, and answer as without one.

    memory_limit.py --lake BINARY [--rows 1500000] [--limit 24] [--above 64] [--keep DIR] [QUERY...]

Makes a CSV file of about 120 bytes a row, and runs each query twice: without a limit, and with
--memory-limit of so many MB, both on two threads. Prints seconds and the peak of resident memory of
both, and exits with 1 if an answer differs or the peak with the limit is more than `--above` MB
above it. Any Python will do; the arguments QUERY choose queries by the beginnings of their names.
"""

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time

QUERIES = {
    "sort": "SELECT * FROM '{file}' ORDER BY a",
    "sort by text": "SELECT * FROM '{file}' ORDER BY t DESC, a",
    "sort and page": "SELECT * FROM '{file}' ORDER BY b, t LIMIT 100000 OFFSET {half}",
    "numbered partitions": (
        "SELECT *, row_number() OVER (PARTITION BY g ORDER BY a) r, sum(b) OVER (PARTITION BY g) s"
        " FROM '{file}'"),
    "numbered rows": "SELECT id, t, rank() OVER (ORDER BY b) r FROM '{file}'",
    "first of each": (
        "SELECT * FROM '{file}'"
        " QUALIFY row_number() OVER (PARTITION BY a ORDER BY b DESC, id) = 1"),
    "shared": (
        "WITH s AS (SELECT id, a, t, upper(u) AS u FROM '{file}')"
        " SELECT * FROM s WHERE a % 2 = 0 UNION ALL SELECT * FROM s WHERE a % 2 = 1"),
    "groups": "SELECT t, count(*), sum(b), min(u), max(id) FROM '{file}' GROUP BY t",
    "groups with lists": (
        "SELECT a, array_agg(t ORDER BY b), count(DISTINCT u), avg(b) FROM '{file}' GROUP BY a"),
    "distinct": "SELECT DISTINCT a, t, u FROM '{file}'",
    "count distinct": "SELECT count(DISTINCT t), min(DISTINCT t) FROM '{file}'",
    "join": "SELECT x.id, x.t, y.u FROM '{file}' x JOIN '{file}' y ON x.a = y.a AND x.t = y.t",
    "outer join": (
        "SELECT x.id, x.t, y.u, y.b FROM '{file}' x"
        " LEFT JOIN '{file}' y ON x.t = y.t AND y.b < 0.5"),
    "one key": (
        "SELECT x.id, y.t FROM (SELECT id FROM '{file}' WHERE id < 3) x"
        " JOIN (SELECT id % 1 AS one, t, u FROM '{file}') y ON x.id = y.one"),
    "not in": (
        "SELECT id, u FROM '{file}' WHERE t NOT IN (SELECT t FROM '{file}' WHERE b > 0.3)"),
    "union": "SELECT t FROM '{file}' UNION SELECT t FROM '{file}' WHERE a > 5",
    "except": "SELECT t, u FROM '{file}' EXCEPT SELECT t, u FROM '{file}' WHERE b < 0.5",
}


def write(path, rows):
    """Rows whose order in each column has nothing to do with that in the file."""
    generator = random.Random(7)
    with open(path, "w") as file:
        file.write("id,a,b,g,t,u\n")
        for number in range(rows):
            a, b = generator.randrange(10**9), generator.random()
            text = f"text {a % 99991:05} of some length {b:.12f}"
            file.write(f"{number},{a},{b:.9f},{a % 5003},{text},unchanging text {a % 7}\n")


def run(lake, sql, limit):
    """The digest of what a query writes, its seconds and its peak of resident memory in MB."""
    command = [lake, "query", "-q", "--threads", "2", "--format", "csv", sql]
    if limit:
        command[2:2] = ["--memory-limit", f"{limit}MB"]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    digest = hashlib.sha256()
    while piece := process.stdout.read(1 << 20):
        digest.update(piece)
    message = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if process.returncode:
        return f"failed: {message}", seconds, usage.ru_maxrss / 1024
    return digest.hexdigest(), seconds, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lake", required=True)
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--limit", type=int, default=24)
    parser.add_argument("--above", type=int, default=64)
    parser.add_argument("--keep")
    parser.add_argument("queries", nargs="*")
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(options.keep or folder, f"rows-{options.rows}.csv")
        if not os.path.exists(path):
            write(path, options.rows)
        print(f"{os.path.getsize(path) >> 20} MB of text, a limit of {options.limit} MB")
        for name, template in QUERIES.items():
            if options.queries and not any(name.startswith(part) for part in options.queries):
                continue
            sql = template.format(file=path, half=options.rows // 2)
            free, free_seconds, free_peak = run(options.lake, sql, None)
            held, held_seconds, held_peak = run(options.lake, sql, options.limit)
            is_right = free == held and held_peak <= options.limit + options.above
            failures += not is_right
            print(
                f"{name:20} {free_seconds:6.1f} s {free_peak:5.0f} MB   "
                f"{held_seconds:6.1f} s {held_peak:5.0f} MB   {'' if is_right else 'WRONG'}")
            if free != held:
                print(f"  {free}\n  {held}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
