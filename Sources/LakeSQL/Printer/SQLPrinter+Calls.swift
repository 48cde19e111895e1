/// Calls of functions and windows.
extension SQLPrinter {
  mutating func print(_ call: FunctionCall) {
    printName(of: call)
    if !call.isBare { printArguments(of: call) }
    if let filter = call.filter {
      write(" FILTER (WHERE ")
      print(filter)
      write(")")
    }
    if let treatment = call.nullTreatment { write(" " + treatment.rawValue) }
    switch call.over {
    case .none: break
    case .named(let name)?:
      write(" OVER ")
      print(name)
    case .specification(let window)?:
      write(" OVER ")
      print(window)
    }
  }

  private mutating func printArguments(of call: FunctionCall) {
    write("(")
    if call.isStar { write("*") }
    if call.isDistinct { write("DISTINCT ") }
    list(call.arguments) { $0.print($1) }
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
      print(call.name)
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
    default: print(name)
    }
  }

  mutating func print(_ window: WindowSpecification) {
    write("(")
    var isFirst = true
    func separate(_ printer: inout SQLPrinter) {
      if !isFirst { printer.write(" ") }
      isFirst = false
    }
    if let base = window.base {
      separate(&self)
      print(base)
    }
    if !window.partitionBy.isEmpty {
      separate(&self)
      write("PARTITION BY ")
      list(window.partitionBy) { $0.print($1) }
    }
    if !window.orderBy.isEmpty {
      separate(&self)
      printOrderBy(window.orderBy)
    }
    if let frame = window.frame {
      separate(&self)
      print(frame)
    }
    write(")")
  }

  private mutating func print(_ frame: WindowFrame) {
    write("\(frame.unit.rawValue) BETWEEN ")
    print(frame.start)
    write(" AND ")
    print(frame.end)
  }

  private mutating func print(_ bound: WindowFrame.Bound) {
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
    list(items) { $0.print($1) }
  }

  mutating func print(_ item: SortItem) {
    print(item.expression)
    if item.isDescending { write(" DESC") }
    if let nulls = item.nulls { write(" " + nulls.rawValue) }
  }
}
