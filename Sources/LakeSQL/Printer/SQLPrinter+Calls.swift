/// Calls of functions and windows.
extension SQLPrinter {
  mutating func write(_ call: FunctionCall) {
    printName(of: call)
    if !call.isBare { printArguments(of: call) }
    if let filter = call.filter {
      write(" FILTER (WHERE ")
      write(filter)
      write(")")
    }
    if let treatment = call.nullTreatment { write(" " + treatment.rawValue) }
    switch call.over {
    case .none: break
    case .named(let name)?:
      write(" OVER ")
      write(name)
    case .specification(let window)?:
      write(" OVER ")
      write(window)
    }
  }

  private mutating func printArguments(of call: FunctionCall) {
    write("(")
    if call.isStar { write("*") }
    if call.isDistinct { write("DISTINCT ") }
    list(call.arguments) { $0.write($1) }
    if !call.orderBy.isEmpty {
      write(" ")
      printOrderBy(call.orderBy)
    }
    write(")")
  }

  /// A function whose name begins a construct of its own stands in quotes, unless its arguments are
  /// plain and the construct reads them alike.
  private mutating func printName(of call: FunctionCall) {
    guard call.name.parts.count == 1, let name = call.name.parts.first, !name.isQuoted,
      let keyword = Keyword(name.text.utf8)
    else {
      write(call.name)
      return
    }
    let isPlain =
      !call.arguments.isEmpty && !call.isStar && !call.isDistinct && call.orderBy.isEmpty
      && call.filter == nil && call.nullTreatment == nil && call.over == nil
    switch keyword {
    case .left, .right, .replace, .if: write(name.text)
    case .currentDate, .currentTime, .currentTimestamp, .localTime, .localTimestamp:
      write(name.text)
    case .trim, .substring, .position:
      write(isPlain ? name.text : SQLPrinter.quoted(name.text, "\""))
    case .row, .try, .extract, .tryCast: write(SQLPrinter.quoted(name.text, "\""))
    default: write(name)
    }
  }

  mutating func write(_ window: WindowSpecification) {
    write("(")
    var isFirst = true
    func separate(_ printer: inout SQLPrinter) {
      if !isFirst { printer.write(" ") }
      isFirst = false
    }
    if let base = window.base {
      separate(&self)
      write(base)
    }
    if !window.partitionBy.isEmpty {
      separate(&self)
      write("PARTITION BY ")
      list(window.partitionBy) { $0.write($1) }
    }
    if !window.orderBy.isEmpty {
      separate(&self)
      printOrderBy(window.orderBy)
    }
    if let frame = window.frame {
      separate(&self)
      write(frame)
    }
    write(")")
  }

  private mutating func write(_ frame: WindowFrame) {
    write("\(frame.unit.rawValue) BETWEEN ")
    write(frame.start)
    write(" AND ")
    write(frame.end)
  }

  private mutating func write(_ bound: WindowFrame.Bound) {
    switch bound {
    case .unboundedPreceding: write("UNBOUNDED PRECEDING")
    case .unboundedFollowing: write("UNBOUNDED FOLLOWING")
    case .currentRow: write("CURRENT ROW")
    case .preceding(let distance):
      printValue(distance)
      write(" PRECEDING")
    case .following(let distance):
      printValue(distance)
      write(" FOLLOWING")
    }
  }

  mutating func printOrderBy(_ items: [SortItem]) {
    write("ORDER BY ")
    list(items) { $0.write($1) }
  }

  mutating func write(_ item: SortItem) {
    if item.isAllColumns { write("ALL") } else { write(item.expression) }
    if item.isDescending { write(" DESC") }
    if let nulls = item.nulls { write(" " + nulls.rawValue) }
  }
}
