"""Generated queries, answered by `lake query --batch` and by SQLite, for QuerySQLiteTests.

    query_sqlite.py --lake BINARY [--count 300] [--seed S] [--verbose]

Needs nothing but Python. The queries are of what both mean alike: joins of every kind, subqueries,
nulls, groups, windows and set operations over whole numbers and plain texts. Where the two differ,
this is how it is kept out: no division by a column (an error here, null there), sets one operation
at a time (INTERSECT binds tighter here), NULLS FIRST or LAST always said, and LIKE told to mind
case. Sets are made without RIGHT and FULL joins: SQLite 3.40 moves a UNION ALL out of a subquery
and loses what such a join in it keeps (DuckDB answers as lake does). Prints each query whose
answers differ, and exits with 1 if there is one.
"""

import argparse
import math
import os
import random
import sqlite3
import sys
import tempfile

from lake_batch import Lake

TABLES = {"p": ["a", "b", "s"], "q": ["a", "c", "u"], "r": ["b", "c", "s"]}
TEXTS = ["s", "u"]


def literal(value):
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else f"'{value}'"


def make_tables(lake, lite, draw):
    for name, columns in TABLES.items():
        types = ["varchar" if column in TEXTS else "bigint" for column in columns]
        declared = ", ".join(f"{c} {t}" for c, t in zip(columns, types))
        rows = []
        for _ in range(draw.choice([0, 7, 23, 40])):
            row = [draw.choice(["", "x", "xy", "Xy", "z", "yx"]) if kind == "varchar"
                   else draw.randint(-3, 6) for kind in types]
            row = [None if draw.random() < 0.2 else value for value in row]
            rows.append("(" + ", ".join(map(literal, row)) + ")")
        for sql in ([f"CREATE TEMP TABLE {name} ({declared})"]
                    + ([f"INSERT INTO {name} VALUES {', '.join(rows)}"] if rows else [])):
            answer = lake.ask(sql)
            if not answer["ok"]:
                raise SystemExit(f"{sql}: {answer}")
            lite.execute(sql)


class Queries:
    """Writes queries. A scope is a list of columns, each a name and whether it is text."""

    def __init__(self, draw):
        self.draw = draw

    def pick(self, *choices):
        return self.draw.choice(choices)

    def chance(self, share):
        return self.draw.random() < share

    # Expressions

    def columns(self, alias, table):
        return [(f"{alias}.{column}", column in TEXTS) for column in TABLES[table]]

    def column(self, scope, is_text=False):
        fitting = [name for name, kind in scope if kind == is_text]
        return self.draw.choice(fitting) if fitting else ("'x'" if is_text else "1")

    def number(self, scope, depth=2):
        if depth == 0 or self.chance(0.4):
            return self.column(scope) if self.chance(0.8) else str(self.draw.randint(-2, 4))
        a, b = self.number(scope, depth - 1), self.number(scope, depth - 1)
        form = self.draw.randrange(11)
        if form == 0:
            return f"length({self.text(scope, depth - 1)})"
        if form == 1:
            return f"CASE WHEN {self.condition(scope, depth - 1)} THEN {a} ELSE {b} END"
        return self.pick(
            f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"coalesce({a}, {b})",
            f"nullif({a}, {b})", f"abs({a})", f"({a} / 2)", f"({a} % 3)",
            f"CASE {a} WHEN {b} THEN 1 WHEN 2 THEN {b} END")

    def text(self, scope, depth=1):
        if depth == 0 or self.chance(0.5):
            return self.column(scope, True) if self.chance(0.8) else self.pick("'x'", "''", "'yx'")
        a, b = self.text(scope, depth - 1), self.text(scope, depth - 1)
        return self.pick(
            f"({a} || {b})", f"upper({a})", f"lower({a})", f"substr({a}, 1, 1)",
            f"coalesce({a}, {b})", f"nullif({a}, {b})", f"replace({a}, 'x', 'zz')")

    def condition(self, scope, depth=2):
        if depth > 0 and self.chance(0.35):
            a, b = self.condition(scope, depth - 1), self.condition(scope, depth - 1)
            return self.pick(f"({a} AND {b})", f"({a} OR {b})", f"(NOT {a})")
        if depth > 0 and self.chance(0.15):
            return self.subquery(scope)
        size = min(depth, 1)
        a, b = self.number(scope, size), self.number(scope, size)
        few = ", ".join(self.pick("1", "2", "NULL", "-1", "5") for _ in range(3))
        among = self.pick(f"({a} IN ({few}))", f"({a} NOT IN ({few}))",
                          f"({self.column(scope)} BETWEEN {a} AND {b})")
        if self.chance(0.25):
            a, b = self.text(scope, size), self.text(scope, size)
        sign = self.pick("=", "<>", "<", "<=", ">", ">=")
        return self.pick(
            f"({a} {sign} {b})", f"({a} {sign} {b})", f"({a} IS NULL)", f"({a} IS NOT NULL)",
            f"({a} IS NOT DISTINCT FROM {b})", f"({a} IS DISTINCT FROM {b})", among,
            f"({self.text(scope, size)} LIKE {self.pick('%', 'x%', '_', '%y', 'x_')!r})")

    def subquery(self, scope):
        """A condition on another table, mostly one that speaks of this one."""
        table, alias = self.draw.choice(list(TABLES)), f"i{self.draw.randint(0, 999)}"
        inner = self.columns(alias, table)
        where = f" WHERE {self.column(inner)} {self.pick('=', '<', '>=')} {self.column(scope)}"
        where = where if self.chance(0.7) else ""
        number, value = self.column(scope), self.column(inner)
        aggregate = self.pick(f"max({value})", "count(*)", f"sum({value})", f"min({value})",
                              f"count(DISTINCT {value})")
        return self.pick(
            f"({number} IN (SELECT {value} FROM {table} {alias}{where}))",
            f"({number} NOT IN (SELECT {value} FROM {table} {alias}{where}))",
            f"EXISTS (SELECT 1 FROM {table} {alias}{where})",
            f"(NOT EXISTS (SELECT 1 FROM {table} {alias}{where}))",
            f"({number} {self.pick('<', '=', '>=')}"
            f" (SELECT {aggregate} FROM {table} {alias}{where}))")

    # Tables

    def source(self, kinds=("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN",
                            "CROSS JOIN")):
        """FROM, and its columns."""
        first = self.draw.choice(list(TABLES))
        text, scope = f"{first} t0", self.columns("t0", first)
        for number in range(1, self.pick(1, 1, 2, 2, 3)):
            table, alias = self.draw.choice(list(TABLES)), f"t{number}"
            added = self.columns(alias, table)
            kind = self.pick(*kinds)
            text += f" {kind} {table} {alias}"
            if kind != "CROSS JOIN":
                text += f" ON {self.column(scope)} = {self.column(added)}"
                if self.chance(0.4) and kind != "FULL JOIN":
                    text += (f" AND {self.column(scope)} {self.pick('<', '<>', '>')}"
                             f" {self.column(added)}")
            scope = scope + added
        return text, scope

    # Queries: the text, and how many columns it has

    def plain(self):
        source, scope = self.source()
        items = [self.number(scope) if self.chance(0.7) else self.text(scope)
                 for _ in range(self.draw.randint(1, 3))]
        listed = ", ".join(f"{item} AS c{number}" for number, item in enumerate(items))
        where = f" WHERE {self.condition(scope)}" if self.chance(0.7) else ""
        distinct = "DISTINCT " if self.chance(0.2) else ""
        return f"SELECT {distinct}{listed} FROM {source}{where}", len(items)

    def aggregate(self, scope):
        value = self.number(scope, 1)
        call = self.pick(
            "count(*)", f"count({value})", f"sum({value})", f"min({value})", f"max({value})",
            f"avg({value})", f"count(DISTINCT {value})", f"sum(DISTINCT {value})",
            f"max({self.text(scope)})", f"min({self.text(scope)})")
        return call + (f" FILTER (WHERE {self.condition(scope, 1)})" if self.chance(0.2) else "")

    def grouped(self):
        source, scope = self.source()
        keys = [self.column(scope) if self.chance(0.6) else self.number(scope, 1) + " + 0"
                for _ in range(self.draw.randint(0, 2))]
        items = keys + [self.aggregate(scope) for _ in range(self.draw.randint(1, 3))]
        listed = ", ".join(f"{item} AS c{number}" for number, item in enumerate(items))
        text = f"SELECT {listed} FROM {source}"
        if self.chance(0.5):
            text += f" WHERE {self.condition(scope)}"
        if keys:
            text += " GROUP BY " + ", ".join(keys)
            if self.chance(0.4):
                having = f"{self.pick('sum', 'max', 'count')}({self.number(scope, 1)})"
                text += f" HAVING {having} {self.pick('> 1', 'IS NOT NULL', '< 5')}"
        return text, len(items)

    def windowed(self):
        table = self.draw.choice(list(TABLES))
        scope = self.columns("t", table)
        # A number for each row makes every order one order only.
        number = f"row_number() OVER (ORDER BY {self.total_order(TABLES[table])})"
        inner = f"(SELECT *, {number} AS rn FROM {table}) t"
        partition = f"PARTITION BY {self.column(scope)} " if self.chance(0.6) else ""
        value = self.number(scope, 1)
        direction = self.pick("", " DESC")
        calls = []
        for _ in range(self.draw.randint(1, 3)):
            ranked = self.column(scope)
            nulls = self.pick("NULLS FIRST", "NULLS LAST")
            calls.append(self.pick(
                f"row_number() OVER ({partition}ORDER BY t.rn{direction})",
                f"rank() OVER ({partition}ORDER BY {ranked}{direction} {nulls})",
                f"dense_rank() OVER ({partition}ORDER BY {ranked}{direction} {nulls})",
                f"ntile(3) OVER ({partition}ORDER BY t.rn)",
                f"lag({value}, {self.pick(1, 2)}) OVER ({partition}ORDER BY t.rn{direction})",
                f"lead({value}) OVER ({partition}ORDER BY t.rn)",
                f"first_value({value}) OVER ({partition}ORDER BY t.rn)",
                self.framed(value, partition, direction)))
        listed = ", ".join(f"{call} AS c{number}" for number, call in enumerate(["t.rn"] + calls))
        return f"SELECT {listed} FROM {inner}", len(calls) + 1

    def total_order(self, columns):
        return ", ".join(f"{column} NULLS FIRST" for column in columns)

    def framed(self, value, partition, direction):
        call = self.pick(f"sum({value})", f"count({value})", f"min({value})", f"max({value})",
                         f"avg({value})", "count(*)", f"last_value({value})")
        bounds = self.pick(
            "BETWEEN 2 PRECEDING AND CURRENT ROW", "BETWEEN 1 PRECEDING AND 1 FOLLOWING",
            "BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "BETWEEN 1 FOLLOWING AND 3 FOLLOWING",
            "BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", "BETWEEN 3 PRECEDING AND 1 PRECEDING")
        unit = self.pick("ROWS", "ROWS", "RANGE", "GROUPS")
        return f"{call} OVER ({partition}ORDER BY t.rn{direction} {unit} {bounds})"

    def sets(self):
        sides = []
        for _ in range(2):
            source, scope = self.source(("JOIN", "LEFT JOIN", "CROSS JOIN"))
            where = f" WHERE {self.condition(scope)}" if self.chance(0.5) else ""
            sides.append(f"SELECT {self.column(scope)} AS c0, {self.number(scope, 1)} AS c1"
                         f" FROM {source}{where}")
        return f" {self.pick('UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT')} ".join(sides), 2

    def query(self):
        """The text, and whether its rows have an order."""
        shape = self.pick(self.plain, self.plain, self.grouped, self.windowed, self.sets)
        text, width = shape()
        if self.chance(0.2):
            text = (f"WITH w AS ({text}) SELECT c0, count(*) AS c1 FROM w"
                    f" GROUP BY c0")
            width = 2
        if self.chance(0.5):
            return text, False
        keys = ", ".join(
            f"{number + 1}{self.pick('', ' DESC')} NULLS {self.pick('FIRST', 'LAST')}"
            for number in range(width))
        text = f"SELECT * FROM ({text}) o ORDER BY {keys}"
        if self.chance(0.5):
            text += f" LIMIT {self.draw.randint(0, 9)}"
            text += f" OFFSET {self.draw.randint(0, 4)}" if self.chance(0.5) else ""
        return text, True


# Comparing


def same(left, right):
    if isinstance(left, float) or isinstance(right, float):
        if left is None or right is None:
            return left is right
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return left == right


def row_key(row):
    return [(0, "") if x is None else (1, "%.9g" % x) if not isinstance(x, str) else (2, x)
            for x in row]


def compare(lake, lite, sql, ordered):
    """None where both answer the same, else what to print."""
    answer = lake.ask(sql)
    if not answer["ok"]:
        return f"lake fails: {answer['error']}"
    try:
        theirs = lite.execute(sql).fetchall()
    except sqlite3.Error as error:
        return f"SQLite fails: {error}"
    mine = answer["rows"]
    if not ordered:
        mine, theirs = sorted(mine, key=row_key), sorted(theirs, key=row_key)
    if len(mine) != len(theirs):
        return f"{len(mine)} rows, and {len(theirs)} of SQLite"
    for number, (left, right) in enumerate(zip(mine, theirs)):
        if not all(map(same, left, right)):
            return f"row {number}: {left}, and {list(right)} of SQLite"
    return None


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--lake", required=True)
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--verbose", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lake, lite = Lake(os.path.abspath(given.lake), folder), sqlite3.connect(":memory:")
        lite.execute("PRAGMA case_sensitive_like = ON")
        make_tables(lake, lite, random.Random(given.seed))
        failed = 0
        for number in range(given.count):
            # Each query can be made again by itself.
            sql, ordered = Queries(random.Random(f"{given.seed}/{number}")).query()
            if given.verbose:
                print(f"{number}: {sql}", flush=True)
            fault = compare(lake, lite, sql, ordered)
            if fault:
                failed += 1
                print(f"query {number} of seed {given.seed}: {fault}\n  {sql};\n", flush=True)
        lake.close()
    print(f"{given.count} queries of seed {given.seed}, {failed} answered differently")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
