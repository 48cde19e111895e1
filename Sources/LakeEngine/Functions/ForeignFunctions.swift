/// Functions of other systems that have no namesake here, and what to write instead.
enum ForeignFunctions {
  static func hint(for name: String) -> String? {
    instead[name.lowercased()].map { "Write \($0)." }
  }

  private static let instead: [String: String] = [
    "charindex": "strpos(text, part)",
    "dateadd": "date_add('day', n, x)",
    "datepart": "year(x), month(x), day(x) or hour(x)",
    "getdate": "now()",
    "sysdate": "now()",
    "epoch_ms": "from_unixtime_ms(x)",
    "isnull": "x IS NULL, or coalesce(x, y)",
    "isnotnull": "x IS NOT NULL",
    "group_concat": "array_join(array_agg(x), ',')",
    "listagg": "array_join(array_agg(x), ',')",
    "string_agg": "array_join(array_agg(x), ',')",
    "collect_list": "array_agg(x)",
    "collect_set": "array_agg(DISTINCT x)",
    "strftime": "date_format(x, '%Y-%m-%d')",
    "to_char": "date_format(x, '%Y-%m-%d'), or CAST(x AS varchar)",
    "strptime": "date_parse(x, '%Y-%m-%d')",
    "str_to_date": "date_parse(x, '%Y-%m-%d')",
    "to_number": "CAST(x AS double)",
  ]
}
