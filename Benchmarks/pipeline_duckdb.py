"""The five jobs of the STEDI case in DuckDB: NDJSON in, five gzip Parquet files out.

    pipeline_duckdb.py LANDING OUT        prints {"seconds": …, "rows": {table: count}}

What is needed again is kept in memory. Giving up the order of rows makes it no faster.
"""

import json
import os
import sys
import time

import duckdb

COLUMNS = {
    "customer": "customerName VARCHAR, email VARCHAR, phone VARCHAR, birthDay VARCHAR, "
                "serialNumber VARCHAR, registrationDate BIGINT, lastUpdateDate BIGINT, "
                "shareWithResearchAsOfDate BIGINT, shareWithPublicAsOfDate BIGINT, "
                "shareWithFriendsAsOfDate BIGINT",
    "accelerometer": "user VARCHAR, timestamp BIGINT, x DOUBLE, y DOUBLE, z DOUBLE",
    "step_trainer": "sensorReadingTime BIGINT, serialNumber VARCHAR, distanceFromObject INTEGER",
}

JOBS = {
    "customer_trusted": """
        SELECT * FROM (
          SELECT * FROM customer_landing
          QUALIFY row_number() OVER (PARTITION BY email ORDER BY lastUpdateDate DESC) = 1)
        WHERE shareWithResearchAsOfDate > 0""",
    "accelerometer_trusted": """
        SELECT "user", "timestamp", x, y, z FROM accelerometer_landing
        WHERE "user" IN (SELECT email FROM customer_trusted)""",
    "customers_curated": """
        SELECT * FROM customer_trusted
        WHERE email IN (SELECT "user" FROM accelerometer_trusted)""",
    "step_trainer_trusted": """
        SELECT * FROM step_trainer_landing
        WHERE serialNumber IN (SELECT serialNumber FROM customers_curated)""",
    "machine_learning_curated": """
        SELECT s.sensorReadingTime, s.serialNumber, s.distanceFromObject, a.x, a.y, a.z
        FROM step_trainer_trusted AS s
        JOIN customers_curated AS c ON c.serialNumber = s.serialNumber
        JOIN accelerometer_trusted AS a
          ON a."user" = c.email AND a."timestamp" = s.sensorReadingTime""",
}


def source(landing, table):
    columns = ", ".join("'{}': '{}'".format(*column.split()) for column in COLUMNS[table].split(", "))
    files = os.path.join(landing, table, "*.json")
    return f"read_json('{files}', format = 'newline_delimited', columns = {{{columns}}})"


def main():
    landing, out = sys.argv[1:3]
    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count()}; SET enable_progress_bar = false")
    start = time.perf_counter()
    for table in COLUMNS:
        connection.execute(f"CREATE VIEW {table}_landing AS SELECT * FROM {source(landing, table)}")
    rows = {}
    for table, query in JOBS.items():
        if table == "machine_learning_curated":
            answer = connection.execute(f"COPY ({query}) TO '{out}/{table}.parquet' "
                                        "(FORMAT parquet, COMPRESSION gzip)").fetchone()
        else:
            connection.execute(f"CREATE TABLE {table} AS {query}")
            answer = connection.execute(f"COPY {table} TO '{out}/{table}.parquet' "
                                        "(FORMAT parquet, COMPRESSION gzip)").fetchone()
        rows[table] = answer[0]
    print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows}))


if __name__ == "__main__":
    main()
