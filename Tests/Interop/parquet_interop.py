"""Parquet files between this project and pyarrow, for ParquetInteropTests.

    parquet_interop.py show FILE          prints every column, one a line, as text of its values
    parquet_interop.py make FOLDER        writes files in many shapes, each with FILE.txt beside it

Text of a value: null, true, 12 (integers, days, microseconds, unscaled decimals), d:bits, f:bits,
s:hex, b:hex, u:hex, [a,b] for lists, {a,b} for rows; a map is a list of rows.
"""

import datetime
import decimal
import os
import struct
import sys
import uuid

import pyarrow as pa
import pyarrow.parquet as pq


def text(scalar):
    kind = scalar.type
    if not scalar.is_valid:
        return "null"
    if isinstance(kind, pa.BaseExtensionType):
        is_uuid = kind.extension_name == "arrow.uuid"
        return show_bytes("u", scalar.value.as_py()) if is_uuid else text(scalar.value)
    if pa.types.is_boolean(kind):
        return "true" if scalar.as_py() else "false"
    if pa.types.is_integer(kind):
        return str(scalar.as_py())
    if pa.types.is_float32(kind):
        return "f:%08x" % struct.unpack("<I", struct.pack("<f", scalar.as_py()))
    if pa.types.is_float64(kind):
        return "d:%016x" % struct.unpack("<Q", struct.pack("<d", scalar.as_py()))
    if pa.types.is_decimal(kind):
        with decimal.localcontext() as context:
            context.prec = 80
            return str(int(scalar.as_py().scaleb(kind.scale)))
    if pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind):
        return str(scalar.value)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return show_bytes("s", scalar.as_py().encode())
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return show_bytes("b", scalar.as_py())
    if pa.types.is_list(kind):
        return "[" + ",".join(text(x) for x in scalar.values) + "]"
    if pa.types.is_map(kind):
        return "[" + ",".join(text(x) for x in scalar.values) + "]"
    if pa.types.is_struct(kind):
        return "{" + ",".join(text(scalar[i]) for i in range(kind.num_fields)) + "}"
    raise ValueError(kind)


def show_bytes(tag, value):
    return tag + ":" + value.hex()


def lines(table):
    for column in table.columns:
        chunks = [text(value) for chunk in column.chunks for value in chunk]
        yield ";".join(chunks)


def show(path):
    table = pq.read_table(path)
    # Statistics are looked at too: a broken one is an error.
    metadata = pq.ParquetFile(path).metadata
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            statistics = metadata.row_group(group).column(column).statistics
            if statistics is not None:
                assert statistics.null_count >= 0 and statistics.has_min_max in (True, False)
    for line in lines(table):
        print(line)


def sample():
    count = 3000
    maybe = lambda i, value: None if i % 7 == 3 else value
    utc = datetime.timezone.utc
    start = datetime.datetime(1969, 12, 31, 23, 59, 58)
    day = datetime.date(1960, 1, 1)

    def column(make, kind):
        return pa.array([maybe(i, make(i)) for i in range(count)], kind)

    arrays = {
        "flag": column(lambda i: i % 3 == 0, pa.bool_()),
        "tiny": column(lambda i: i % 256 - 128, pa.int8()),
        "small": column(lambda i: i * 7 - 9000, pa.int16()),
        "int": column(lambda i: i * 1000003 % (1 << 31), pa.int32()),
        "long": column(lambda i: i * 1000000007, pa.int64()),
        "byte": column(lambda i: i % 256, pa.uint8()),
        "unsigned": column(lambda i: (1 << 32) - 1 - i, pa.uint32()),
        "real": column(lambda i: i / 4, pa.float32()),
        "double": column(lambda i: i % 50 / 3, pa.float64()),
        "price": column(lambda i: decimal.Decimal(i - 50) / 100, pa.decimal128(9, 2)),
        "amount": column(lambda i: decimal.Decimal(i - 50) / 100, pa.decimal128(18, 2)),
        "wide": column(lambda i: decimal.Decimal(i - 50) * 10**20, pa.decimal128(38, 2)),
        "name": column(lambda i: "name %d" % (i % 40), pa.string()),
        "long_name": column(lambda i: "a long name with é %d" % i, pa.string()),
        "bytes": column(lambda i: bytes([i % 256, 255]), pa.binary()),
        "day": column(lambda i: day + datetime.timedelta(i), pa.date32()),
        "time": column(
            lambda i: datetime.time(i % 24, i % 60, i % 60, i), pa.time64("us")),
        "moment": column(
            lambda i: (start + datetime.timedelta(microseconds=i * 1001)).replace(tzinfo=utc),
            pa.timestamp("us", "UTC")),
        "clock": column(
            lambda i: start + datetime.timedelta(milliseconds=i * 1001), pa.timestamp("us")),
        "list": column(lambda i: [maybe(j, j) for j in range(i % 6)], pa.list_(pa.int64())),
        "lists": column(
            lambda i: [maybe(j, ["x%d" % k for k in range(j)]) for j in range(i % 5)],
            pa.list_(pa.list_(pa.string()))),
        "map": column(
            lambda i: [("k%d" % j, maybe(j + i, j)) for j in range(i % 4)],
            pa.map_(pa.string(), pa.int64())),
        "row": column(
            lambda i: {"a": maybe(i + 1, i), "b": {"c": maybe(i, str(i)), "d": [i, None]}},
            pa.struct([("a", pa.int64()), (
                "b", pa.struct([("c", pa.string()), ("d", pa.list_(pa.int32()))]))])),
        "rows": column(
            lambda i: [{"a": maybe(i + j, j), "b": "b"} for j in range(i % 3)],
            pa.list_(pa.struct([("a", pa.int64()), ("b", pa.string())]))),
        "nothing": pa.nulls(count, pa.string()),
    }
    return pa.table(arrays)


def make(folder):
    table = sample()
    shapes = {
        "plain": dict(compression="none", use_dictionary=False),
        "snappy": dict(compression="snappy", row_group_size=700),
        "gzip": dict(compression="gzip", data_page_size=500, row_group_size=1000),
        "v2": dict(compression="gzip", data_page_version="2.0", data_page_size=1000),
        "v2-snappy": dict(compression="snappy", data_page_version="2.0", use_dictionary=False),
        "small-dictionary": dict(compression="gzip", dictionary_pagesize_limit=300),
        "old-lists": dict(compression="snappy", use_compliant_nested_type=False),
        "delta": dict(
            compression="gzip", use_dictionary=False,
            column_encoding={
                "int": "DELTA_BINARY_PACKED", "long": "DELTA_BINARY_PACKED",
                "moment": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED"}),
        "int96": dict(use_deprecated_int96_timestamps=True),
        "millis": dict(coerce_timestamps="ms", allow_truncated_timestamps=True),
    }
    for name, options in shapes.items():
        path = os.path.join(folder, name + ".parquet")
        pq.write_table(table, path, **options)
        shown = table
        if name == "millis":
            # pyarrow cuts off towards zero.
            cut = lambda value: int(value / 1000) * 1000
            floor = lambda c: pa.array(
                [None if not x.is_valid else cut(x.value) for x in table[c]],
                pa.int64()).cast(table[c].type)
            for column in ("moment", "clock"):
                place = table.column_names.index(column)
                shown = shown.set_column(place, column, floor(column))
        with open(path + ".txt", "w") as out:
            for line in lines(shown):
                out.write(line + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "show":
        show(sys.argv[2])
    else:
        make(sys.argv[2])
