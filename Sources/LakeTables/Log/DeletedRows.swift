import LakeCore

/// The rows of a file that a deletion vector names: a set of numbers, cut into runs of 65,536 as
/// in the file, each held as it was written.
package struct DeletedRows: Sendable {
  enum Container: Sendable {
    /// Ascending.
    case numbers([UInt16])
    /// A bit for each of 65,536.
    case bits([UInt64])
    /// Ascending ranges that do not touch.
    case ranges([ClosedRange<UInt16>])
  }

  /// By the number without its lower sixteen bits.
  private var containers: [Int: Container] = [:]
  package private(set) var count = 0
  /// One more than the last number.
  package private(set) var end = 0

  init() {}

  mutating func add(_ container: Container, at high: Int) -> Bool {
    let (size, last) = container.extent
    guard size > 0, containers.updateValue(container, forKey: high) == nil else { return false }
    count += size
    end = max(end, high << 16 + last + 1)
    return true
  }

  /// The rows among some that are not deleted, counted from the first; nil where all are kept.
  package func selection(
    of rows: Range<Int>, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Selection? {
    var deleted: [UInt32] = []
    for high in (rows.lowerBound >> 16)...(max(rows.lowerBound, rows.upperBound - 1) >> 16) {
      let base = high << 16
      let low = max(rows.lowerBound - base, 0)..<min(max(rows.upperBound - base, 0), 1 << 16)
      containers[high]?.forEach(in: low) {
        deleted.append(UInt32(base + $0 - rows.lowerBound))
      }
    }
    if deleted.isEmpty { return nil }
    let buffer = try Buffer(byteCount: rows.count * 4, tracker: tracker)
    let kept = buffer.pointer(as: UInt32.self)
    var (next, count) = (0, 0)
    for row in 0..<UInt32(rows.count) {
      if next < deleted.count, deleted[next] == row {
        next += 1
      } else {
        kept[count] = row
        count += 1
      }
    }
    return Selection(rows: buffer, count: count)
  }
}

extension DeletedRows.Container {
  /// How many numbers there are, and the last.
  fileprivate var extent: (count: Int, last: Int) {
    switch self {
    case .numbers(let numbers): (numbers.count, Int(numbers.last ?? 0))
    case .bits(let words):
      (
        words.reduce(0) { $0 + $1.nonzeroBitCount },
        words.lastIndex { $0 != 0 }.map { $0 * 64 + 63 - words[$0].leadingZeroBitCount } ?? 0
      )
    case .ranges(let ranges):
      (ranges.reduce(0) { $0 + $1.count }, Int(ranges.last?.upperBound ?? 0))
    }
  }

  fileprivate func forEach(in low: Range<Int>, _ body: (Int) -> Void) {
    switch self {
    case .numbers(let numbers):
      var index = numbers.firstIndex(atLeast: low.lowerBound)
      while index < numbers.count, Int(numbers[index]) < low.upperBound {
        body(Int(numbers[index]))
        index += 1
      }
    case .bits(let words):
      for bit in low where words[bit >> 6] & (1 << UInt64(bit & 63)) != 0 { body(bit) }
    case .ranges(let ranges):
      for range in ranges {
        let part = low.clamped(to: Int(range.lowerBound)..<(Int(range.upperBound) + 1))
        for number in part { body(number) }
      }
    }
  }
}

extension [UInt16] {
  /// Of ascending numbers the first that is not below one.
  fileprivate func firstIndex(atLeast number: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Int(self[middle]) < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
