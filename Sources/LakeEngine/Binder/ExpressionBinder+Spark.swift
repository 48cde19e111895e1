import LakeCore
import LakeSQL

/// Calls as Spark, Hive and other engines write them, as what they are here.
extension ExpressionBinder {
  /// Units of time that stand bare in other dialects: `datediff(day, a, b)`.
  private static let units: Set<String> = [
    "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year",
  ]

  /// The call in the words of this engine; nil where it is as it should be.
  func rewritten(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> Expression? {
    let arguments = call.arguments
    switch name {
    case "isnull" where arguments.count == 1:
      return Expression(.isNull(arguments[0], isNegated: false), origin: origin)
    case "isnotnull" where arguments.count == 1:
      return Expression(.isNull(arguments[0], isNegated: true), origin: origin)
    case "iff": return call.renamed("if", origin)
    case "from_json" where arguments.count == 2:
      return try fromJSON(arguments[0], schema: arguments[1], origin)
    case "date_format" where arguments.count == 2 && arguments[1].isJavaPattern:
      return call.renamed("format_datetime", origin)
    case "from_unixtime" where arguments.count == 2 && arguments[1].isJavaPattern:
      var moment = call
      moment.arguments.removeLast()
      let text = Expression(.call(moment), origin: origin)
      return expression("format_datetime", [text, arguments[1]], origin)
    case "trunc" where arguments.count == 2 && arguments[1].truncatedUnit != nil:
      let unit = arguments[1].truncatedUnit ?? ""
      let text = Expression(.literal(.string(unit)), origin: arguments[1].origin)
      return expression("date_trunc", [text, arguments[0]], origin)
    case "datediff", "timestampdiff": return withUnit("date_diff", call, origin)
    case "dateadd", "timestampadd": return withUnit("date_add", call, origin)
    case "date_diff", "date_add":
      return arguments.first?.bareUnit == nil ? nil : withUnit(name, call, origin)
    default: return nil
    }
  }

  private func expression(
    _ function: String, _ arguments: [Expression], _ origin: Origin
  ) -> Expression {
    let name = QualifiedName([Identifier(function, origin: origin)], origin: origin)
    return Expression(
      .call(LakeSQL.FunctionCall(name, arguments, origin: origin)), origin: origin)
  }

  /// A call with a unit of time in front, bare or as a text.
  private func withUnit(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) -> Expression? {
    guard call.arguments.count == 3 else { return nil }
    var changed = call
    if let unit = call.arguments[0].bareUnit {
      guard ExpressionBinder.units.contains(unit) else { return nil }
      changed.arguments[0].kind = .literal(.string(unit))
    }
    return changed.renamed(name, origin)
  }

  /// `from_json(text, 'a INT, b STRING')` is the text as a value of that type, or null.
  private func fromJSON(
    _ text: Expression, schema: Expression, _ origin: Origin
  ) throws -> Expression {
    guard case .literal(.string(let words)) = schema.kind else {
      throw binder.error(
        "the schema of from_json is a text in single quotes", schema.origin,
        hint: "Write from_json(x, 'a INT, b ARRAY<STRING>').")
    }
    guard let type = (try? DataType(parsing: words)) ?? (try? DataType(parsing: "row(\(words))"))
    else {
      throw binder.error(
        "'\(words)' is no type", schema.origin,
        hint: "Write columns with their types, 'a INT, b ARRAY<STRING>', or a type.")
    }
    let parsed = expression("json_parse", [text], origin)
    let typed = Expression(
      .cast(parsed, TypeName(type, origin: schema.origin), isTry: false), origin: origin)
    return Expression(.attempt(typed), origin: origin)
  }

  /// `named_struct('a', 1, 'b', x)`: a row whose members have names.
  func namedRow(_ call: LakeSQL.FunctionCall, _ origin: Origin) throws -> BoundExpression {
    var names: [String] = []
    var values: [BoundExpression] = []
    for (index, argument) in call.arguments.enumerated() {
      guard index.isMultiple(of: 2) else {
        values.append(try bind(argument))
        continue
      }
      guard case .literal(.string(let name)) = argument.kind else {
        throw binder.error("the name of a member is a text in single quotes", argument.origin)
      }
      names.append(name)
    }
    guard !values.isEmpty, names.count == values.count else {
      throw binder.error("named_struct takes pairs of a name and a value", origin)
    }
    let row = try self.call("row", values, origin)
    let type = DataType.row(zip(names, values).map { Field($0, $1.type) })
    return BoundExpression(.cast(row, .strict), type, place: row.place)
  }

  /// Arguments whose texts are read as the dates and moments that they look like; nil where none
  /// does. Asked only where a function takes no text at that place.
  func dated(_ arguments: [BoundExpression]) -> [BoundExpression]? {
    var isChanged = false
    let changed = arguments.map { argument -> BoundExpression in
      guard argument.type == .varchar, case .literal(.string(let text)) = argument.node else {
        return argument
      }
      for type in [DataType.date, .timestamp] {
        guard let value = Value.parsed(text, as: type) else { continue }
        isChanged = true
        return .literal(value, type)
      }
      return argument
    }
    return isChanged ? changed : nil
  }
}

extension Expression {
  /// A name alone, in lower case.
  fileprivate var bareUnit: String? {
    guard case .name(let name) = kind, name.parts.count == 1, !name.parts[0].isQuoted else {
      return nil
    }
    return name.parts[0].text.lowercased()
  }

  /// Whether it is a pattern with letters, as Java has them, and not with signs of per cent.
  fileprivate var isJavaPattern: Bool {
    guard case .literal(.string(let text)) = kind else { return false }
    let letters = text.filter(\.isLetter)
    return !text.contains("%") && !letters.isEmpty
      && letters.allSatisfy { "yYuMLdDHhkKmsSaEeQqwWGzZXxVOT".contains($0) }
  }

  /// The unit of `trunc(date, 'MM')`.
  fileprivate var truncatedUnit: String? {
    guard case .literal(.string(let text)) = kind else { return nil }
    switch text.lowercased() {
    case "year", "yyyy", "yy": return "year"
    case "quarter", "q": return "quarter"
    case "month", "mm", "mon": return "month"
    case "week": return "week"
    case "day", "dd": return "day"
    default: return nil
    }
  }
}

extension LakeSQL.FunctionCall {
  fileprivate func renamed(_ name: String, _ origin: Origin) -> Expression {
    var call = self
    call.name.parts = [Identifier(name, origin: self.name.origin)]
    return Expression(.call(call), origin: origin)
  }
}
