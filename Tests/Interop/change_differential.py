"""Random INSERT, UPDATE, DELETE and MERGE, carried out by `lake query --batch` and by DuckDB, for
QueryDifferentialTests.

    change_differential.py --lake BINARY [--count 300] [--seed S] [--verbose]

Two small tables with nulls and copies are made anew for each statement: in memory, and every third
time as a managed table of two files. The rows afterwards must be equal. Where several rows of a
source change one row of the target, lake refuses and DuckDB takes one of them; that is no
difference as long as DuckDB finds such a row too. Prints each statement after which they differ,
and exits with 1 if there is one.
"""

import argparse
import random
import subprocess
import sys

import duckdb

from lake_batch import Lake

COLUMNS = "k integer, a integer, b varchar"


class Changes:
    """Statements, and the rows that they begin with."""

    def __init__(self, draw):
        self.draw = draw

    def chance(self, share):
        return self.draw.random() < share

    def pick(self, *choices):
        return self.draw.choice(choices)

    # Rows

    def number(self):
        return "NULL" if self.chance(0.15) else str(self.draw.randint(0, 5))

    def row(self, key):
        text = "NULL" if self.chance(0.15) else f"'{self.pick('a', 'b', 'c')}'"
        return f"({key}, {self.number()}, {text})"

    def target(self):
        return [self.row(self.number()) for _ in range(self.draw.randint(1, 8))]

    def source(self):
        keys = self.draw.sample(range(7), self.draw.randint(1, 6))
        if self.chance(0.2):
            keys = [self.draw.randint(0, 6) for _ in keys]
        return [self.row(key if self.chance(0.85) else "NULL") for key in keys]

    # Parts

    def condition(self, *columns):
        column, other = self.pick(*columns), self.pick(*columns)
        return self.pick(
            f"{column} > {self.draw.randint(0, 5)}", f"{column} <= {self.draw.randint(0, 5)}",
            f"{column} IS NULL", f"{column} <> {other}", f"{column} IS DISTINCT FROM {other}",
            f"NOT ({column} = {other} OR {column} < 2)", f"{column} IN (1, 3, NULL)")

    def filter(self, name):
        plain = self.condition(f"{name}.k", f"{name}.a")
        return self.pick(
            plain, plain, f"k IN (SELECT s.k FROM s WHERE s.a > {self.draw.randint(0, 4)})",
            f"NOT EXISTS (SELECT 1 FROM s WHERE s.k = {name}.k)",
            f"{name}.a >= (SELECT avg(t.a) FROM t)", f"({plain}) AND {name}.b <> 'a'")

    def settings(self, has_source):
        numbers, texts = ["a + 100", "-1", "NULL"], ["'gone'", "upper(t.b)"]
        if has_source:
            numbers = ["s.a", "t.a + s.a", "coalesce(s.a, t.a, 0) * 10", "t.a + 1", "s.k"]
            texts = ["s.b", "t.b || s.b", "coalesce(t.b, s.b, 'none')"]
        found = []
        if self.chance(0.7):
            found.append("a = " + self.pick(*numbers).replace("a + 100", "t.a + 100"))
        if self.chance(0.5) or not found:
            found.append("b = " + self.pick(*texts))
        if self.chance(0.3):
            found.append("k = " + ("s.k + 1" if has_source else "3"))
        self.draw.shuffle(found)
        return ", ".join(found)

    # Statements

    def statement(self):
        shapes = [self.insert, self.update, self.delete] + [self.merge] * 5
        return self.pick(*shapes)()

    def insert(self):
        return self.pick(
            "INSERT INTO t SELECT k + 1, a, b FROM s", "INSERT INTO t BY NAME SELECT b, k FROM s",
            "INSERT INTO t (b, k) SELECT b, max(k) FROM t GROUP BY b",
            "INSERT INTO t VALUES (7, NULL, 'x'), (8, 1 + 1, NULL)")

    def update(self):
        settings = self.settings(False)
        return f"UPDATE t SET {settings}" + (
            f" WHERE {self.filter('t')}" if self.chance(0.8) else "")

    def delete(self):
        return "DELETE FROM t" + (f" WHERE {self.filter('t')}" if self.chance(0.9) else "")

    def merge(self):
        clauses = self.changing("MATCHED", True, "t.a", "s.a", "t.k", "s.k")
        clauses += self.changing("NOT MATCHED BY SOURCE", False, "t.a", "t.k")
        if self.chance(0.75) or not clauses:
            if self.chance(0.5):
                condition = self.condition("s.a", "s.k")
                clauses.append(
                    f"WHEN NOT MATCHED AND {condition} THEN INSERT (k, b) VALUES (s.k, s.b)")
            clauses.append(self.pick(
                "WHEN NOT MATCHED THEN INSERT (k, a, b) VALUES (s.k, s.a, s.b)",
                "WHEN NOT MATCHED BY TARGET THEN INSERT (b, a) VALUES (s.b, s.a + 1)"))
        on = self.pick(
            "t.k = s.k", "t.k = s.k", "t.k = s.k AND t.a < 4", "t.k IS NOT DISTINCT FROM s.k",
            "t.k = s.k AND s.a > 1", "t.k = s.k OR (t.k IS NULL AND s.a = 3)")
        source = self.pick("s", "(SELECT k, a, b FROM s WHERE a IS NOT NULL) AS s")
        return f"MERGE INTO t USING {source} ON {on} " + " ".join(clauses)

    def changing(self, words, has_source, *columns):
        """Clauses of one kind; the one without a condition is the last."""
        clauses = []
        if self.chance(0.75):
            conditions = [f" AND {self.condition(*columns)}" for _ in range(self.pick(1, 1, 2))]
            for condition in conditions + ([""] if self.chance(0.6) else []):
                action = f"UPDATE SET {self.settings(has_source)}"
                action = "DELETE" if self.chance(0.35) else action
                clauses.append(f"WHEN {words}{condition} THEN {action}")
        return clauses


# Comparing


def row_key(row):
    return [(value is not None, str(value)) for value in row]


def expected(before, change):
    """The rows as DuckDB leaves them."""
    connection = duckdb.connect()
    for statement in before + [change]:
        connection.execute(statement)
    rows = connection.execute("SELECT k, a, b FROM t").fetchall()
    return sorted(map(list, rows), key=row_key)


def has_copies(before, change):
    """Whether a row of the target is matched by several rows of the source."""
    connection = duckdb.connect()
    for statement in before:
        connection.execute(statement)
    joined = change.split(" WHEN ")[0].replace("MERGE INTO t USING ", "")
    source, condition = joined.split(" ON ")
    return connection.execute(
        f"SELECT coalesce(max(n), 0) > 1 FROM (SELECT count(*) AS n FROM t JOIN {source}"
        f" ON {condition} GROUP BY t.rowid)").fetchone()[0]


def lake_statements(target, source, change, is_stored):
    half = (len(target) + 1) // 2
    make = "CREATE OR REPLACE TABLE trusted.t AS " if is_stored else "INSERT INTO t "
    statements = ["DROP TABLE IF EXISTS t"] if not is_stored else []
    if not is_stored:
        statements.append(f"CREATE TEMP TABLE t ({COLUMNS})")
        statements.append(f"INSERT INTO t VALUES {', '.join(target)}")
    else:
        names = "AS v (k, a, b)"
        cast = "CAST(k AS integer) AS k, CAST(a AS integer) AS a, CAST(b AS varchar) AS b"
        for number, rows in enumerate([target[:half], target[half:]]):
            if rows:
                words = make if number == 0 else "INSERT INTO trusted.t "
                statements.append(f"{words}SELECT {cast} FROM (VALUES {', '.join(rows)}) {names}")
    statements.append(f"CREATE OR REPLACE TEMP TABLE s ({COLUMNS})")
    statements.append(f"INSERT INTO s VALUES {', '.join(source)}")
    return statements + [change]


def compare(lake, changes, is_stored):
    """None where both leave the same rows, else what to print."""
    target, source, change = changes.target(), changes.source(), changes.statement()
    before = [f"CREATE TABLE t ({COLUMNS})", f"CREATE TABLE s ({COLUMNS})",
              f"INSERT INTO t VALUES {', '.join(target)}",
              f"INSERT INTO s VALUES {', '.join(source)}"]
    shown = ";\n".join(before + [change])
    for statement in lake_statements(target, source, change, is_stored):
        answer = lake.ask(statement)
        if answer["ok"] or statement.startswith("DROP"):
            continue
        message = answer["error"]["message"]
        if "several rows of the source" in message and has_copies(before, change):
            return None
        return f"{shown}\nlake fails at {statement}: {message}"
    mine = lake.ask("SELECT k, a, b FROM t")["rows"]
    theirs = expected(before, change)
    if sorted(mine, key=row_key) == theirs:
        return None
    return f"{shown}\nlake leaves {sorted(mine, key=row_key)}\nDuckDB {theirs}"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--lake", required=True)
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--verbose", action="store_true")
    options = options.parse_args()
    subprocess.run([options.lake, "init", "."], check=True, capture_output=True)
    changes = Changes(random.Random(options.seed))
    # A temporary table would hide the stored one of the same name: each has a session of its own.
    memory, stored = Lake(options.lake, "."), Lake(options.lake, ".")
    different = 0
    for number in range(options.count):
        is_stored = number % 3 == 2
        difference = compare(stored if is_stored else memory, changes, is_stored)
        if difference:
            different += 1
            print(f"-- {number}, {'stored' if is_stored else 'in memory'}\n{difference}\n")
        elif options.verbose:
            print(f"-- {number} is equal")
    memory.close()
    stored.close()
    print(f"{options.count} queries of seed {options.seed}, {different} answered differently")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
