"""Random queries in two dialects, for query_differential.py."""

from dataclasses import dataclass

from query_expressions import Expressions, Value, kind_of


@dataclass
class Table:
    """A table with its name in lake and in DuckDB."""

    lake: str
    duck: str
    columns: list
    count: int


@dataclass
class Query:
    """`ordered`: the order of the rows is settled, and is compared."""

    lake: str
    duck: str
    ordered: bool = False
    may_fail: bool = False


@dataclass
class Relation:
    """A member of FROM, and the columns it shows."""

    lake: str
    duck: str
    columns: list
    count: int
    # Whether rows come in the order of a file.
    plain: bool = False


# Columns by which tables of the example meet.
MEETING = [("user", "email"), ("timestamp", "sensorReadingTime"), ("serialNumber", "serialNumber"),
           ("email", "email"), ("user", "user"), ("timestamp", "timestamp"), ("k", "k"),
           ("grp", "grp"), ("id", "id"), ("txt", "txt"), ("n", "k"), ("label", "txt"), ("ok", "ok")]


def bound(name, spelled):
    """How many digits a column's numbers have."""
    if name in ("timestamp", "sensorReadingTime") or name.endswith("Date"):
        return 13
    return {"big": 10, "amount": 4, "rate": 4, "id": 4}.get(name, 3)


class Shapes:
    def __init__(self, draw, tables):
        self.draw = draw
        self.tables = tables
        self.aliases = 0

    def query(self):
        draw = self.draw
        way = draw.random()
        if way < 0.3:
            body = self.select()
        elif way < 0.55:
            body = self.grouped()
        elif way < 0.63:
            body = self.newest()
        elif way < 0.72:
            return self.union()
        elif way < 0.8:
            return self.with_common()
        elif way < 0.83:
            return self.first_rows()
        elif way < 0.93:
            body = self.windowed()
        else:
            body = self.distinct()
        return self.ordered(*body)

    # FROM

    def alias(self):
        self.aliases += 1
        return f"t{self.aliases}"

    def columns_of(self, table, alias):
        found = []
        for name, spelled in table.columns:
            scale = int(spelled.split(",")[1].strip(" )")) if "," in spelled else 0
            text = f'{alias}."{name}"'
            plain = text if name == "timestamp" or self.draw.random() < 0.5 else f"{alias}.{name}"
            found.append(Value(kind_of(spelled), plain, text, bound(name, spelled), scale=scale))
        return found

    def base(self, most=10 ** 9):
        table = self.draw.choice([t for t in self.tables if t.count <= most])
        alias = self.alias()
        return table, alias, Relation(f"{table.lake} {alias}", f"{table.duck} {alias}",
                                      self.columns_of(table, alias), table.count, True)

    def relation(self, depth=1):
        draw = self.draw
        way = draw.random()
        if depth > 0 and way < 0.15:
            inner = self.select(depth - 1, joins=False) if draw.random() < 0.6 else self.grouped(
                depth - 1)
            alias = self.alias()
            columns = [Value(c.kind, f"{alias}.{n}", f"{alias}.{n}", c.size, c.exact, c.scale)
                       for n, c in inner[2]]
            return Relation(f"({inner[0]}) {alias}", f"({inner[1]}) {alias}", columns, 3000)
        if way < 0.5:
            return self.base()[2]
        if way < 0.56:
            return self.crossed()
        left, alias, relation = self.base()
        for _ in range(draw.choice([1, 1, 1, 2])):
            relation = self.joined(relation, left, alias)
        return relation

    def crossed(self):
        """A few rows with a few rows, sometimes with a list of values."""
        draw = self.draw
        left = self.base(100)[2]
        if draw.random() < 0.5:
            alias = self.alias()
            make = Expressions(draw, [])
            kinds = [draw.choice(["int", "text", "date"]) for _ in range(draw.randint(1, 3))]
            # All of one type: a list is not a query in which DuckDB and lake widen alike.
            rows = ", ".join(
                "(" + ", ".join(make.literal(k).lake for k in kinds) + ")"
                for _ in range(draw.randint(1, 4)))
            names = [f"v{i}" for i in range(len(kinds))]
            text = f"(VALUES {rows}) {alias}({', '.join(names)})"
            right = Relation(text, text, [Value(k, f"{alias}.{n}", f"{alias}.{n}", 3)
                                          for k, n in zip(kinds, names)], 4)
        else:
            right = self.base(100)[2]
        word = draw.choice([" CROSS JOIN ", ", ", " JOIN ", " LEFT JOIN "])
        pairs = [(a, b) for a in left.columns for b in right.columns
                 if a.kind == b.kind and a.kind not in ("double", "bool")]
        if word in (" JOIN ", " LEFT JOIN ") and pairs:
            # No equation: all pairs are looked at.
            a, b = draw.choice(pairs)
            operator = draw.choice(["<", ">=", "<>"])
            return Relation(
                f"{left.lake}{word}{right.lake} ON {a.lake} {operator} {b.lake}",
                f"{left.duck}{word}{right.duck} ON {a.duck} {operator} {b.duck}",
                left.columns + right.columns, left.count * right.count)
        word = draw.choice([" CROSS JOIN ", ", "])
        return Relation(left.lake + word + right.lake, left.duck + word + right.duck,
                        left.columns + right.columns, left.count * right.count)

    def joined(self, relation, left, left_alias):
        draw = self.draw
        pairs = []
        others = list(self.tables)
        draw.shuffle(others)
        for right in others:
            names, types = dict(right.columns), dict(left.columns)
            pairs = [(a, b) for x, y in MEETING for a, b in {(x, y), (y, x)}
                     if a in types and b in names and kind_of(types[a]) == kind_of(names[b])]
            # What meets on a few values makes too many rows.
            if relation.count * right.count > 300_000:
                pairs = [p for p in pairs if p[0] not in ("ok", "grp", "txt", "k", "label", "n")]
            if pairs:
                break
        if not pairs:
            return relation
        alias = self.alias()
        mine, theirs = relation.columns, self.columns_of(right, alias)
        keys = sorted(draw.sample(pairs, min(len(pairs), draw.choice([1, 1, 2, 3]))))
        lake = [f'{left_alias}."{a}" = {alias}."{b}"' for a, b in keys]
        duck = list(lake)
        if draw.random() < 0.35:
            residual = Expressions(draw, mine + theirs).of("bool", 1)
            lake.append(residual.lake)
            duck.append(residual.duck)
        kind = draw.choice(["JOIN", "INNER JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN",
                            "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"])
        if kind == "FULL JOIN":
            # DuckDB refuses some conditions of full joins that are no equations.
            lake, duck = lake[:len(keys)], duck[:len(keys)]
        other = kind.replace("LEFT SEMI", "SEMI").replace("LEFT ANTI", "ANTI")
        half = "SEMI" in kind or "ANTI" in kind
        return Relation(
            f"{relation.lake} {kind} {right.lake} {alias} ON {' AND '.join(lake)}",
            f"{relation.duck} {other} {right.duck} {alias} ON {' AND '.join(duck)}",
            mine if half else mine + theirs, relation.count * 4)

    # WHERE

    def where(self, relation, depth=2):
        draw = self.draw
        parts = []
        if draw.random() < 0.7:
            for _ in range(draw.choice([1, 1, 2, 3])):
                parts.append(Expressions(draw, relation.columns).of("bool", depth))
        if draw.random() < 0.3:
            parts.append(self.subquery(relation))
        parts = [p for p in parts if p]
        if not parts:
            return "", ""
        return (" WHERE " + " AND ".join(p.lake for p in parts),
                " WHERE " + " AND ".join(p.duck for p in parts))

    def subquery(self, relation):
        """A condition with a query inside."""
        draw = self.draw
        table, alias, inner = self.base()
        kinds = {c.kind for c in inner.columns}
        mine = [c for c in relation.columns if c.kind in kinds and c.kind != "double" and c.exact]
        if not mine:
            return None
        outer = draw.choice(mine)
        key = draw.choice([c for c in inner.columns if c.kind == outer.kind])
        test = Expressions(draw, inner.columns).of("bool", 1)
        no = draw.choice(["", "NOT "])
        way = draw.randrange(6)
        if way >= 4:
            if relation.count * table.count > 200_000:
                return None
            return self.compared(way, relation, outer, key, inner, test)
        if way == 0:
            form = "({o} {no}IN (SELECT {k} FROM {f} WHERE {t}))"
        elif way == 1:
            form = "({no}EXISTS (SELECT 1 FROM {f} WHERE {k} = {o} AND {t}))"
        elif way == 2:
            number = [c for c in inner.columns if c.kind == "int"]
            mine = [c for c in relation.columns if c.kind == "int"]
            if not number or not mine:
                return None
            a, b = draw.choice(mine), draw.choice(number)
            function = draw.choice(["max", "min", "count"])
            form = ("({a} {op} (SELECT " + function + "({b}) FROM {f} WHERE {k} = {o} AND {t}))")
            operator = draw.choice(["=", "<", ">="])
            return Value("bool", *[
                form.format(a=getattr(a, s), b=getattr(b, s), op=operator, f=getattr(inner, s),
                            k=getattr(key, s), o=getattr(outer, s), t=getattr(test, s))
                for s in ("lake", "duck")])
        else:
            form = "({o} {op} (SELECT min({k}) FROM {f} WHERE {t}))"
        operator = draw.choice(["=", "<", ">=", "<>"])
        value = Value("bool", *[
            form.format(o=getattr(outer, s), no=no, k=getattr(key, s), f=getattr(inner, s),
                        t=getattr(test, s), op=operator) for s in ("lake", "duck")])
        if way < 2 and draw.random() < 0.3:
            # Inside of an expression it is a mark, not a join of its own.
            other = Expressions(draw, relation.columns).of("bool", 1)
            return Value("bool", f"({value.lake} OR {other.lake})",
                         f"({value.duck} OR {other.duck})")
        return value

    def compared(self, way, relation, outer, key, inner, test):
        """ANY and ALL, and a subquery that is tied to the row by no equation."""
        draw = self.draw
        operator = draw.choice(["<", "<=", ">", ">=", "<>", "="])
        if way == 4:
            # ALL over nothing is true, ANY is false; nulls make it unknown.
            form = ("({o} {op} " + draw.choice(["ANY", "ALL"])
                    + " (SELECT {k} FROM {f} WHERE {t}))")
        else:
            function = draw.choice(["max({k})", "min({k})", "count({k})"])
            side = "{o}" if "count" not in function else "3"
            form = ("(" + side + " {op} (SELECT " + function
                    + " FROM {f} WHERE {k} < {o} AND {t}))")
        value = Value("bool", *[
            form.format(o=getattr(outer, s), k=getattr(key, s), f=getattr(inner, s),
                        t=getattr(test, s), op=operator) for s in ("lake", "duck")])
        if draw.random() < 0.3:
            other = Expressions(draw, relation.columns).of("bool", 1)
            return Value("bool", f"({value.lake} OR {other.lake})",
                         f"({value.duck} OR {other.duck})")
        return value

    def single(self, relation):
        """A query of one value, for each row or for all."""
        draw = self.draw
        table, alias, inner = self.base()
        value = self.aggregate(Expressions(draw, inner.columns))
        tests = [Expressions(draw, inner.columns).of("bool", 1)]
        pairs = [(a, b) for a in relation.columns for b in inner.columns
                 if a.kind == b.kind and a.kind not in ("double", "bool") and a.exact]
        if pairs and draw.random() < 0.7:
            a, b = draw.choice(pairs)
            tests.append(Value("bool", f"{b.lake} = {a.lake}", f"{b.duck} = {a.duck}"))
        texts = [f"(SELECT {getattr(value, s)} FROM {getattr(inner, s)} WHERE "
                 + " AND ".join(getattr(t, s) for t in tests) + ")" for s in ("lake", "duck")]
        return Value(value.kind, *texts, value.size, value.exact, value.scale)

    # SELECT: each gives both texts, the columns by name, and whether all is exact

    def items(self, values):
        named = [(f"c{i}", v) for i, v in enumerate(values)]
        return (named, ", ".join(f"{v.lake} AS {n}" for n, v in named),
                ", ".join(f"{v.duck} AS {n}" for n, v in named))

    def select(self, depth=1, joins=True, distinct=False):
        draw = self.draw
        relation = self.relation(depth) if joins else self.base()[2]
        make = Expressions(draw, relation.columns)
        values = [make.any(draw.choice([0, 1, 2, 3])) for _ in range(draw.randint(1, 4))]
        if draw.random() < 0.1:
            values.append(self.single(relation))
        named, lake, duck = self.items(values)
        where = self.where(relation)
        word = "SELECT DISTINCT " if distinct else "SELECT "
        return (f"{word}{lake} FROM {relation.lake}{where[0]}",
                f"{word}{duck} FROM {relation.duck}{where[1]}", named)

    def distinct(self):
        return self.select(distinct=True)

    def aggregate(self, make):
        draw = self.draw
        way = draw.randrange(12)
        if way == 0:
            result = Value("int", "count(*)", "count(*)", 9)
        elif way == 1:
            a = make.any(1)
            result = make.call("int", "count", a, size=9)
        elif way == 2:
            a = make.of(draw.choice(["text", "int", "date", "bool"]), 1)
            result = Value("int", f"count(DISTINCT {a.lake})", f"count(DISTINCT {a.duck})", 9)
        elif way <= 4:
            kind = draw.choice(["int", "decimal", "double"])
            a = make.of(kind, 1)
            if a.size > 13:
                a = make.literal(kind)
            # Some texts of numbers are drawn, DISTINCT of inexact doubles is not.
            word = "DISTINCT " if kind != "double" and draw.random() < 0.2 else ""
            result = Value(kind, f"sum({word}{a.lake})", f"sum({word}{a.duck})", a.size + 5,
                           a.exact, a.scale)
        elif way == 5:
            # The mean of decimals is a decimal here and a double in DuckDB.
            a = make.of(draw.choice(["int", "double"]), 1)
            result = make.call("double", "avg", a, size=a.size, exact=False)
        elif way <= 7:
            a = make.any(1)
            if a.kind == "bool":
                a = make.leaf("int")
            result = make.call(a.kind, draw.choice(["min", "max"]), a, size=a.size, scale=a.scale)
        elif way == 8:
            result = make.call("bool", draw.choice(["bool_and", "bool_or"]), make.of("bool", 1))
        elif way == 9:
            # Of no rows it is 0 here, as in Trino, and null in DuckDB.
            a = make.of("bool", 1)
            result = Value("int", f"count_if({a.lake})", f"count({a.duck} OR NULL)", 9)
        elif way == 10:
            a, b = make.of("int", 0), make.of("int", 0)
            name = draw.choice(["stddev_pop", "var_samp", "stddev_samp", "covar_pop", "regr_slope",
                                "median"])
            two = name in ("covar_pop", "regr_slope")
            lake, duck = a.lake, a.duck
            if two:
                lake, duck = f"{a.lake}, {b.lake}", f"{a.duck}, {b.duck}"
            # Of one pair, or of pairs with one x, DuckDB gives NaN where Trino gives null.
            result = Value("double", f"coalesce({name}({lake}), -1e0)",
                           f"coalesce(nullif({name}({duck}), 'NaN'::double), -1e0)", a.size, False)
            if draw.random() < 0.2:
                result = Value("int", f"bitwise_or_agg({a.lake})",
                               f"bit_or(CAST({a.duck} AS bigint))", a.size + 1)
            return result
        else:
            a = make.of("decimal", 1)
            result = make.call("decimal", draw.choice(["min", "max", "sum"]), a, size=a.size + 5,
                               scale=a.scale)
        if draw.random() < 0.2:
            test = make.of("bool", 1)
            result = Value(result.kind, f"{result.lake} FILTER (WHERE {test.lake})",
                           f"{result.duck} FILTER (WHERE {test.duck})", result.size, result.exact,
                           result.scale)
        return result

    def grouped(self, depth=1):
        draw = self.draw
        relation = self.relation(depth)
        make = Expressions(draw, relation.columns)
        keys = []
        for _ in range(draw.choice([0, 1, 1, 2, 3])):
            key = make.any(draw.choice([0, 0, 1, 2]))
            # A key that is a literal would be a place in the SELECT list.
            if key.exact and key.duck[0] not in "'-0123456789(" and any(
                    c.duck in key.duck for c in relation.columns):
                keys.append(key)
        values = keys + [self.aggregate(make) for _ in range(draw.randint(1, 3))]
        named, lake, duck = self.items(values)
        where = self.where(relation)
        lake = f"SELECT {lake} FROM {relation.lake}{where[0]}"
        duck = f"SELECT {duck} FROM {relation.duck}{where[1]}"
        if keys and draw.random() < 0.3:
            # Columns by name: an expression is no member of a set in DuckDB.
            sets = draw.choice(["ROLLUP ({})", "CUBE ({})", "GROUPING SETS (({}), ())"])
            lake += " GROUP BY " + sets.format(", ".join(k.lake for k in keys))
            duck += " GROUP BY " + sets.format(", ".join(k.duck for k in keys))
        elif keys:
            way = draw.randrange(3)
            places = ", ".join(str(i + 1) for i in range(len(keys)))
            lake += " GROUP BY " + (places if way == 0 else ", ".join(k.lake for k in keys))
            duck += " GROUP BY " + (places if way == 0 else ", ".join(k.duck for k in keys))
        if draw.random() < 0.25:
            over = self.aggregate(make)
            if over.exact:
                have = Expressions(draw, [over]).of("bool", 0)
                other = Expressions(draw, []).literal(over.kind)
                have = Value("bool", f"({over.lake} >= {other.lake})",
                             f"({over.duck} >= {other.duck})")
                lake += f" HAVING {have.lake}"
                duck += f" HAVING {have.duck}"
        return lake, duck, named

    def newest(self):
        """The first row of each partition."""
        draw = self.draw
        relation = self.base()[2]
        make = Expressions(draw, relation.columns)
        columns = relation.columns
        key = draw.choice([c for c in columns if c.kind != "double"])
        values = draw.sample(columns, min(len(columns), draw.randint(1, 4)))
        # All columns are in the order, so that equal rows are equal in all.
        rest = list(columns)
        draw.shuffle(rest)
        words = [draw.choice(["", " DESC"]) + draw.choice(["", " NULLS FIRST", " NULLS LAST"])
                 for _ in rest]
        where = self.where(relation, 1)
        test = draw.choice(["= 1", "= 1", "<= 2", "= 3", "< 4", "> 30"])

        def number(side):
            order = ", ".join(getattr(c, side) + w for c, w in zip(rest, words))
            over = f"PARTITION BY {getattr(key, side)} ORDER BY {order}"
            return f"row_number() OVER ({over})"

        show = draw.random() < 0.4
        shown = values + ([Value("int", number("lake"), number("duck"))] if show else [])
        named, lake, duck = self.items(shown)
        if draw.random() < 0.3:
            alias = self.alias()
            name = "r"
            names = ", ".join(n for n, _ in named)
            lake = (f"SELECT {names} FROM (SELECT {lake}, {number('lake')} AS {name} FROM "
                    f"{relation.lake}{where[0]}) {alias} WHERE {name} {test}")
            duck = (f"SELECT {names} FROM (SELECT {duck}, {number('duck')} AS {name} FROM "
                    f"{relation.duck}{where[1]}) {alias} WHERE {name} {test}")
            return lake, duck, named
        return (f"SELECT {lake} FROM {relation.lake}{where[0]} QUALIFY {number('lake')} {test}",
                f"SELECT {duck} FROM {relation.duck}{where[1]} QUALIFY {number('duck')} {test}",
                named)

    def windowed(self):
        """Functions over partitions and frames, in an order that is total."""
        draw = self.draw
        relation = self.base()[2]
        columns = relation.columns
        rest = list(columns)
        draw.shuffle(rest)
        words = [draw.choice(["", " DESC"]) + draw.choice(["", " NULLS FIRST", " NULLS LAST"])
                 for _ in rest]
        key = draw.choice([c for c in columns if c.kind != "double"])
        partition = draw.random() < 0.7
        values = [draw.choice(columns)]
        for _ in range(draw.randint(1, 3)):
            values.append(self.over(columns, key if partition else None, rest, words))
        named, lake, duck = self.items(values)
        where = self.where(relation, 1)
        return (f"SELECT {lake} FROM {relation.lake}{where[0]}",
                f"SELECT {duck} FROM {relation.duck}{where[1]}", named)

    def over(self, columns, key, rest, words):
        draw = self.draw
        make = Expressions(draw, columns)
        frame = ""
        order, first = (rest, words)
        way = draw.randrange(4)
        if way < 2:
            unit = draw.choice(["ROWS", "ROWS", "GROUPS"])
            edges = ["UNBOUNDED PRECEDING", f"{draw.randint(0, 40)} PRECEDING", "CURRENT ROW",
                     f"{draw.randint(0, 40)} FOLLOWING", "UNBOUNDED FOLLOWING"]
            start = draw.randrange(4)
            end = draw.randrange(max(start, 1), 5)
            if start == end and start in (1, 3):
                end = 4
            frame = f" {unit} BETWEEN {edges[start]} AND {edges[end]}"
        elif way == 2:
            numbers = [c for c in columns if c.kind == "int" and c.size < 12]
            if numbers:
                order, first = [draw.choice(numbers)], [draw.choice(["", " DESC"])]
                frame = (f" RANGE BETWEEN {draw.randint(0, 9)} PRECEDING AND "
                         f"{draw.randint(0, 9)} FOLLOWING")
        a = draw.choice([c for c in columns if c.kind != "bool"])
        number = draw.choice([c for c in columns if c.kind == "int"] or [make.literal("int")])
        size = number.size + 5
        total = order is rest
        calls = [("int", "rank()"), ("int", "dense_rank()"), ("double", "percent_rank()"),
                 ("double", "cume_dist()"), ("int", "count(*)"), ("int", "count({a})"),
                 ("int", "sum({n})"), (a.kind, "min({a})"), (a.kind, "max({a})"),
                 ("double", "avg({n})")]
        if total:
            calls += [("int", "row_number()"), ("int", f"ntile({draw.randint(1, 9)})"),
                      (a.kind, "lag({a})"), (a.kind, f"lead({{a}}, {draw.randint(0, 5)})"),
                      (a.kind, "first_value({a})"), (a.kind, "last_value({a})"),
                      (a.kind, f"nth_value({{a}}, {draw.randint(1, 5)})"),
                      (a.kind, "last_value({a} IGNORE NULLS)"),
                      (a.kind, "lag({a}, 2 IGNORE NULLS)")]
        kind, call = draw.choice(calls)
        # Others look at no frame, and DuckDB refuses one.
        if not any(w in call for w in ("count", "sum", "min", "max", "avg", "value")):
            frame = ""
        texts = []
        for s in ("lake", "duck"):
            shown = ", ".join(getattr(c, s) + w for c, w in zip(order, first))
            part = f"PARTITION BY {getattr(key, s)} " if key else ""
            over = f"{part}ORDER BY {shown}{frame}"
            texts.append(call.format(a=getattr(a, s), n=getattr(number, s)) + f" OVER ({over})")
        return Value(kind, *texts, size, kind != "double", a.scale)

    def union(self):
        draw = self.draw
        kinds = [draw.choice(["int", "text", "double", "bool", "date"])
                 for _ in range(draw.randint(1, 3))]
        lake, duck = [], []
        for _ in range(draw.choice([2, 2, 3])):
            relation = self.base()[2]
            make = Expressions(draw, relation.columns)
            named, a, b = self.items([make.of(k, 1) for k in kinds])
            where = self.where(relation, 1)
            lake.append(f"SELECT {a} FROM {relation.lake}{where[0]}")
            duck.append(f"SELECT {b} FROM {relation.duck}{where[1]}")
        word = draw.choice(["UNION ALL", "UNION", "UNION ALL", "INTERSECT", "EXCEPT",
                            "INTERSECT ALL", "EXCEPT ALL"])
        named = [(n, Value(v.kind, n, n, exact=False)) for n, v in named]
        return self.ordered(f" {word} ".join(lake), f" {word} ".join(duck), named)

    def with_common(self):
        draw = self.draw
        inner = self.select(joins=False) if draw.random() < 0.5 else self.grouped(0)
        a, b = self.alias(), self.alias()

        def columns(alias):
            return [Value(c.kind, f"{alias}.{n}", f"{alias}.{n}", c.size, c.exact, c.scale)
                    for n, c in inner[2]]

        relation = Relation(f"w {a}", f"w {a}", columns(a), 3000)
        make = Expressions(draw, relation.columns)
        exact = [n for n, c in inner[2] if c.exact]
        if exact and draw.random() < 0.4:
            # Read twice; grouped first, so that few rows meet.
            key = exact[0]
            few = f"(SELECT DISTINCT {key} AS k FROM w) {b}"
            relation = Relation(f"w {a} JOIN {few} ON {a}.{key} = {b}.k",
                                f"w {a} JOIN {few} ON {a}.{key} = {b}.k", columns(a), 3000)
        values = [make.any(1) for _ in range(draw.randint(1, 3))]
        named, lake, duck = self.items(values)
        where = self.where(relation, 1)
        return self.ordered(
            f"WITH w AS ({inner[0]}) SELECT {lake} FROM {relation.lake}{where[0]}",
            f"WITH w AS ({inner[1]}) SELECT {duck} FROM {relation.duck}{where[1]}", named)

    def first_rows(self):
        """LIMIT without ORDER BY: the first rows of the file, in both."""
        draw = self.draw
        relation = self.base()[2]
        make = Expressions(draw, relation.columns)
        named, lake, duck = self.items([make.any(1) for _ in range(draw.randint(1, 3))])
        where = self.where(relation, 1)[:2] if draw.random() < 0.4 else ("", "")
        if "SELECT" in where[0]:
            where = ("", "")
        end = f" LIMIT {draw.randint(0, 300)}"
        if draw.random() < 0.4:
            end += f" OFFSET {draw.randint(0, 200)}"
        # Trino writes OFFSET before LIMIT; both orders are read.
        return Query(f"SELECT {lake} FROM {relation.lake}{where[0]}{end}",
                     f"SELECT {duck} FROM {relation.duck}{where[1]}{end}", True)

    def ordered(self, lake, duck, named):
        """ORDER BY all columns, where that is asked for: then the order of the rows is settled."""
        draw = self.draw
        if draw.random() < 0.5:
            return Query(lake, duck)
        names = [n for n, _ in named]
        draw.shuffle(names)
        order = ", ".join(
            n + draw.choice(["", " ASC", " DESC"]) + draw.choice(["", " NULLS FIRST", " NULLS LAST"])
            for n in names)
        end = f" ORDER BY {order}"
        # Doubles that differ in their last bits may be sorted differently.
        settled = all(v.exact or v.kind != "double" for _, v in named)
        if settled and draw.random() < 0.5:
            end += f" LIMIT {draw.choice([0, 1, 5, 20, 100, 5000])}"
            if draw.random() < 0.4:
                end += f" OFFSET {draw.randint(0, 40)}"
        return Query(lake + end, duck + end, settled)
