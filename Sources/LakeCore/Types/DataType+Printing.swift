extension DataType {
  /// Whose words a type is spelled in.
  public enum Dialect: Sendable, Hashable, CaseIterable {
    /// `row(a bigint, "b c" array(varchar))`: SQL's words.
    case trino
    /// ``struct<a:bigint,`b-c`:array<string>>``: the catalog's words. Types that Hive does not have
    /// keep the names that Spark or Trino give them.
    case hive
  }

  /// The type in words that `init(parsing:)` reads back as the same type.
  public func spelled(_ dialect: Dialect) -> String {
    var text = ""
    spell(dialect, into: &text)
    return text
  }

  private func spell(_ dialect: Dialect, into text: inout String) {
    let (open, close) = dialect == .trino ? ("(", ")") : ("<", ">")
    switch self {
    case .array(let element):
      text += "array" + open
      element.spell(dialect, into: &text)
      text += close
    case .map(let key, let value):
      text += "map" + open
      key.spell(dialect, into: &text)
      text += dialect == .trino ? ", " : ","
      value.spell(dialect, into: &text)
      text += close
    case .row(let fields):
      text += (dialect == .trino ? "row" : "struct") + open
      for (index, field) in fields.enumerated() {
        if index > 0 { text += dialect == .trino ? ", " : "," }
        text += DataType.quotedIfNeeded(field.name, dialect)
        text += dialect == .trino ? " " : ":"
        field.type.spell(dialect, into: &text)
        if !field.isNullable { text += " not null" }
      }
      text += close
    default:
      text += scalarName(dialect)
    }
  }

  private func scalarName(_ dialect: Dialect) -> String {
    let isTrino = dialect == .trino
    return switch self {
    case .unseen: isTrino ? "unknown" : "void"
    case .boolean: "boolean"
    case .tinyint: "tinyint"
    case .smallint: "smallint"
    case .integer: isTrino ? "integer" : "int"
    case .bigint: "bigint"
    case .real: isTrino ? "real" : "float"
    case .double: "double"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .varchar: isTrino ? "varchar" : "string"
    case .varbinary: isTrino ? "varbinary" : "binary"
    case .date: "date"
    case .time: "time"
    case .timestamp: "timestamp"
    case .localTimestamp: isTrino ? "timestamp without time zone" : "timestamp_ntz"
    case .intervalYearToMonth: isTrino ? "interval year to month" : "interval_year_month"
    case .intervalDayToSecond: isTrino ? "interval day to second" : "interval_day_time"
    case .json: "json"
    case .uuid: "uuid"
    // Told by `spell`.
    case .array, .map, .row: ""
    }
  }

  /// A member's name, in the dialect's quotes unless it is a plain word.
  private static func quotedIfNeeded(_ name: String, _ dialect: Dialect) -> String {
    let isPlain = name.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        dialect == .hive || index > 0
      case UInt8(ascii: "."), UInt8(ascii: "$"):
        dialect == .hive
      default:
        false
      }
    }
    if isPlain && !name.isEmpty { return name }
    let quote: Character = dialect == .trino ? "\"" : "`"
    var text = String(quote)
    for scalar in name.unicodeScalars {
      if Character(scalar) == quote { text.append(quote) }
      text.unicodeScalars.append(scalar)
    }
    text.append(quote)
    return text
  }
}

extension DataType: CustomStringConvertible {
  /// The type in Trino's words.
  public var description: String { spelled(.trino) }
}
