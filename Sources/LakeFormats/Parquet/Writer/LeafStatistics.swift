import LakeCore

/// The least and greatest value of some values of a leaf: bounds that hold for all of them, and are
/// values themselves unless text had to be cut.
struct LeafStatistics: Sendable {
  var minimum: Value?
  var maximum: Value?
  var isMinimumExact = true
  var isMaximumExact = true

  /// Longer text is cut: it would be carried in every footer.
  static let textBytesMax = 64

  /// Nothing is said of no values, nor of numbers among which there is a NaN.
  init(_ values: LeafValues, count: Int, type: DataType) {
    guard count > 0 else { return }
    switch (values, type) {
    case (.words(let words), .real): takeFloats(words, count)
    case (.words(let words), .double): takeDoubles(words, count)
    case (.words(let words), _): takeIntegers(words, count)
    case (.wide(let wide), .uuid): takeUnsigned(wide, count)
    case (.wide(let wide), _): takeSigned(wide, count)
    case (.text(let views), _): takeText(views, count, isText: type != .varbinary)
    case (.booleans(let bytes), _): takeBooleans(bytes, count)
    }
  }

  private mutating func takeIntegers(_ words: UnsafePointer<UInt64>, _ count: Int) {
    var (low, high) = (Int64.max, Int64.min)
    for index in 0..<count {
      let value = Int64(bitPattern: words[index])
      low = min(low, value)
      high = max(high, value)
    }
    (minimum, maximum) = (.int(low), .int(high))
  }

  private mutating func takeDoubles(_ words: UnsafePointer<UInt64>, _ count: Int) {
    var (low, high) = (Double.infinity, -Double.infinity)
    var hasNaN = false
    for index in 0..<count {
      let value = Double(bitPattern: words[index])
      hasNaN = hasNaN || value.isNaN
      low = value < low ? value : low
      high = value > high ? value : high
    }
    // −0 and 0 are one number: whichever came first must not show.
    if !hasNaN { (minimum, maximum) = (.double(low + 0), .double(high + 0)) }
  }

  private mutating func takeFloats(_ words: UnsafePointer<UInt64>, _ count: Int) {
    var (low, high) = (Float.infinity, -Float.infinity)
    var hasNaN = false
    for index in 0..<count {
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: words[index]))
      hasNaN = hasNaN || value.isNaN
      low = value < low ? value : low
      high = value > high ? value : high
    }
    if !hasNaN { (minimum, maximum) = (.float(low + 0), .float(high + 0)) }
  }

  private mutating func takeSigned(_ values: UnsafePointer<UInt128>, _ count: Int) {
    var (low, high) = (Int128.max, Int128.min)
    for index in 0..<count {
      low = min(low, Int128(bitPattern: values[index]))
      high = max(high, Int128(bitPattern: values[index]))
    }
    (minimum, maximum) = (.int128(low), .int128(high))
  }

  private mutating func takeUnsigned(_ values: UnsafePointer<UInt128>, _ count: Int) {
    var (low, high) = (UInt128.max, UInt128.min)
    for index in 0..<count {
      low = min(low, values[index])
      high = max(high, values[index])
    }
    (minimum, maximum) = (.int128(Int128(bitPattern: low)), .int128(Int128(bitPattern: high)))
  }

  private mutating func takeBooleans(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    var (low, high) = (UInt8(1), UInt8(0))
    for index in 0..<count {
      low = min(low, bytes[index])
      high = max(high, bytes[index])
    }
    (minimum, maximum) = (.bool(low != 0), .bool(high != 0))
  }

  private mutating func takeText(
    _ views: UnsafePointer<StringView>, _ count: Int, isText: Bool
  ) {
    var (low, high) = (views[0], views[0])
    for index in 1..<max(count, 1) {
      let view = views[index]
      if view < low {
        low = view
      } else if high < view {
        high = view
      }
    }
    let lowBytes = low.withBytes { Array($0.prefix(Self.textBytesMax + 1)) }
    let highBytes = high.withBytes { Array($0.prefix(Self.textBytesMax + 1)) }
    isMinimumExact = lowBytes.count <= Self.textBytesMax
    isMaximumExact = highBytes.count <= Self.textBytesMax
    let bound = isMinimumExact ? lowBytes : TextBound.lower(lowBytes, isText: isText)
    minimum = TextBound.value(bound, isText: isText)
    if isMaximumExact {
      maximum = TextBound.value(highBytes, isText: isText)
    } else {
      maximum = TextBound.upper(highBytes, isText: isText).flatMap {
        TextBound.value($0, isText: isText)
      }
    }
  }

  /// The bounds of these values and of others together.
  func merged(with other: LeafStatistics, type: DataType) -> LeafStatistics {
    var both = LeafStatistics()
    if let a = minimum, let b = other.minimum {
      let isFirst = ValueOrder.isAscending(a, b, type: type)
      both.minimum = isFirst ? a : b
      both.isMinimumExact = isFirst ? isMinimumExact : other.isMinimumExact
    }
    if let a = maximum, let b = other.maximum {
      let isFirst = ValueOrder.isAscending(b, a, type: type)
      both.maximum = isFirst ? a : b
      both.isMaximumExact = isFirst ? isMaximumExact : other.isMaximumExact
    }
    return both
  }

  private init() {}
}
