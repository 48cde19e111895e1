"""What is done to managed tables before others read them: lists of statements.

They are for managed_tables.py. Types are spelled as in parquet_values.py, and `json` besides.
"""

import dataclasses
import os

import parquet_values as values


@dataclasses.dataclass
class Step:
    sql: str
    kinds: dict
    # Whether others read what it made.
    is_noted: bool = True


@dataclasses.dataclass
class Scenario:
    name: str
    table: str
    # Takes a folder for files, gives steps.
    steps: object
    # Conditions that mean the same in every dialect.
    filters: list = dataclasses.field(default_factory=list)
    # What some reader cannot do: (reader, "log"), (reader, "directory") or (reader, filter).
    skipped: dict = dataclasses.field(default_factory=dict)


def all_of(is_sample):
    return [
        every_type(300 if is_sample else values.ROW_COUNT), *partitioned(), levels(),
        added_columns(), columns_made_equal(), many_versions(25 if is_sample else 200), no_rows(),
        many_rows(100_000 if is_sample else 600_000),
    ]


# Every type, and every kind of change

# What a table has no word for in this version of the protocol.
REFUSED = {"clock"}


def every_type(row_count):
    kinds = {name: kind for name, kind in values.COLUMNS.items() if name not in REFUSED}

    def steps(folder):
        from parquet_roundtrip import make_source
        source = os.path.join(folder, "every-type.parquet")
        make_source(source, False)
        rows = f"SELECT {', '.join(quoted(kinds))} FROM '{source}'"
        first = row_count // 2
        yield Step(f"CREATE TABLE trusted.every AS {rows} WHERE always < {first}", kinds)
        yield Step(f"INSERT INTO trusted.every {rows} WHERE always >= {first} "
                   f"AND always < {row_count}", kinds)
        yield Step("DELETE FROM trusted.every WHERE always % 7 = 3", kinds)
        yield Step("UPDATE trusted.every SET name = 'changed', price = price + 1, moment = NULL "
                   "WHERE always % 5 = 1", kinds)
        yield Step(f"MERGE INTO trusted.every t USING ({rows} WHERE always % 3 = 0 "
                   f"AND always < {row_count}) s ON t.always = s.always "
                   "WHEN MATCHED AND t.always % 2 = 0 THEN DELETE "
                   "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *", kinds)
        yield Step("OPTIMIZE trusted.every FULL ORDER BY (always)", kinds)
        yield Step("RESTORE TABLE trusted.every TO VERSION AS OF 1", kinds)
        yield Step("DELETE FROM trusted.every WHERE flag", kinds)
        yield Step(f"INSERT OVERWRITE trusted.every {rows} WHERE always < 100", kinds)
        yield Step("TRUNCATE TABLE trusted.every", kinds)
        yield Step(f"INSERT INTO trusted.every {rows} WHERE always % 2 = 0", kinds)

    filters = [
        "always = 42", "always > 2990", "small < -32000", "long > 0", "price > 1000",
        "amount < 0", "wide < 0", "\"day\" < DATE '2000-01-01'", "flag", "NOT flag",
        "moment IS NULL", "name = 'Ada'", "name >= 'n'", "name IS NULL", "\"double\" > 1e10",
        "\"double\" < 0", "\"nothing\" IS NULL", "same = 'the same for all'", "same <> 'x'",
    ]
    return Scenario("every type", "every", steps, filters)


def quoted(names):
    return [f'"{name}"' for name in names]


# One partition column of each type

PARTITIONS = {
    "varchar": ["plain", "a=b/c", "100%", "ü \"x\" 'y'", "#?*[1]{2}^\\:", " blank ", "%41",
                "a\nb", "日本", None],
    "date": ["2024-02-29", "1969-12-31", "0099-01-01", None],
    "bigint": [0, -5, 9223372036854775807, None],
    "integer": [7, -2147483648, None],
    "boolean": ["true", "false", None],
    "timestamp": ["2024-02-29 12:30:00", "1969-12-31 23:59:59.999999", "2024-01-01 00:00:00",
                  None],
    ("decimal", 9, 2): ["1.50", "-0.01", "1234567.00", None],
}


def partitioned():
    return [partitioned_by(kind, cells) for kind, cells in PARTITIONS.items()]


def partitioned_by(kind, cells):
    name = kind if isinstance(kind, str) else kind[0]
    spelled = kind if isinstance(kind, str) else f"decimal({kind[1]}, {kind[2]})"
    table = f"by_{name}"
    kinds = {"id": "bigint", "p": kind, "word": "varchar"}

    def rows(start, count):
        made = [f"({start + i}, {literal(cells[i % len(cells)])}, 'w{i % 13}')"
                for i in range(count)]
        return (f"SELECT CAST(id AS bigint) AS id, CAST(p AS {spelled}) AS p, word "
                f"FROM (VALUES {', '.join(made)}) v(id, p, word)")

    def steps(folder):
        yield Step(f"CREATE TABLE trusted.{table} WITH (partitioned_by = ARRAY['p']) AS "
                   + rows(0, 40), kinds)
        yield Step(f"INSERT INTO trusted.{table} " + rows(40, 30), kinds)
        yield Step(f"DELETE FROM trusted.{table} WHERE id % 4 = 1", kinds)
        yield Step(f"UPDATE trusted.{table} SET word = 'none' WHERE p IS NULL", kinds)
        yield Step(f"MERGE INTO trusted.{table} t USING ({rows(60, 40)}) s ON t.id = s.id "
                   "WHEN MATCHED THEN UPDATE SET word = s.word "
                   "WHEN NOT MATCHED THEN INSERT *", kinds)
        yield Step(f"OPTIMIZE trusted.{table}", kinds)
        yield Step(f"INSERT OVERWRITE trusted.{table} {rows(500, 7)}", kinds)
        yield Step(f"RESTORE TABLE trusted.{table} TO VERSION AS OF 4", kinds)
    cell = cells[0] if kind == "bigint" else f"{literal(cells[0])}"
    typed = {"date": f"DATE {cell}", "boolean": cells[0],
             "timestamp": f"TIMESTAMP {cell}", "decimal": cells[0]}.get(name, cell)
    filters = [f"p = {typed}", "p IS NULL", "p IS NOT NULL AND id < 20"]
    skipped = {}
    if name == "timestamp":
        skipped["polars scan_delta", filters[0]] = "it compares no moment with a local time"
    if name == "decimal":
        skipped["deltalake by pyarrow", "log"] = "it spells the partition's -0.01 as 0.-1"
    return Scenario(f"partitioned by {name}", table, steps, filters, skipped)


def literal(cell):
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + cell.replace("'", "''") + "'"


def levels():
    kinds = {"id": "bigint", "site": "varchar", "day": "date", "x": "double"}
    source = ("SELECT CAST(n AS bigint) AS id, 'site ' || CAST(n % 3 AS varchar) AS site, "
              "DATE '2024-05-30' + n % 4 * INTERVAL '1' DAY AS day, n / 8e0 AS x "
              "FROM UNNEST(sequence({}, {})) AS t(n)")

    def steps(folder):
        yield Step("CREATE TABLE trusted.levels WITH (partitioned_by = ARRAY['site', 'day']) AS "
                   + source.format(1, 5000), kinds)
        yield Step("INSERT INTO trusted.levels " + source.format(5001, 5600), kinds)
        yield Step("INSERT OVERWRITE trusted.levels PARTITION (site, day) "
                   "SELECT id, x, site, day FROM (" + source.format(1, 3) + ") q", kinds)
        yield Step("DELETE FROM trusted.levels WHERE day = DATE '2024-05-31'", kinds)
        yield Step("DELETE FROM trusted.levels WHERE site = 'site 2' AND x > 100", kinds)
        yield Step("OPTIMIZE trusted.levels", kinds)
    filters = ["site = 'site 0'", "day = DATE '2024-06-01' AND x < 50", "x > 690"]
    return Scenario("two levels of partitions", "levels", steps, filters)


def added_columns():
    first = {"id": "bigint", "a": "varchar"}
    second = {**first, "b": "double"}
    third = {**second, "c": ("decimal", 12, 3)}

    def steps(folder):
        yield Step("CREATE TABLE trusted.grown AS SELECT BIGINT '1' AS id, 'one' AS a", first)
        yield Step("ALTER TABLE trusted.grown ADD COLUMN b double", second)
        yield Step("INSERT INTO trusted.grown VALUES (BIGINT '2', 'two', 2.5e0)", second)
        yield Step("INSERT INTO trusted.grown WITH (merge_schema = true) "
                   "SELECT BIGINT '3' AS id, 'three' AS a, 3e0 AS b, DECIMAL '3.125' AS c", {
                       **second, "c": ("decimal", 4, 3)})
        yield Step("UPDATE trusted.grown SET b = 1 WHERE b IS NULL", {
            **second, "c": ("decimal", 4, 3)})
        yield Step("ALTER TABLE trusted.grown RENAME COLUMN a TO name",
                   {"id": "bigint", "name": "varchar", "b": "double", "c": ("decimal", 4, 3)})
        yield Step("ALTER TABLE trusted.grown DROP COLUMN b",
                   {"id": "bigint", "name": "varchar", "c": ("decimal", 4, 3)})
        yield Step("ALTER TABLE trusted.grown ALTER COLUMN c TYPE decimal(12, 3)",
                   {"id": "bigint", "name": "varchar", "c": third["c"]})
    # What it does say of all files is proven behind OPTIMIZE … FULL.
    skipped = {("pandas", "directory"): "it takes the columns of the first file for those of all"}
    filters = ["c IS NULL", "c > 3", "id = 2"]
    return Scenario("added columns", "grown", steps, filters, skipped)


def columns_made_equal():
    """After OPTIMIZE … FULL all files have all columns, for readers that look at one file."""
    kinds = {"id": "bigint", "b": "varchar"}

    def steps(folder):
        for sql in ("CREATE TABLE trusted.equal AS SELECT BIGINT '1' AS id",
                    "INSERT INTO trusted.equal WITH (merge_schema = true) "
                    "SELECT BIGINT '2' AS id, 'two' AS b"):
            yield Step(sql, kinds, is_noted=False)
        yield Step("OPTIMIZE trusted.equal FULL", kinds)
    return Scenario("columns made equal", "equal", steps, ["b IS NULL"])


def many_versions(count):
    kinds = {"id": "bigint", "word": "varchar", "at": "timestamp"}

    def row(i):
        return (f"VALUES (BIGINT '{i}', 'w{i}', TIMESTAMP '2024-01-01 00:00:00' "
                f"+ {i} * INTERVAL '1' MINUTE)")

    def steps(folder):
        yield Step(f"CREATE TABLE trusted.many AS SELECT * FROM ({row(0)}) v(id, word, at)", kinds)
        for i in range(1, count):
            is_noted = i in (9, 10, 11, 12, 57, 99, 100, 101) or i == count - 1
            if i % 10 == 4:
                sql = f"DELETE FROM trusted.many WHERE id = {i - 2}"
            elif i % 10 == 7:
                sql = f"UPDATE trusted.many SET word = 'again' WHERE id = {i - 1}"
            elif i % 50 == 45:
                sql = "OPTIMIZE trusted.many"
            else:
                sql = f"INSERT INTO trusted.many {row(i)}"
            yield Step(sql, kinds, is_noted)
    return Scenario(f"{count} versions", "many", steps, ["id > 5", "word = 'again'", "id = 3"])


def no_rows():
    kinds = {"id": "bigint", "word": "varchar"}

    def steps(folder):
        yield Step("CREATE TABLE trusted.none (id bigint, word varchar)", kinds)
        yield Step("INSERT INTO trusted.none VALUES (BIGINT '1', '')", kinds)
        yield Step("DELETE FROM trusted.none WHERE id = 1", kinds)
    return Scenario("no rows", "none", steps, ["id = 1", "word IS NULL"])


def many_rows(count):
    """So many that threads share them: what they write must not show it."""
    kinds = {"id": "bigint", "word": "varchar", "x": "double", "day": "date"}
    source = ("SELECT CAST(n AS bigint) AS id, 'w' || CAST(n % 1013 AS varchar) AS word, "
              "n * 0.1e0 AS x, DATE '2024-01-01' + n % 5 * INTERVAL '1' DAY AS day "
              f"FROM UNNEST(sequence(1, {count})) AS t(n)")
    changes = ("SELECT id * 2 AS id, 'new' AS word, x, day FROM trusted.source "
               "WHERE id % 97 = 5")

    def steps(folder):
        for sql in (
                f"CREATE TABLE trusted.source AS {source}",
                "CREATE TABLE trusted.rows WITH (partitioned_by = ARRAY['day']) AS "
                "SELECT a.id, a.word, sum(b.x) AS x, max(a.day) AS day FROM trusted.source a "
                "JOIN trusted.source b ON a.id = b.id + 1 GROUP BY 1, 2",
                "INSERT INTO trusted.rows SELECT id + 1, word, x, day FROM trusted.source "
                "WHERE x > 1000",
                f"MERGE INTO trusted.rows t USING (SELECT id, max(word) AS word, max(x) AS x, "
                f"max(day) AS day FROM ({changes}) q GROUP BY id) s "
                "ON t.id = s.id AND t.day = s.day WHEN MATCHED THEN UPDATE SET * "
                "WHEN NOT MATCHED THEN INSERT *",
                "UPDATE trusted.rows SET x = x / 2 WHERE word = 'w7'",
                "OPTIMIZE trusted.rows FULL ORDER BY (id)",
                "DELETE FROM trusted.rows WHERE id % 1000 <> 7"):
            yield Step(sql, kinds, is_noted=False)
        yield Step("DELETE FROM trusted.rows WHERE word = 'w8'", kinds)
    return Scenario("many rows", "rows", steps, ["id < 50000", "word = 'new'", "x IS NULL"])
