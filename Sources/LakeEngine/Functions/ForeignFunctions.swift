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
  ]
}
