import LakeCore

/// Texts, numbered in the order in which they came first: the keys of subjects.
///
/// Filled by one thread, then only looked at, by any number of threads.
// @unchecked Sendable: `insert` is called by the one who builds it, before it is handed to others.
final class KeyIndex: @unchecked Sendable {
  /// The number of the text plus one; 0 is free. A power of two, at most half full.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)
  private var hashes: [UInt64] = []
  private var views: [StringView] = []
  private var arena = StringArena()

  init() {}

  var count: Int { views.count }

  func text(_ number: Int) -> String { views[number].text }

  func hash(_ number: Int) -> UInt64 { hashes[number] }

  /// The number of a text, which is a new one if the text is.
  func insert(_ view: StringView, hash: UInt64) throws(LakeError) -> Int {
    let slot = slot(of: view, hash: hash)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    guard count < Int(UInt32.max) - 1 else {
      throw LakeError(.limitExceeded, "there are more than \(UInt32.max - 1) keys of subjects")
    }
    views.append(try arena.append(view))
    hashes.append(hash)
    slots[slot] = UInt32(count)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  func find(_ view: StringView, hash: UInt64) -> Int? {
    let slot = slot(of: view, hash: hash)
    return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
  }

  /// Where the text stands, or would.
  private func slot(of view: StringView, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, views[number] == view { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for number in hashes.indices {
      var slot = Int(truncatingIfNeeded: hashes[number]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number + 1)
    }
  }
}
