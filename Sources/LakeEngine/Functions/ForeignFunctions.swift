/// Functions of other systems that have no namesake here, and what to write instead.
enum ForeignFunctions {
  static func hint(for name: String) -> String? {
    instead[name.lowercased()].map { "Write \($0)." }
  }

  private static let instead: [String: String] = [
    "dateadd": "date_add('day', n, x)",
    "datepart": "year(x), month(x), day(x) or hour(x)",
    "getdate": "now()",
    "sysdate": "now()",
    "epoch_ms": "from_unixtime_ms(x)",
    "isnotnull": "x IS NOT NULL",
    "strftime": "date_format(x, '%Y-%m-%d')",
    "to_char": "date_format(x, '%Y-%m-%d'), or CAST(x AS varchar)",
    "strptime": "date_parse(x, '%Y-%m-%d')",
    "str_to_date": "date_parse(x, '%Y-%m-%d')",
    "to_number": "CAST(x AS double)",
    "safe_cast": "TRY_CAST(x AS bigint)",
    "convert": "CAST(x AS bigint)",
    "int": "CAST(x AS integer)",
    "integer": "CAST(x AS integer)",
    "bigint": "CAST(x AS bigint)",
    "double": "CAST(x AS double)",
    "float": "CAST(x AS real)",
    "string": "CAST(x AS varchar)",
    "boolean": "CAST(x AS boolean)",
    "timestamp": "CAST(x AS timestamp)",
    "decode": "CASE x WHEN 1 THEN 'a' ELSE 'b' END",
    "explode":
      "FROM t CROSS JOIN UNNEST(x) AS u (element), or LATERAL VIEW explode(x) u AS element",
    "explode_outer": "FROM t LEFT JOIN UNNEST(x) AS u (element) ON true",
    "posexplode": "FROM t CROSS JOIN UNNEST(x) WITH ORDINALITY AS u (element, position)",
    "unnest": "FROM t CROSS JOIN UNNEST(x) AS u (element)",
    "input_file_name": "\"$path\", a hidden column of every table of files",
    "first": "min_by(x, time), or first_value(x) OVER (ORDER BY time)",
    "last": "max_by(x, time), or last_value(x) OVER (ORDER BY time)",
    "columns": "* EXCLUDE (a), * REPLACE (b AS a), or the columns by name",
    "monotonically_increasing_id": "row_number() OVER (), or \"$row\"",
  ]
}
