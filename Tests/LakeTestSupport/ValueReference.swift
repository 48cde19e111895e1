import LakeCore

/// SQL on single values, written as plainly as can be: what the kernels are compared with.
package enum ValueReference {
  package struct NoOrder: Error {}

  /// Nil is null. Throws where lists or rows cannot be ordered because of a null inside.
  package static func compare(
    _ comparison: Comparison, _ a: Value, _ b: Value, _ type: DataType
  ) throws -> Bool? {
    switch comparison {
    case .distinct: return !isSame(a, b, type)
    case .notDistinct: return isSame(a, b, type)
    case .equal: return equal(a, b, type)
    case .notEqual: return equal(a, b, type).map { !$0 }
    default: break
    }
    if a.isNull || b.isNull { return nil }
    if case .double(let x) = a, case .double(let y) = b, x.isNaN || y.isNaN { return false }
    if case .float(let x) = a, case .float(let y) = b, x.isNaN || y.isNaN { return false }
    let order = try order(a, b, type)
    switch comparison {
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    default: return order >= 0
    }
  }

  static func equal(_ a: Value, _ b: Value, _ type: DataType) -> Bool? {
    switch (a, b) {
    case (.null, _), (_, .null): return nil
    case (.row(let x), .row(let y)):
      return all(zip(zip(x, y), type.rowFields).map { equal($0.0, $0.1, $1.type) })
    case (.list(let x), .list(let y)):
      if x.count != y.count { return false }
      guard case .map(_, let value) = type else {
        return all(zip(x, y).map { equal($0, $1, type.listElement) })
      }
      return all(
        x.map { entry in other(of: entry, in: y).map { equal($0.0, $0.1, value) } ?? false })
    default: return a == b
    }
  }

  static func isSame(_ a: Value, _ b: Value, _ type: DataType) -> Bool {
    switch (a, b) {
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    case (.double(let x), .double(let y)): return x == y || (x.isNaN && y.isNaN)
    case (.float(let x), .float(let y)): return x == y || (x.isNaN && y.isNaN)
    case (.row(let x), .row(let y)):
      return zip(zip(x, y), type.rowFields).allSatisfy { isSame($0.0, $0.1, $1.type) }
    case (.list(let x), .list(let y)):
      if x.count != y.count { return false }
      guard case .map(_, let value) = type else {
        return zip(x, y).allSatisfy { isSame($0, $1, type.listElement) }
      }
      return x.allSatisfy { entry in
        other(of: entry, in: y).map { isSame($0.0, $0.1, value) } ?? false
      }
    default: return a == b
    }
  }

  /// The value of an entry and the one of the same key in another map.
  private static func other(of entry: Value, in map: [Value]) -> (Value, Value)? {
    guard case .row(let mine) = entry else { return nil }
    for candidate in map {
      if case .row(let theirs) = candidate, theirs[0] == mine[0] { return (mine[1], theirs[1]) }
    }
    return nil
  }

  private static func all(_ answers: [Bool?]) -> Bool? {
    if answers.contains(false) { return false }
    return answers.contains(nil) ? nil : true
  }

  static func order(_ a: Value, _ b: Value, _ type: DataType) throws -> Int {
    switch (a, b) {
    case (.null, _), (_, .null): throw NoOrder()
    case (.bool(let x), .bool(let y)): return (x ? 1 : 0) - (y ? 1 : 0)
    case (.int(let x), .int(let y)): return sign(x, y)
    case (.int128(let x), .int128(let y)):
      return type == .uuid ? sign(UInt128(bitPattern: x), UInt128(bitPattern: y)) : sign(x, y)
    case (.float(let x), .float(let y)):
      return x.isNaN || y.isNaN ? (x.isNaN ? 1 : 0) - (y.isNaN ? 1 : 0) : sign(x, y)
    case (.double(let x), .double(let y)):
      return x.isNaN || y.isNaN ? (x.isNaN ? 1 : 0) - (y.isNaN ? 1 : 0) : sign(x, y)
    case (.string(let x), .string(let y)): return order(Array(x.utf8), Array(y.utf8))
    case (.bytes(let x), .bytes(let y)): return order(x, y)
    case (.list(let x), .list(let y)):
      for (p, q) in zip(x, y) {
        let order = try order(p, q, type.listElement)
        if order != 0 { return order }
      }
      return x.count - y.count
    case (.row(let x), .row(let y)):
      for (field, (p, q)) in zip(type.rowFields, zip(x, y)) {
        let order = try order(p, q, field.type)
        if order != 0 { return order }
      }
      return 0
    default: throw NoOrder()
    }
  }

  private static func sign<T: Comparable>(_ x: T, _ y: T) -> Int { x < y ? -1 : x > y ? 1 : 0 }

  private static func order(_ x: [UInt8], _ y: [UInt8]) -> Int {
    x.lexicographicallyPrecedes(y) ? -1 : y.lexicographicallyPrecedes(x) ? 1 : 0
  }
}
