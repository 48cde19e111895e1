import LakeCore

/// The order of single values of a type, as the bounds of a column have it.
package enum ValueOrder {
  /// Whether `a` is not above `b`.
  package static func isAscending(_ a: Value, _ b: Value, type: DataType) -> Bool {
    switch (a, b) {
    case (.bool(let a), .bool(let b)): !a || b
    case (.int(let a), .int(let b)): a <= b
    case (.int128(let a), .int128(let b)):
      type == .uuid ? UInt128(bitPattern: a) <= UInt128(bitPattern: b) : a <= b
    case (.float(let a), .float(let b)): a <= b
    case (.double(let a), .double(let b)): a <= b
    case (.string(let a), .string(let b)): !b.utf8.lexicographicallyPrecedes(a.utf8)
    case (.bytes(let a), .bytes(let b)): !b.lexicographicallyPrecedes(a)
    default: true
    }
  }
}
