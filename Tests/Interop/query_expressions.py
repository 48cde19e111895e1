"""Random expressions in two dialects, for query_differential.py."""

from dataclasses import dataclass

# Texts that columns hold too, so that comparisons hit.
# Regular expressions that both engines read alike; DuckDB's are RE2's.
REGEXES = ["a", "b+", "[a-c]+", "^a", "b$", "(a|ab)(c|b)?", "[0-9]+", "x?", "(?i)A", ".", "é|日",
           "[^a-z]+", "o'c"]
TEXTS = ["", "a", "b", "ab", "abc", "é", "日本", "100%", "a_b", "x y", "ответ", "o'clock", "A"]
PATTERNS = ["a%", "%b", "%a%", "_", "__%", "%é%", "a_b", "%", "", "%@test.com", "I%", "%-%",
            "a%c", "%b%c%", "_b", "%本"]


@dataclass
class Value:
    """An expression: its kind, and its text for lake and for DuckDB.

    `size` bounds the decimal digits of a number, so that nothing overflows by accident; `exact` is
    false where the two may differ in the last bits.
    """

    kind: str
    lake: str
    duck: str
    size: float = 1
    exact: bool = True
    scale: int = 0


def kind_of(spelled):
    base = spelled.split("(")[0]
    if base in ("tinyint", "smallint", "integer", "bigint"):
        return "int"
    if base in ("double", "real"):
        return "double"
    return {"decimal": "decimal", "varchar": "text", "boolean": "bool", "date": "date",
            "timestamp": "timestamp", "timestamp without time zone": "timestamp"}.get(base, base)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Expressions:
    """Makes expressions over `columns`, which are Values."""

    def __init__(self, draw, columns):
        self.draw = draw
        self.columns = columns

    def of(self, kind, depth):
        if depth <= 0 or self.draw.random() < 0.25:
            return self.leaf(kind)
        if self.draw.random() < 0.2:
            return self.choice(kind, depth)
        return getattr(self, "make_" + kind)(depth - 1)

    def any(self, depth):
        kinds = [c.kind for c in self.columns] + ["int", "text", "double", "bool", "date"]
        return self.of(self.draw.choice(kinds), depth)

    def leaf(self, kind):
        mine = [c for c in self.columns if c.kind == kind]
        if mine and self.draw.random() < 0.8:
            return self.draw.choice(mine)
        return self.literal(kind)

    def literal(self, kind):
        draw = self.draw
        if draw.random() < 0.04:
            names = {"int": "bigint", "double": "double", "decimal": "decimal(9,2)", "date": "date",
                     "text": "varchar", "bool": "boolean", "timestamp": "timestamp"}
            text = f"CAST(NULL AS {names[kind]})"
            return Value(kind, text, text, 0, scale=2)
        if kind == "int":
            number = draw.choice([0, 1, 2, 3, 7, 10, 25, 100, draw.randint(0, 999)])
            text = str(number) if draw.random() < 0.7 else f"(-{number})"
            return Value(kind, text, text, 3)
        if kind == "double":
            text = f"{draw.randint(0, 400) / 4}e0"
            text = text if draw.random() < 0.7 else f"(-{text})"
            return Value(kind, text, text, 3)
        if kind == "decimal":
            scale = draw.choice([1, 2, 3])
            text = f"{draw.randint(0, 999)}.{draw.randint(0, 10 ** scale - 1):0{scale}}"
            return Value(kind, text, text, 3, scale=scale)
        if kind == "text":
            text = quoted(draw.choice(TEXTS))
            return Value(kind, text, text)
        if kind == "bool":
            text = draw.choice(["TRUE", "FALSE"])
            return Value(kind, text, text)
        day = f"{draw.randint(2018, 2024)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        if kind == "date":
            return Value(kind, f"DATE '{day}'", f"DATE '{day}'")
        text = f"TIMESTAMP '{day} {draw.randint(0, 23):02}:{draw.randint(0, 59):02}:07'"
        return Value(kind, text, text)

    # Forms that every kind has

    def choice(self, kind, depth):
        draw = self.draw
        a, b = self.of(kind, depth - 1), self.of(kind, depth - 1)
        size, exact = max(a.size, b.size), a.exact and b.exact
        scale = max(a.scale, b.scale)

        def both(form):
            return Value(kind, form(a.lake, b.lake), form(a.duck, b.duck), size, exact, scale)

        way = draw.randrange(6)
        if way == 0:
            return both(lambda x, y: f"COALESCE({x}, {y})")
        if way == 1 and kind != "bool":
            return both(lambda x, y: f"NULLIF({x}, {y})")
        if way == 2 and kind != "bool":
            name = draw.choice(["greatest", "least"])
            # DuckDB leaves nulls out; here, as in Trino, one null makes null.
            return Value(
                kind, f"{name}({a.lake}, {b.lake})",
                f"CASE WHEN {a.duck} IS NOT NULL AND {b.duck} IS NOT NULL"
                f" THEN {name}({a.duck}, {b.duck}) END", size, exact, scale)
        if way == 3:
            key = self.of(draw.choice(["int", "text"]), 0)
            first, second = self.literal(key.kind), self.literal(key.kind)
            tail = draw.choice(["", " ELSE {b}"])

            def simple(side):
                end = tail.format(b=getattr(b, side))
                return (f"CASE {getattr(key, side)} WHEN {getattr(first, side)} THEN "
                        f"{getattr(a, side)} WHEN {getattr(second, side)} THEN "
                        f"{getattr(b, side)}{end} END")

            return Value(kind, simple("lake"), simple("duck"), size, exact, scale)
        test = self.of("bool", depth - 1)
        if way == 4:
            return Value(kind, f"IF({test.lake}, {a.lake}, {b.lake})",
                         f"CASE WHEN {test.duck} THEN {a.duck} ELSE {b.duck} END",
                         size, exact, scale)
        tail = draw.random() < 0.6
        return Value(
            kind, f"CASE WHEN {test.lake} THEN {a.lake}{' ELSE ' + b.lake if tail else ''} END",
            f"CASE WHEN {test.duck} THEN {a.duck}{' ELSE ' + b.duck if tail else ''} END",
            size, exact, scale)

    def call(self, kind, name, *parts, duck=None, size=1, exact=True, scale=0):
        exact = exact and all(p.exact for p in parts)
        return Value(kind, f"{name}({', '.join(p.lake for p in parts)})",
                     f"{duck or name}({', '.join(p.duck for p in parts)})", size, exact, scale)

    def binary(self, kind, a, operator, b, duck=None, size=1, scale=0):
        return Value(kind, f"({a.lake} {operator} {b.lake})",
                     f"({a.duck} {duck or operator} {b.duck})", size, a.exact and b.exact, scale)

    # Numbers

    def bigint(self, depth):
        """Of 64 bits: sums of narrow columns may overflow in one engine only."""
        a = self.of("int", depth)
        return Value("int", f"CAST({a.lake} AS bigint)", f"CAST({a.duck} AS bigint)", a.size)

    def make_int(self, depth):
        draw, way = self.draw, self.draw.randrange(20)
        if way >= 14:
            return self.more_int(way - 14, depth)
        if way <= 3:
            a, b = self.bigint(depth), self.bigint(depth)
            operator = draw.choice(["+", "-", "*"])
            size = a.size + b.size if operator == "*" else max(a.size, b.size) + 1
            if size > 17:
                return a
            return self.binary("int", a, operator, b, size=size)
        if way == 4:
            # `/` of integers cuts off here; `//` does in DuckDB, where `/` gives a double.
            a, b = self.bigint(depth), self.bigint(depth)
            by = Value("int", f"NULLIF({b.lake}, 0)", f"NULLIF({b.duck}, 0)")
            if draw.random() < 0.5:
                return self.binary("int", a, "/", by, duck="//", size=a.size)
            return self.binary("int", a, "%", by, size=a.size)
        if way == 5:
            a = self.bigint(depth)
            name = draw.choice(["abs", "-", "sign"])
            return self.call("int", name, a, size=a.size)
        if way == 6:
            return self.call("int", "length", self.of("text", depth), size=3)
        if way == 7:
            return self.call("int", "strpos", self.of("text", depth), self.literal("text"), size=3)
        if way == 8:
            a = self.of(draw.choice(["date", "timestamp"]), depth)
            name = draw.choice(["year", "month", "day", "quarter", "week", "day_of_week",
                                "day_of_year"])
            duck = {"day_of_week": "isodow", "day_of_year": "dayofyear"}.get(name)
            return self.call("int", name, a, duck=duck, size=4)
        if way == 9:
            return self.call("int", draw.choice(["hour", "minute", "second"]),
                             self.of("timestamp", depth), size=2)
        if way == 10:
            # Whole units lie between: DuckDB's date_sub, not its date_diff.
            unit = draw.choice(["day", "week"])
            a, b = self.of("date", depth), self.of("date", depth)
            return Value("int", f"date_diff('{unit}', {a.lake}, {b.lake})",
                         f"date_sub('{unit}', {a.duck}, {b.duck})", 5)
        if way == 11:
            a = self.of("decimal", depth)
            return Value("int", f"CAST(round({a.lake}) AS bigint)",
                         f"CAST(round({a.duck}, 0) AS bigint)", a.size + 1)
        if way == 12:
            a = self.of("double", depth)
            if a.size > 15 or not a.exact:
                return self.leaf("int")
            name = draw.choice(["floor", "ceil", "round"])
            return Value("int", f"CAST({name}({a.lake}) AS bigint)",
                         f"CAST({name}({a.duck}) AS bigint)", a.size + 1)
        # DuckDB reads blanks, points and exponents in a number's text; so only what has none.
        a = self.leaf("text")
        safe = f"CASE WHEN {{0}} NOT LIKE '% %' AND {{0}} NOT LIKE '%e%' THEN {{0}} END"
        return Value("int", f"TRY_CAST({safe.format(a.lake)} AS bigint)",
                     f"TRY_CAST({safe.format(a.duck)} AS bigint)", 12)

    def more_int(self, way, depth):
        draw = self.draw
        if way == 0:
            a, b = self.bigint(depth), self.literal("int")
            name, sign = draw.choice([("bitwise_and", "&"), ("bitwise_or", "|")])
            return Value("int", f"{name}({a.lake}, {b.lake})",
                         f"(CAST({a.duck} AS bigint) {sign} CAST({b.duck} AS bigint))", a.size + 1)
        if way == 1:
            # Characters here, bytes in DuckDB; so only ASCII.
            a, b = self.of("text", 0), self.of("text", 0)
            lake = [f"regexp_replace({x.lake}, '[^a-z ]')" for x in (a, b)]
            duck = [f"regexp_replace({x.duck}, '[^a-z ]', '', 'g')" for x in (a, b)]
            return Value("int", f"levenshtein_distance({', '.join(lake)})",
                         f"levenshtein({', '.join(duck)})", 3)
        if way == 2:
            # Empty matches behind others count here, as in Java, and not in RE2.
            a, pattern = self.of("text", depth), self.pattern()
            return Value("int", f"cardinality(regexp_extract_all({a.lake}, {pattern}))",
                         f"len(regexp_extract_all({a.duck}, {pattern}))", 3)
        if way == 3:
            a, b = self.bigint(depth), self.literal("int")
            return Value("int", f"gcd({a.lake}, {b.lake})",
                         f"gcd(CAST({a.duck} AS bigint), CAST({b.duck} AS bigint))", a.size)
        a, b = self.leaf("int"), self.literal("int")
        items = "[CAST({} AS bigint), CAST({} AS bigint), 3, NULL]"
        lake, duck = "ARRAY" + items.format(a.lake, b.lake), items.format(a.duck, b.duck)
        if way == 4:
            place = draw.randint(1, 4)
            return Value("int", f"element_at(array_sort({lake}), {place})",
                         f"list_sort({duck}, 'ASC', 'NULLS LAST')[{place}]", 12)
        return Value(
            "int", f"reduce(transform({lake}, x -> x + 1), 0, (s, x) -> s + coalesce(x, 0))",
            f"CAST(list_sum(list_transform({duck}, lambda x: x + 1)) AS bigint)", 12)

    def pattern(self):
        """A regular expression that does not match nothing."""
        return quoted(self.draw.choice([p for p in REGEXES if p != "x?"]))

    def make_double(self, depth):
        draw, way = self.draw, self.draw.randrange(10)
        if way <= 3:
            a, b = self.of("double", depth), self.of("double", depth)
            operator = draw.choice(["+", "-", "*"])
            size = a.size + b.size if operator == "*" else max(a.size, b.size) + 1
            return a if size > 12 else self.binary("double", a, operator, b, size=size)
        if way == 4:
            a, b = self.of("double", depth), self.of("double", depth)
            return Value("double", f"({a.lake} / NULLIF({b.lake}, 0e0))",
                         f"({a.duck} / NULLIF({b.duck}, 0e0))", a.size + 6, False)
        if way == 5:
            a = self.of(draw.choice(["int", "decimal"]), depth)
            return Value("double", f"CAST({a.lake} AS double)", f"CAST({a.duck} AS double)",
                         a.size, a.exact)
        a = self.of("double", depth)
        if way == 6:
            return Value("double", f"sqrt(abs({a.lake}))", f"sqrt(abs({a.duck}))", a.size, False)
        if way == 7:
            # NaN and infinity are left to the tests of functions.
            return Value("double", f"ln(1e0 + abs({a.lake}))", f"ln(1e0 + abs({a.duck}))", 2, False)
        if way == 8:
            name = draw.choice(["abs", "floor", "ceil", "-"])
            return self.call("double", name, a, size=a.size)
        angle = draw.choice(["sin", "cos", "atan"])
        return self.call("double", angle, self.leaf("double"), size=1, exact=False)

    def make_decimal(self, depth):
        draw, way = self.draw, self.draw.randrange(6)
        a = self.of("decimal", depth)
        if way <= 2:
            b = self.leaf("decimal")
            operator = draw.choice(["+", "-", "*"])
            scale = a.scale + b.scale if operator == "*" else max(a.scale, b.scale)
            size = a.size + b.size if operator == "*" else max(a.size, b.size) + 1
            # Both add up the digits of factors, and refuse more than 38.
            if size + scale > 14:
                return a
            return self.binary("decimal", a, operator, b, size=size, scale=scale)
        if way == 3:
            return self.call("decimal", draw.choice(["abs", "-"]), a, size=a.size, scale=a.scale)
        if way == 4:
            digits = draw.choice([0, 1, 2])
            return Value("decimal", f"round({a.lake}, {digits})", f"round({a.duck}, {digits})",
                         a.size + 1, scale=a.scale)
        b = self.leaf("int")
        if b.size > 5:
            return a
        return Value("decimal", f"CAST({b.lake} AS decimal(12,2))",
                     f"CAST({b.duck} AS decimal(12,2))", b.size, scale=2)

    # Texts

    def make_text(self, depth):
        draw, way = self.draw, self.draw.randrange(20)
        a = self.of("text", depth)
        if way >= 16:
            return self.more_text(way - 16, a)
        if way == 0:
            return self.binary("text", a, "||", self.of("text", depth))
        if way == 1:
            # DuckDB's concat leaves nulls out, so that it is compared with ||.
            b = self.of("text", depth)
            return Value("text", f"concat({a.lake}, {b.lake})", f"({a.duck} || {b.duck})")
        if way == 2:
            return self.call("text", draw.choice(["upper", "lower"]), a)
        if way == 3:
            return self.call("text", draw.choice(["trim", "ltrim", "rtrim"]), a)
        if way == 4:
            start, count = draw.randint(1, 6), draw.randint(0, 5)
            return Value("text", f"substr({a.lake}, {start}, {count})",
                         f"substr({a.duck}, {start}, {count})")
        if way == 5:
            start = draw.randint(1, 4)
            return Value("text", f"substring({a.lake} FROM {start})",
                         f"substring({a.duck} FROM {start})")
        if way == 6:
            # The empty text is found between all characters here, as in Trino, and never in DuckDB.
            what = quoted(draw.choice(TEXTS[1:]))
            return self.call("text", "replace", a, Value("text", what, what), self.literal("text"))
        if way == 7:
            return self.call("text", "reverse", a)
        if way == 8:
            name, count = draw.choice(["lpad", "rpad"]), draw.randint(0, 9)
            fill = draw.choice(["'*'", "'ab'", "'é'"])
            return Value("text", f"{name}({a.lake}, {count}, {fill})",
                         f"{name}({a.duck}, {count}, {fill})")
        if way == 9:
            name, count = draw.choice(["left", "right"]), draw.randint(0, 5)
            return Value("text", f"{name}({a.lake}, {count})", f"{name}({a.duck}, {count})")
        if way == 10:
            # A piece that is not there is null here, and empty in DuckDB.
            by, place = draw.choice(["'a'", "'-'", "' '"]), draw.randint(1, 3)
            return Value("text", f"split_part({a.lake}, {by}, {place})",
                         f"string_split({a.duck}, {by})[{place}]")
        if way == 11:
            kind = draw.choice(["int", "date", "bool", "decimal"])
            # round() keeps the scale of a decimal here, which its text shows; DuckDB's does not.
            b = self.leaf(kind) if kind == "decimal" else self.of(kind, depth)
            return Value("text", f"CAST({b.lake} AS varchar)", f"CAST({b.duck} AS varchar)")
        if way == 12:
            b = self.of(draw.choice(["date", "timestamp"]), depth)
            return Value("text", f"date_format({b.lake}, '%Y/%m/%d %H:%i:%s')",
                         f"strftime({b.duck}, '%Y/%m/%d %H:%M:%S')")
        if way == 13:
            return Value("text", f"lower(to_hex(md5(to_utf8({a.lake}))))", f"md5({a.duck})")
        if way == 14:
            b = self.of("text", depth)
            return Value("text", f"concat_ws('+', {a.lake}, {b.lake})",
                         f"concat_ws('+', {a.duck}, {b.duck})")
        b = self.leaf("text")
        return Value("text", f"translate({b.lake}, 'abé', 'xy')", f"translate({b.duck}, 'abé', 'xy')")

    def more_text(self, way, a):
        draw = self.draw
        pattern = quoted(draw.choice(REGEXES))
        if way == 0:
            # What does not match is null here, and empty in DuckDB.
            return Value(
                "text", f"regexp_extract({a.lake}, {pattern})",
                f"CASE WHEN regexp_matches({a.duck}, {pattern})"
                f" THEN regexp_extract({a.duck}, {pattern}) END")
        if way == 1:
            pattern = self.pattern()
            return Value("text", f"regexp_replace({a.lake}, {pattern}, '<>')",
                         f"regexp_replace({a.duck}, {pattern}, '<>', 'g')")
        if way == 2:
            return Value("text", f"to_base64(to_utf8({a.lake}))", f"to_base64(encode({a.duck}))")
        return Value(
            "text", f"json_extract_scalar(CAST(ARRAY[{a.lake}, 'z'] AS json), '$[0]')",
            f"json_extract_string(to_json([{a.duck}, 'z']), '$[0]')")

    # Moments

    def make_date(self, depth):
        draw, way = self.draw, self.draw.randrange(6)
        a = self.of("date", depth)
        number = draw.randint(-40, 40)
        if way == 0:
            unit = draw.choice(["day", "week", "month", "year"])
            return Value("date", f"date_add('{unit}', {number}, {a.lake})",
                         f"CAST({a.duck} + to_{unit}s({number}) AS date)")
        if way == 1:
            unit = draw.choice(["week", "month", "quarter", "year"])
            return Value("date", f"date_trunc('{unit}', {a.lake})",
                         f"CAST(date_trunc('{unit}', {a.duck}) AS date)")
        if way == 2:
            return self.call("date", "last_day_of_month", a, duck="last_day")
        if way == 3:
            b = self.of("timestamp", depth)
            return Value("date", f"CAST({b.lake} AS date)", f"CAST({b.duck} AS date)")
        if way == 4:
            # A day and an interval are a timestamp in DuckDB.
            unit = draw.choice(["DAY", "MONTH"])
            return Value("date", f"({a.lake} + INTERVAL '{abs(number)}' {unit})",
                         f"CAST({a.duck} + INTERVAL '{abs(number)}' {unit} AS date)")
        return Value("date", f"add_months({a.lake}, {number})",
                     f"CAST({a.duck} + to_months({number}) AS date)")

    def make_timestamp(self, depth):
        draw, way = self.draw, self.draw.randrange(4)
        a = self.of("timestamp", depth)
        number = draw.randint(-500, 500)
        if way == 0:
            unit = draw.choice(["second", "minute", "hour", "day", "month"])
            return Value("timestamp", f"date_add('{unit}', {number}, {a.lake})",
                         f"({a.duck} + to_{unit}s({number}))")
        if way == 1:
            unit = draw.choice(["minute", "hour", "day", "week", "month", "year"])
            return Value("timestamp", f"date_trunc('{unit}', {a.lake})",
                         f"date_trunc('{unit}', {a.duck})")
        if way == 2:
            b = self.of("date", depth)
            return Value("timestamp", f"CAST({b.lake} AS timestamp)",
                         f"CAST({b.duck} AS timestamp)")
        b = self.leaf("int")
        if b.size > 11:
            return a
        return Value("timestamp", f"from_unixtime({b.lake})", f"make_timestamp(CAST({b.duck} AS bigint) * 1000000)")

    # Conditions

    def make_bool(self, depth):
        draw, way = self.draw, self.draw.randrange(15)
        if way == 14:
            a, pattern = self.of("text", depth), quoted(draw.choice(REGEXES))
            return Value("bool", f"regexp_like({a.lake}, {pattern})",
                         f"regexp_matches({a.duck}, {pattern})")
        if way <= 3:
            return self.comparison(depth)
        if way <= 5:
            members = [self.of("bool", depth) for _ in range(draw.randint(2, 3))]
            word = draw.choice([" AND ", " OR "])
            return Value("bool", "(" + word.join(m.lake for m in members) + ")",
                         "(" + word.join(m.duck for m in members) + ")")
        if way == 6:
            a = self.of("bool", depth)
            return Value("bool", f"(NOT {a.lake})", f"(NOT {a.duck})")
        no = draw.choice(["", "NOT "])
        if way == 7:
            a = self.any(depth)
            return Value("bool", f"({a.lake} IS {no}NULL)", f"({a.duck} IS {no}NULL)")
        if way == 8:
            a = self.of(draw.choice(["int", "text", "date", "decimal"]), depth)
            some = [self.literal(a.kind) for _ in range(draw.randint(1, 6))]
            return Value("bool", f"({a.lake} {no}IN ({', '.join(s.lake for s in some)}))",
                         f"({a.duck} {no}IN ({', '.join(s.duck for s in some)}))")
        if way == 9:
            kind = draw.choice(["int", "text", "date", "decimal", "timestamp"])
            a, b, c = self.of(kind, depth), self.leaf(kind), self.leaf(kind)
            return Value("bool", f"({a.lake} {no}BETWEEN {b.lake} AND {c.lake})",
                         f"({a.duck} {no}BETWEEN {b.duck} AND {c.duck})")
        if way <= 11:
            a = self.of("text", depth)
            tail = draw.choice(["", "", f" ESCAPE '!'"])
            pattern = quoted(draw.choice(PATTERNS + (["%!%%", "a!_b"] if tail else [])))
            return Value("bool", f"({a.lake} {no}LIKE {pattern}{tail})",
                         f"({a.duck} {no}LIKE {pattern}{tail})")
        if way == 12:
            name = draw.choice(["starts_with", "ends_with", "contains"])
            return self.call("bool", name, self.of("text", depth), self.literal("text"))
        a = self.of("bool", depth)
        word = draw.choice(["TRUE", "FALSE"])
        return Value("bool", f"({a.lake} IS {no}{word})", f"({a.duck} IS {no}{word})")

    def comparison(self, depth):
        draw = self.draw
        kind = draw.choice([c.kind for c in self.columns] + ["int", "text"])
        a = self.of(kind, depth)
        # Numbers of different types meet.
        other = kind
        if kind in ("int", "decimal") and draw.random() < 0.2:
            other = draw.choice(["int", "decimal", "double"])
        b = self.of(other, depth)
        if not (a.exact and b.exact):
            a, b = self.leaf("int"), self.leaf("int")
        operator = draw.choice(["=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM",
                                "IS NOT DISTINCT FROM"])
        return self.binary("bool", a, operator, b)
