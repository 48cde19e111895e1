import LakeCore

/// The elements of lists in a form in which equal ones are equal bit for bit: nulls equal each
/// other, and so does NaN.
struct ElementKeys {
  let keys: KeyVector

  init(_ elements: ColumnVector, _ kernels: Kernels) throws {
    keys = try KeyVector(elements, .grouping, kernels)
  }

  func isNull(_ index: Int) -> Bool { !keys.isValid(index) }

  func hash(_ index: Int) -> Int {
    if isNull(index) { return 0 }
    switch keys.form {
    case .word: return keys.words[index].hashValue
    case .wide: return keys.wides[index].hashValue
    case .string:
      var hasher = Hasher()
      keys.views[index].withBytes { hasher.combine(bytes: $0) }
      return hasher.finalize()
    case .none: return 0
    }
  }

  func areEqual(_ a: Int, _ other: ElementKeys, _ b: Int) -> Bool {
    if isNull(a) || other.isNull(b) { return isNull(a) && other.isNull(b) }
    switch keys.form {
    case .word: return keys.words[a] == other.keys.words[b]
    case .wide: return keys.wides[a] == other.keys.wides[b]
    case .string: return keys.views[a] == other.keys.views[b]
    case .none: return true
    }
  }
}

/// Different elements, in the order in which they came.
struct ElementSet {
  private var places: [Int: [(keys: ElementKeys, index: Int, number: Int)]] = [:]
  private(set) var count = 0

  mutating func removeAll() {
    if count > 0 { places.removeAll(keepingCapacity: true) }
    count = 0
  }

  /// Whether the element is new.
  mutating func insert(_ keys: ElementKeys, _ index: Int) -> Bool {
    let hash = keys.hash(index)
    if find(keys, index, hash) != nil { return false }
    places[hash, default: []].append((keys, index, count))
    count += 1
    return true
  }

  /// The number of an element that is equal, in the order of insertion.
  func find(_ keys: ElementKeys, _ index: Int) -> Int? { find(keys, index, keys.hash(index)) }

  private func find(_ keys: ElementKeys, _ index: Int, _ hash: Int) -> Int? {
    places[hash]?.first { $0.keys.areEqual($0.index, keys, index) }?.number
  }
}
