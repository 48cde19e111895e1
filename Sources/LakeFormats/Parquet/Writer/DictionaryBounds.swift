import LakeCore

/// The bounds of pages of a chunk that has a dictionary.
///
/// The few least and greatest values of the dictionary are found once. Of a page it is noted which
/// values it has; its least one is most often among those few, and only where it is not, the page's
/// values are compared with one another.
struct DictionaryBounds {
  private let values: LeafValues
  private let type: DataType
  private let count: Int
  private let extremes: DictionaryExtremes
  /// For each value the last page that has it.
  private let lastPages: Buffer
  private let gathered: Buffer
  private var page: UInt32 = 0

  init(
    _ values: LeafValues, count: Int, type: DataType, tracker: MemoryTracker?
  ) throws(LakeError) {
    self.values = values
    self.type = type
    self.count = count
    extremes = DictionaryExtremes(values, count: count, type: type)
    lastPages = try Buffer(byteCount: count * 4, tracker: tracker)
    lastPages.pointer(as: UInt32.self).initialize(repeating: 0, count: count)
    gathered = try Buffer(byteCount: max(count, 2) * 16, tracker: tracker)
  }

  /// The bounds of the next page.
  mutating func next(_ codes: UnsafePointer<UInt32>, count: Int) -> LeafStatistics {
    // Pages are fewer than rows, and those fewer than 2^32.
    page &+= 1
    let last = lastPages.pointer(as: UInt32.self)
    let current = page
    for index in 0..<count { last[Int(codes[index])] = current }
    if let low = extremes.least.first(where: { last[$0] == current }),
      let high = extremes.greatest.first(where: { last[$0] == current })
    {
      gather(low, to: 0)
      gather(high, to: 1)
      return LeafStatistics(gatheredValues, count: 2, type: type)
    }
    var found = 0
    for code in 0..<self.count where last[code] == current {
      gather(code, to: found)
      found &+= 1
    }
    return LeafStatistics(gatheredValues, count: found, type: type)
  }

  @inline(__always)
  private func gather(_ code: Int, to place: Int) {
    switch values {
    case .words(let words): gathered.pointer(as: UInt64.self)[place] = words[code]
    case .wide(let wide): gathered.pointer(as: UInt128.self)[place] = wide[code]
    case .text(let views): gathered.pointer(as: StringView.self)[place] = views[code]
    case .booleans: break
    }
  }

  private var gatheredValues: LeafValues {
    switch values {
    case .words: .words(gathered.pointer(as: UInt64.self))
    case .wide: .wide(gathered.pointer(as: UInt128.self))
    case .text: .text(gathered.pointer(as: StringView.self))
    case .booleans: .booleans(gathered.pointer(as: UInt8.self))
    }
  }
}

/// The numbers of the few least values of a dictionary, ascending, and of the few greatest ones,
/// descending. None where there is a NaN among the values, which has no place.
struct DictionaryExtremes {
  private static let countMax = 64

  private(set) var least: [Int] = []
  private(set) var greatest: [Int] = []

  init(_ values: LeafValues, count: Int, type: DataType) {
    switch (values, type) {
    case (.words(let words), .double):
      guard !(0..<count).contains(where: { Double(bitPattern: words[$0]).isNaN }) else { return }
      choose(count) { Double(bitPattern: words[$0]) }
    case (.words(let words), .real):
      let float = { Float(bitPattern: UInt32(truncatingIfNeeded: words[$0])) }
      guard !(0..<count).contains(where: { float($0).isNaN }) else { return }
      choose(count, float)
    case (.words(let words), _): choose(count) { Int64(bitPattern: words[$0]) }
    case (.wide(let wide), .uuid): choose(count) { wide[$0] }
    case (.wide(let wide), _): choose(count) { Int128(bitPattern: wide[$0]) }
    case (.text(let views), _):
      let view = { (number: Int) in views[number] }
      least = Self.first(count, view) { $0 < $1 }
      greatest = Self.first(count, view) { $1 < $0 }
    case (.booleans, _): break
    }
  }

  @inline(__always)
  private mutating func choose<T: Comparable>(_ count: Int, _ value: (Int) -> T) {
    least = Self.first(count, value) { $0 < $1 }
    greatest = Self.first(count, value) { $1 < $0 }
  }

  /// The numbers of the first values in an order, by insertion: after a while few values are still
  /// among them.
  @inline(__always)
  private static func first<T>(
    _ count: Int, _ value: (Int) -> T, _ isBefore: (T, T) -> Bool
  ) -> [Int] {
    var chosen: [(number: Int, value: T)] = []
    chosen.reserveCapacity(countMax + 1)
    for number in 0..<count {
      let next = value(number)
      if chosen.count == countMax, !isBefore(next, chosen[countMax - 1].value) { continue }
      var place = chosen.count
      while place > 0, isBefore(next, chosen[place - 1].value) { place -= 1 }
      chosen.insert((number, next), at: place)
      if chosen.count > countMax { chosen.removeLast() }
    }
    return chosen.map(\.number)
  }
}
