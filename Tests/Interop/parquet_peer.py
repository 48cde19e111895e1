"""One other program as a reader and writer of Parquet, in the Python that has it.

    parquet_peer.py PROGRAM version
    parquet_peer.py PROGRAM read FILE COLUMNS       prints rows as texts, see parquet_values.py
    parquet_peer.py PROGRAM write SOURCE FOLDER     reads SOURCE, writes its rows in many shapes

PROGRAM is pyarrow, duckdb, polars or spark. COLUMNS is `all`, or `common` without the types that
Spark does not have. A file of Spark is a folder.
"""

import json
import os
import sys

import parquet_values as values


def read_pyarrow(path, kinds):
    import pyarrow.parquet as pq
    return pq.read_table(path).to_pylist()


def read_duckdb(path, kinds):
    import duckdb
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    cursor = connection.execute(f"FROM read_parquet('{path}')")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def read_polars(path, kinds):
    import polars
    return polars.read_parquet(path).to_dicts()


def spark():
    from pyspark.sql import SparkSession
    os.environ["TZ"] = "UTC"
    return (
        SparkSession.builder.master("local[1]").appName("lake")
        .config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
        .config("spark.sql.parquet.int96RebaseModeInRead", "CORRECTED")
        .config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
        .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        .config("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED")
        .getOrCreate())


def read_spark(path, kinds):
    import datetime
    # Python shows instants in its own zone, without saying so.
    rows = [row.asDict() for row in spark().read.parquet(path).collect()]
    for row in rows:
        for name, kind in kinds.items():
            if kind == "timestamp" and row[name] is not None:
                row[name] = row[name].astimezone(datetime.timezone.utc)
    return rows


def write_pyarrow(source, folder):
    import pyarrow.parquet as pq
    table = pq.read_table(source)
    deltas = {name: "DELTA_BINARY_PACKED" for name in ("int", "long", "moment", "always")}
    strings = {"name": "DELTA_BYTE_ARRAY", "long_name": "DELTA_BYTE_ARRAY",
               "bytes": "DELTA_LENGTH_BYTE_ARRAY"}
    split = {"real": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT",
             "wide": "BYTE_STREAM_SPLIT"}
    shapes = {
        "snappy": dict(compression="snappy"),
        "gzip-v2-pages": dict(compression="gzip", data_page_version="2.0", data_page_size=2000),
        "zstd": dict(compression="zstd"), "lz4": dict(compression="lz4"),
        "brotli": dict(compression="brotli"),
        "plain": dict(compression="none", use_dictionary=False, row_group_size=700),
        "deltas": dict(compression="gzip", use_dictionary=False, column_encoding={
            **deltas, **strings, **split}),
        "index-and-crc": dict(compression="gzip", write_page_index=True, data_page_size=1000,
                              write_page_checksum=True),
        "old-lists": dict(compression="snappy", use_compliant_nested_type=False),
        "int96": dict(use_deprecated_int96_timestamps=True),
    }
    for name, options in shapes.items():
        pq.write_table(table, os.path.join(folder, name + ".parquet"), **options)


def write_duckdb(source, folder):
    import duckdb
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, options in {
        "snappy": "COMPRESSION snappy", "gzip": "COMPRESSION gzip", "zstd": "COMPRESSION zstd",
        "lz4-raw": "COMPRESSION lz4_raw", "brotli": "COMPRESSION brotli",
        "v2": "COMPRESSION gzip, PARQUET_VERSION v2",
        "small-groups": "COMPRESSION uncompressed, ROW_GROUP_SIZE 500",
    }.items():
        connection.execute(f"COPY (FROM read_parquet('{source}')) TO "
                           f"'{os.path.join(folder, name)}.parquet' (FORMAT parquet, {options})")


def write_polars(source, folder):
    import polars
    frame = polars.read_parquet(source)
    for name in ("snappy", "gzip", "zstd", "lz4", "brotli", "uncompressed"):
        path = os.path.join(folder, name + ".parquet")
        frame.write_parquet(path, compression=name, row_group_size=900)


def write_spark(source, folder):
    frame = spark().read.parquet(source)
    frame = frame.coalesce(1)
    for name in ("snappy", "gzip", "zstd", "lz4", "lz4_raw", "uncompressed"):
        frame.write.option("compression", name).parquet(os.path.join(folder, name + ".parquet"))
    session = spark()
    session.conf.set("spark.sql.parquet.writeLegacyFormat", "true")
    frame.write.parquet(os.path.join(folder, "legacy.parquet"))
    session.conf.set("spark.sql.parquet.writeLegacyFormat", "false")
    session.conf.set("spark.sql.parquet.outputTimestampType", "INT96")
    frame.write.parquet(os.path.join(folder, "int96.parquet"))
    session.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    frame.write.option("parquet.writer.version", "v2").parquet(
        os.path.join(folder, "v2.parquet"))


def main():
    program, task, *arguments = sys.argv[1:]
    if program == "spark":
        os.environ["TZ"] = "UTC"
        import time
        time.tzset()
    if task == "version":
        module = __import__("pyspark" if program == "spark" else program)
        return print(module.__version__)
    if task == "write":
        return globals()["write_" + program](*arguments)
    path, columns = arguments
    kinds = values.types(columns == "all")
    for row in globals()["read_" + program](path, kinds):
        print(json.dumps(values.row_texts(kinds, row)))


if __name__ == "__main__":
    main()
