"""Parquet files between this project and pyarrow, for ParquetInteropTests.

    parquet_interop.py show FILE          prints every column, one a line, as text of its values
    parquet_interop.py make FOLDER        writes files in many shapes, each with FILE.txt beside it
    parquet_interop.py texts FROM TO      the texts of all files of a folder, or an empty FILE.error

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
    if pa.types.is_float16(kind):
        return "f:%08x" % widen(struct.unpack("<H", pa.array([scalar]).buffers()[1][:2])[0])
    if pa.types.is_float32(kind):
        return "f:%08x" % struct.unpack("<I", struct.pack("<f", scalar.as_py()))
    if pa.types.is_float64(kind):
        return "d:%016x" % struct.unpack("<Q", struct.pack("<d", scalar.as_py()))
    if pa.types.is_decimal(kind):
        with decimal.localcontext() as context:
            context.prec = 80
            return str(int(scalar.as_py().scaleb(kind.scale)))
    if pa.types.is_time(kind) or pa.types.is_timestamp(kind):
        return str(scalar.value * 1000000 // {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}[kind.unit])
    if pa.types.is_date(kind):
        return str(scalar.value)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return show_bytes("s", scalar.as_py().encode())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return show_bytes("b", scalar.as_py())
    if pa.types.is_list(kind):
        return "[" + ",".join(text(x) for x in scalar.values) + "]"
    if pa.types.is_map(kind):
        return "[" + ",".join(text(x) for x in scalar.values) + "]"
    if pa.types.is_struct(kind):
        return "{" + ",".join(text(scalar[i]) for i in range(kind.num_fields)) + "}"
    raise ValueError(kind)


def widen(half):
    """The bits of a float of a half; a library would turn signalling NaNs into quiet ones."""
    sign, exponent, fraction = half >> 15 << 31, half >> 10 & 31, half & 1023
    if exponent == 31:
        return sign | 0x7F800000 | fraction << 13
    if exponent == 0:
        return sign | struct.unpack("<I", struct.pack("<f", fraction * 2.0**-24))[0]
    return sign | exponent + 112 << 23 | fraction << 13


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


def texts(source, target):
    for name in sorted(os.listdir(source)):
        if not name.endswith(".parquet"):
            continue
        path = os.path.join(source, name)
        try:
            table = pq.read_table(
                path, coerce_int96_timestamp_unit="us", page_checksum_verification=True)
            shown = list(lines(table))
        except Exception as error:
            print(name, error)
            open(os.path.join(target, name + ".error"), "w").close()
            continue
        with open(os.path.join(target, name + ".txt"), "w") as out:
            for line in shown:
                out.write(line + "\n")


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
        "fixed": column(lambda i: b"%08d" % (i * 37), pa.binary(8)),
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


def other_encodings():
    split = ["int", "long", "real", "double", "price", "amount", "wide", "moment", "day", "time"]
    encodings = {name: "BYTE_STREAM_SPLIT" for name in split}
    encodings.update({
        "name": "DELTA_BYTE_ARRAY", "long_name": "DELTA_BYTE_ARRAY",
        "bytes": "DELTA_LENGTH_BYTE_ARRAY", "tiny": "DELTA_BINARY_PACKED",
        "byte": "DELTA_BINARY_PACKED", "unsigned": "DELTA_BINARY_PACKED",
        "fixed": "DELTA_BYTE_ARRAY",
        "list.list.element": "DELTA_BINARY_PACKED",
        "lists.list.element.list.element": "DELTA_BYTE_ARRAY",
        "map.key_value.key": "DELTA_LENGTH_BYTE_ARRAY",
        "map.key_value.value": "BYTE_STREAM_SPLIT",
        "row.b.c": "DELTA_LENGTH_BYTE_ARRAY", "nothing": "DELTA_BYTE_ARRAY"})
    return encodings


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
        "encodings": dict(
            compression="none", use_dictionary=False, data_page_size=3000,
            write_page_checksum=True, column_encoding=other_encodings()),
        "encodings-v2": dict(
            compression="zstd", use_dictionary=False, data_page_size=3000,
            data_page_version="2.0", write_page_checksum=True,
            column_encoding=other_encodings()),
        "brotli": dict(compression="brotli", row_group_size=700),
        "zstd": dict(compression="zstd", data_page_size=5000),
        "lz4": dict(compression="lz4", data_page_size=5000),
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
    elif sys.argv[1] == "texts":
        texts(sys.argv[2], sys.argv[3])
    else:
        make(sys.argv[2])
