import LakeCore

/// The first two arguments of a function: JSON texts, and paths into them.
final class JSONReader {
  private let texts: Input<StringView>
  private let paths: Input<StringView>
  private var last: (view: StringView, path: JSONPath?)?

  init(_ call: FunctionCall) throws {
    texts = try call.strings(0)
    paths = try call.strings(1)
  }

  /// Nil where the text of the row is no path.
  func path(_ row: Int) -> JSONPath? {
    let view = paths[row]
    if let last, paths.isConstant || last.view == view { return last.path }
    let path = JSONPath(view)
    last = (view, path)
    return path
  }

  /// False where the text is no JSON, or the path is none.
  @discardableResult
  func forEachMatch(_ row: Int, _ body: (JSONCursor, Range<Int>) -> Bool) -> Bool {
    guard let path = path(row) else { return false }
    return texts[row].withBytes { raw in
      let scan = JSONCursor(raw)
      return path.forEachMatch(scan) { body(scan, $0) }
    }
  }

  /// Whether the first match of a row is JSON's null.
  func isNull(_ row: Int) -> Bool {
    var answer = false
    forEachMatch(row) { scan, range in
      answer = scan.byte(range.lowerBound) == UInt8(ascii: "n")
      return false
    }
    return answer
  }

  func error(_ call: FunctionCall) -> @Sendable (Int) -> LakeError {
    call.failure("the path is none", hint: JSONPath.hint)
  }
}

extension CheckedVector {
  /// The same, with rows failing whose path is none.
  func refusing(_ reader: JSONReader, _ call: FunctionCall) throws -> CheckedVector {
    let refused = try call.checked(UInt8.self, error: reader.error(call)) { row in
      reader.path(row) == nil ? nil : 1
    }
    return CheckedVector(vector, failures: refused.failures)
  }
}

extension JSONCursor {
  /// The text of a scalar: of a string what it stands for. Nil for arrays, objects and what is
  /// none.
  func scalarText(_ range: Range<Int>) -> [UInt8]? {
    switch byte(range.lowerBound) {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
    case UInt8(ascii: "\""): return decoded(range)
    default: return JSONCompaction.bytes(self, range)
    }
  }
}

extension JSONValue {
  /// The members of all objects ordered by their names, each name once: the last counts. As deep as
  /// the value, which its parser caps.
  var sortedByName: JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map(\.sortedByName))
    case .object(let members):
      var last: [String: JSONValue] = [:]
      for member in members { last[member.name] = member.value.sortedByName }
      let names = last.keys.sorted {
        Array($0.unicodeScalars).lexicographicallyPrecedes($1.unicodeScalars)
      }
      return .object(names.compactMap { name in last[name].map { Member(name, $0) } })
    default: return self
    }
  }
}
