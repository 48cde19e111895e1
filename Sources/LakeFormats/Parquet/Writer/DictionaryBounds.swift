import LakeCore

/// The bounds of pages of a chunk that has a dictionary: a page's distinct values are found first,
/// so that each is compared once, however many rows have it.
struct DictionaryBounds {
  private let values: LeafValues
  private let type: DataType
  /// For each value the last page that has it.
  private let lastPages: Buffer
  /// The values that a page has, by number.
  private let distinct: Buffer
  private let gathered: Buffer
  private var page: UInt32 = 0

  init(
    _ values: LeafValues, count: Int, type: DataType, tracker: MemoryTracker?
  ) throws(LakeError) {
    self.values = values
    self.type = type
    lastPages = try Buffer(byteCount: count * 4, tracker: tracker)
    lastPages.pointer(as: UInt32.self).initialize(repeating: 0, count: count)
    // One more: a number is written before it is known whether it counts.
    distinct = try Buffer(byteCount: (count + 1) * 4, tracker: tracker)
    gathered = try Buffer(byteCount: count * 16, tracker: tracker)
  }

  /// The bounds of the next page.
  mutating func next(_ codes: UnsafePointer<UInt32>, count: Int) -> LeafStatistics {
    // Pages are fewer than rows, and those fewer than 2^32.
    page &+= 1
    let (last, numbers) = (lastPages.pointer(as: UInt32.self), distinct.pointer(as: UInt32.self))
    let current = page
    var found = 0
    for index in 0..<count {
      let code = codes[index]
      numbers[found] = code
      found &+= last[Int(code)] == current ? 0 : 1
      last[Int(code)] = current
    }
    switch values {
    case .words(let words):
      let out = gathered.pointer(as: UInt64.self)
      for index in 0..<found { out[index] = words[Int(numbers[index])] }
      return LeafStatistics(.words(out), count: found, type: type)
    case .wide(let wide):
      let out = gathered.pointer(as: UInt128.self)
      for index in 0..<found { out[index] = wide[Int(numbers[index])] }
      return LeafStatistics(.wide(out), count: found, type: type)
    case .text(let views):
      let out = gathered.pointer(as: StringView.self)
      for index in 0..<found { out[index] = views[Int(numbers[index])] }
      return LeafStatistics(.text(out), count: found, type: type)
    case .booleans: return LeafStatistics(.booleans([]), count: 0, type: type)
    }
  }
}
