"""What lake writes as Parquet is read with equal values by others, and the other way round.

    parquet_roundtrip.py LAKE [PROGRAM=PYTHON ...]

Called by Tests/Interop/run. PROGRAM is pyarrow, duckdb, polars, spark35 or spark4; PYTHON has it.
pyarrow must be there: it writes the file that all begins with.
"""

import base64
import datetime
import decimal
import json
import os
import struct
import subprocess
import sys
import tempfile
import uuid

import parquet_values as values

HERE = os.path.dirname(os.path.abspath(__file__))


def make_source(path, with_more):
    """The sample, as pyarrow writes it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def arrow(kind):
        if isinstance(kind, str):
            return {
                "boolean": pa.bool_(), "tinyint": pa.int8(), "smallint": pa.int16(),
                "integer": pa.int32(), "bigint": pa.int64(), "real": pa.float32(),
                "double": pa.float64(), "varchar": pa.string(), "varbinary": pa.binary(),
                "date": pa.date32(), "time": pa.time64("us"), "uuid": pa.uuid(),
                "timestamp": pa.timestamp("us", "UTC"), "localTimestamp": pa.timestamp("us"),
            }[kind]
        if kind[0] == "decimal":
            return pa.decimal128(*kind[1:])
        if kind[0] == "array":
            return pa.list_(arrow(kind[1]))
        if kind[0] == "map":
            return pa.map_(arrow(kind[1]), arrow(kind[2]))
        return pa.struct([(name, arrow(part)) for name, part in kind[1].items()])

    def prepared(kind, x):
        if x is None or isinstance(kind, str):
            return x.bytes if isinstance(x, uuid.UUID) else x
        if kind[0] == "map":
            return [(k, prepared(kind[2], v)) for k, v in x.items()]
        return x

    rows = values.sample(with_more)
    arrays = {
        name: pa.array([prepared(kind, row[name]) for row in rows],
                       pa.binary(16) if kind == "uuid" else arrow(kind))
        for name, kind in values.types(with_more).items()}
    for name, kind in values.types(with_more).items():
        if kind == "uuid":
            arrays[name] = pa.ExtensionArray.from_storage(pa.uuid(), arrays[name])
    pq.write_table(pa.table(arrays), path)


def from_json(kind, x):
    """A value as lake writes it in JSON, as a Python value."""
    if x is None:
        return None
    if isinstance(kind, tuple):
        if kind[0] == "array":
            return [from_json(kind[1], y) for y in x]
        if kind[0] == "map":
            return {k: from_json(kind[2], v) for k, v in x.items()}
        if kind[0] == "row":
            return {name: from_json(part, x[name]) for name, part in kind[1].items()}
        return decimal.Decimal(x)
    if kind == "real":
        # The shortest text that is the number among floats is another one among doubles.
        return struct.unpack("<f", struct.pack("<f", float(x)))[0]
    if kind == "double":
        return float(x)
    if kind == "uuid" and "-" not in x:
        # Bytes without a meaning, which is what Polars makes of them.
        return base64.b64decode(x)
    if kind == "varbinary":
        return base64.b64decode(x)
    if kind == "date":
        return datetime.date.fromisoformat(x)
    if kind == "time":
        return datetime.time.fromisoformat(x)
    if kind in ("timestamp", "localTimestamp"):
        return datetime.datetime.fromisoformat(x.replace("Z", "+00:00"))
    return x


class Checks:
    def __init__(self, lake):
        self.lake = lake
        self.passed, self.failed = 0, []
        self.expected = {
            more: [values.row_texts(values.types(more), row) for row in values.sample(more)]
            for more in (True, False)}

    def convert(self, source, target, *options):
        subprocess.run([self.lake, "convert", "--quiet", "--force", *options, source, target],
                       check=True, stderr=subprocess.PIPE, text=True)

    def read_by_lake(self, path, kinds):
        answer = subprocess.run(
            [self.lake, "convert", "--quiet", "--on-error", "fail", path, "-", "--to", "ndjson"],
            check=True, capture_output=True, text=True)
        rows = [json.loads(line, parse_float=decimal.Decimal)
                for line in answer.stdout.split("\n") if line]
        return [
            values.row_texts(kinds, {n: from_json(k, row[n]) for n, k in kinds.items()})
            for row in rows]

    def read_by(self, program, python, path, more):
        answer = peer(python, program, "read", path, "all" if more else "common")
        return [json.loads(line) for line in answer.stdout.split("\n") if line]

    def check(self, title, more, read):
        try:
            fault = values.require_equal(title, values.types(more), self.expected[more], read())
        except subprocess.CalledProcessError as error:
            fault = f"{title}: {last_line(error.stderr)}"
        except (ValueError, KeyError, TypeError) as error:
            fault = f"{title}: {error!r}"
        if fault:
            self.failed.append(fault)
            print(f"failed: {fault}", flush=True)
        else:
            self.passed += 1


def last_line(text):
    lines = [line for line in (text or "").strip().split("\n") if line.strip()]
    return " / ".join(line.strip() for line in lines if "rror" in line or "-->" in line)[:600] \
        or (lines[-1] if lines else "no message")


def peer(python, program, *arguments):
    name = "spark" if program.startswith("spark") else program
    environment = dict(os.environ, PYSPARK_PYTHON=python, TZ="UTC")
    return subprocess.run(
        [python, os.path.join(HERE, "parquet_peer.py"), name, *arguments], check=True,
        capture_output=True, text=True, env=environment)


SHAPES = {
    "gzip": [], "gzip-9": ["--compression", "gzip:9"], "none": ["--compression", "none"],
    "small-groups": ["--row-group-rows", "701"],
}


def main():
    checks = Checks(os.path.abspath(sys.argv[1]))
    programs = dict(argument.split("=", 1) for argument in sys.argv[2:])
    with tempfile.TemporaryDirectory() as folder:
        sources = {}
        for more in (True, False):
            sources[more] = os.path.join(folder, f"source-{more}.parquet")
            make_source(sources[more], more)
        for program, python in programs.items():
            version = peer(python, program, "version").stdout.strip()
            before, faults = checks.passed, len(checks.failed)
            exchange(checks, program, python, sources, os.path.join(folder, program))
            count, faults = checks.passed - before, len(checks.failed) - faults
            print(f"{program} {version}: {count} files equal, {faults} not", flush=True)
    print(f"{checks.passed} passed, {len(checks.failed)} failed")
    sys.exit(1 if checks.failed else 0)


def exchange(checks, program, python, sources, folder):
    """Files of lake read by a program, then files of the program read by lake."""
    more = not program.startswith("spark")
    os.makedirs(os.path.join(folder, "theirs"))
    for name, options in SHAPES.items():
        path = os.path.join(folder, f"lake-{name}.parquet")
        checks.convert(sources[more], path, *options)
        checks.check(f"{name} by lake, read by {program}", more,
                     lambda: checks.read_by(program, python, path, more))
    try:
        peer(python, program, "write", path, os.path.join(folder, "theirs"))
    except subprocess.CalledProcessError as error:
        checks.failed.append(f"{program} cannot write: {last_line(error.stderr)}")
        print("failed:", checks.failed[-1], flush=True)
    for name in sorted(os.listdir(os.path.join(folder, "theirs"))):
        theirs = os.path.join(folder, "theirs", name)
        checks.check(f"{name} by {program}, read by lake", more,
                     lambda: checks.read_by_lake(theirs, values.types(more)))
        again = os.path.join(folder, "again.parquet")
        def through():
            checks.convert(theirs, again)
            return checks.read_by(program, python, again, more)
        checks.check(f"{name} by {program}, through lake and back", more, through)


if __name__ == "__main__":
    main()
