import LakeCore

/// Texts, numbered in the order in which they came first: the keys of subjects.
///
/// Filled by one thread, then only looked at, by any number of threads. A slot of the table holds
/// all that decides about a text but the bytes of a long one, so that a lookup costs one or two
/// misses of the cache however many people there are.
// @unchecked Sendable: `insert` is called by the one who builds it, before it is handed to others.
final class KeyIndex: @unchecked Sendable {
  private struct Entry {
    var hash: UInt64
    var view: StringView
    /// The number of the text plus one; 0 is free.
    var number: UInt64
  }

  /// A power of two, at most half full.
  private var capacity = 64
  private var entries: UnsafeMutablePointer<Entry>
  private var places: [Int] = []
  private var arena = StringArena()

  init() {
    entries = KeyIndex.allocate(capacity)
  }

  deinit {
    entries.deallocate()
  }

  var count: Int { places.count }

  func text(_ number: Int) -> String { entries[places[number]].view.text }

  /// The number of a text, which is a new one if the text is.
  func insert(_ view: StringView, hash: UInt64) throws(LakeError) -> Int {
    var slot = slot(of: view, hash: hash)
    if entries[slot].number != 0 { return Int(entries[slot].number) - 1 }
    if (count + 1) * 2 > capacity {
      grow()
      slot = self.slot(of: view, hash: hash)
    }
    entries[slot] = Entry(hash: hash, view: try arena.append(view), number: UInt64(count + 1))
    places.append(slot)
    return count - 1
  }

  /// The numbers of many texts, −1 for those that are not here. Texts that come several times in a
  /// row, as the readings of one person do, are looked up once.
  func find(
    _ views: UnsafePointer<StringView>, hashes: UnsafePointer<UInt64>, count: Int,
    into numbers: UnsafeMutablePointer<Int32>
  ) {
    let (entries, mask) = (entries, capacity &- 1)
    for row in 0..<count {
      if row > 0, hashes[row] == hashes[row &- 1], views[row] == views[row &- 1] {
        numbers[row] = numbers[row &- 1]
        continue
      }
      // Safe: the mask keeps the slot below the capacity.
      var slot = Int(truncatingIfNeeded: hashes[row]) & mask
      while entries[slot].number != 0 {
        if entries[slot].hash == hashes[row], entries[slot].view == views[row] { break }
        slot = (slot &+ 1) & mask
      }
      numbers[row] = Int32(truncatingIfNeeded: entries[slot].number) &- 1
    }
  }

  /// Where the text stands, or would.
  private func slot(of view: StringView, hash: UInt64) -> Int {
    let mask = capacity - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while entries[slot].number != 0 {
      if entries[slot].hash == hash, entries[slot].view == view { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func grow() {
    let (old, oldCapacity) = (entries, capacity)
    capacity *= 2
    entries = KeyIndex.allocate(capacity)
    for place in 0..<oldCapacity where old[place].number != 0 {
      let entry = old[place]
      var slot = Int(truncatingIfNeeded: entry.hash) & (capacity - 1)
      while entries[slot].number != 0 { slot = (slot + 1) & (capacity - 1) }
      entries[slot] = entry
      places[Int(entry.number) - 1] = slot
    }
    old.deallocate()
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    entries.initialize(repeating: Entry(hash: 0, view: StringView(), number: 0), count: capacity)
    return entries
  }
}
