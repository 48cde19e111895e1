"""Sample rows of every type, and values as one text that all programs must agree on.

Types are spelled as `lake` spells them, as tuples where they have parts: ("decimal", 9, 2),
("array", T), ("map", K, V), ("row", {name: T}). A row of the sample is a dictionary of Python
values; a file of rows in text is one JSON array of texts for each row.
"""

import datetime
import decimal
import json
import math
import struct
import uuid

COLUMNS = {
    "flag": "boolean", "tiny": "tinyint", "small": "smallint", "int": "integer", "long": "bigint",
    "real": "real", "double": "double", "price": ("decimal", 9, 2), "amount": ("decimal", 18, 4),
    "wide": ("decimal", 38, 10), "name": "varchar", "long_name": "varchar", "bytes": "varbinary",
    "day": "date", "moment": "timestamp", "clock": "localTimestamp",
    "numbers": ("array", "bigint"), "words": ("array", ("array", "varchar")),
    "tags": ("map", "varchar", "bigint"),
    "person": ("row", {"name": "varchar", "age": "integer", "scores": ("array", "double")}),
    "people": ("array", ("row", {"id": "bigint", "mail": "varchar"})),
    "lists_in_map": ("map", "varchar", ("array", "integer")),
    "nothing": "varchar", "always": "bigint", "same": "varchar",
}

# What Spark has no type for.
MORE_COLUMNS = {"time": "time", "id": "uuid"}

ROW_COUNT = 3000
UTC = datetime.timezone.utc
START = datetime.datetime(1969, 12, 31, 23, 59, 58)


def sample(with_more=True):
    names = [*COLUMNS, *(MORE_COLUMNS if with_more else ())]
    return [{name: value(name, i) for name in names} for i in range(ROW_COUNT)]


def types(with_more=True):
    return {**COLUMNS, **(MORE_COLUMNS if with_more else {})}


DOUBLES = [0.0, -0.0, 1.5, -1e300, 5e-324, math.inf, -math.inf, math.nan, 1 / 3]


def value(name, i):
    if name == "nothing":
        return None
    if name == "always":
        return i
    if name == "same":
        return "the same for all"
    # Every column has nulls in places of its own, and a stretch of them.
    if (i * 31 + len(name) * 7) % 11 == 0 or 1000 <= i < 1100:
        return None
    hidden = lambda j, x: None if (i + j) % 5 == 2 else x
    make = {
        "flag": lambda: i % 3 == 0,
        "tiny": lambda: i % 256 - 128,
        "small": lambda: i * 21 % 65536 - 32768,
        "int": lambda: i * 1000003 % (1 << 32) - (1 << 31),
        "long": lambda: i * 6148914691236517 % (1 << 64) - (1 << 63),
        "real": lambda: struct.unpack("<f", struct.pack("<f", i / 7 - 100))[0],
        "double": lambda: DOUBLES[i % 9] if i % 2 else i / 7,
        "price": lambda: decimal.Decimal(i * 3331 - 5000000).scaleb(-2),
        "amount": lambda: decimal.Decimal(i * 333333333331 - 10**15).scaleb(-4),
        "wide": lambda: decimal.Decimal((i - 1500) * 10**33 + i).scaleb(-10),
        "name": lambda: ["", "Ada", "Grace", "naïve", "日本", "x\ty\"z\\", "\U0001f600"][i % 7],
        "long_name": lambda: "a longer name with é and a number %d" % (i * 7919 % 100003),
        "bytes": lambda: bytes([i % 256, 0, 255 - i % 256]) * (i % 4),
        "day": lambda: datetime.date(1, 1, 1) + datetime.timedelta(days=i * 1200),
        "moment": lambda: (START + datetime.timedelta(microseconds=i * 1234567)).replace(tzinfo=UTC),
        "clock": lambda: START + datetime.timedelta(days=i, microseconds=i * 999),
        "numbers": lambda: [hidden(j, j * i) for j in range(i % 5)],
        "words": lambda: [hidden(j, ["w%d" % k for k in range(j)]) for j in range(i % 4)],
        "tags": lambda: {"k%d" % j: hidden(j, j + i) for j in range(i % 4)},
        "person": lambda: {
            "name": hidden(1, "n%d" % i), "age": hidden(2, i % 100),
            "scores": hidden(3, [i / 2, None, -0.5][: i % 4])},
        "people": lambda: [
            hidden(j, {"id": j, "mail": hidden(j + 1, "m%d" % j)}) for j in range(i % 3)],
        "lists_in_map": lambda: {"k%d" % j: hidden(j, list(range(j))) for j in range(i % 3)},
        "time": lambda: datetime.time(i % 24, i % 60, i % 59, i * 331),
        "id": lambda: uuid.UUID(int=i * 0x0123456789ABCDEF0123456789AB),
    }
    return make[name]()


def text(kind, x):
    """A value as text; equal values, and only those, have equal texts."""
    if x is None:
        return "null"
    if isinstance(kind, tuple):
        if kind[0] == "decimal":
            with decimal.localcontext() as context:
                context.prec = 80
                return str(int(decimal.Decimal(x).scaleb(kind[2])))
        if kind[0] == "array":
            return "[" + ",".join(text(kind[1], y) for y in x) + "]"
        if kind[0] == "map":
            pairs = x.items() if isinstance(x, dict) else map(pair, x)
            return "{" + ",".join(
                sorted(text(kind[1], k) + ":" + text(kind[2], v) for k, v in pairs)) + "}"
        members = x.asDict() if hasattr(x, "asDict") else x
        return "(" + ",".join(text(t, members[name]) for name, t in kind[1].items()) + ")"
    return SCALARS[kind](x)


def pair(entry):
    """An entry of a map that a program shows as a list of rows or of pairs."""
    return (entry["key"], entry["value"]) if isinstance(entry, dict) else tuple(entry)


def float_text(x):
    return "nan" if math.isnan(x) else float(x).hex()


def moment_text(x):
    if isinstance(x, datetime.datetime):
        x = x.astimezone(UTC).replace(tzinfo=None) if x.tzinfo else x
        return str((x - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1))
    raise TypeError(type(x))


SCALARS = {
    "boolean": lambda x: "true" if x else "false",
    **{kind: lambda x: str(int(x)) for kind in ("tinyint", "smallint", "integer", "bigint")},
    "real": float_text, "double": float_text,
    "varchar": lambda x: json.dumps(x),
    "varbinary": lambda x: "x" + bytes(x).hex(),
    "date": lambda x: x.isoformat(),
    "time": lambda x: x.isoformat("microseconds"),
    "timestamp": moment_text, "localTimestamp": moment_text,
    "uuid": lambda x: str(x if isinstance(x, uuid.UUID)
                          else uuid.UUID(bytes=x) if isinstance(x, bytes) else uuid.UUID(x)),
}


def row_texts(kinds, row):
    return [text(kind, row[name]) for name, kind in kinds.items()]


def require_equal(title, kinds, expected, found):
    """Says the first difference; how many rows there are is a difference too."""
    if len(expected) != len(found):
        return f"{title}: {len(found)} rows instead of {len(expected)}"
    for number, (right, row) in enumerate(zip(expected, found)):
        for name, a, b in zip(kinds, right, row):
            if a != b:
                return f"{title}: row {number}, column {name}: {b} instead of {a}"
    return None
