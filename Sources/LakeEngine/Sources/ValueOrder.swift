import LakeCore

/// The order of single values.
enum ValueOrder {
  /// Negative, zero or positive; nil where the values have no order, NaN among them.
  static func compare(_ a: Value, _ b: Value, _ type: DataType) -> Int? {
    switch (a, b) {
    case (.bool(let x), .bool(let y)): return sign(x ? 1 : 0, y ? 1 : 0)
    case (.int(let x), .int(let y)): return sign(x, y)
    case (.int128(let x), .int128(let y)):
      return type == .uuid ? sign(UInt128(bitPattern: x), UInt128(bitPattern: y)) : sign(x, y)
    case (.float(let x), .float(let y)): return x == x && y == y ? sign(x, y) : nil
    case (.double(let x), .double(let y)): return x == x && y == y ? sign(x, y) : nil
    case (.string(let x), .string(let y)): return bytes(Array(x.utf8), Array(y.utf8))
    case (.bytes(let x), .bytes(let y)): return bytes(x, y)
    default: return nil
    }
  }

  private static func sign<T: Comparable>(_ x: T, _ y: T) -> Int { x < y ? -1 : x > y ? 1 : 0 }

  private static func bytes(_ x: [UInt8], _ y: [UInt8]) -> Int {
    x.lexicographicallyPrecedes(y) ? -1 : y.lexicographicallyPrecedes(x) ? 1 : 0
  }
}
