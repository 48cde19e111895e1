import LakeCore

/// Where the pages of a chunk begin. A page ends where it has about the wanted bytes, between two
/// rows; it depends on the values alone.
struct PagePlan {
  struct Page {
    var slots: Range<Int>
    var values: Range<Int>
  }

  /// Levels of a page are counted by readers in 32 bits, and held in memory by most.
  static let slotsMax = 1 << 20

  private(set) var pages: [Page] = []

  /// `bits` is what one value takes; where it is nil, values are text and take their own length.
  init(_ input: LeafInput, bits: Int?, text: UnsafePointer<StringView>?, pageBytes: Int) {
    let valuesMax = bits.map { max(pageBytes * 8 / max($0, 1), 8) / 8 * 8 } ?? .max
    let definitions = input.definitionLevels
    let repetitions = input.repetitionLevels
    let level = UInt8(truncatingIfNeeded: input.leaf.maxDefinition)
    var (slot, value) = (0, 0)
    while slot < input.slotCount {
      let start = (slot, value)
      if definitions == nil, text == nil {
        let count = min(valuesMax, PagePlan.slotsMax, input.slotCount - slot)
        (slot, value) = (slot + count, value + count)
      } else {
        var bytes = 0
        while slot < input.slotCount {
          let isRow = repetitions.map { $0[slot] == 0 } ?? true
          let isFull =
            value &- start.1 >= valuesMax || bytes >= pageBytes
            || slot &- start.0 >= PagePlan.slotsMax
          if isFull, isRow { break }
          if definitions.map({ $0[slot] == level }) ?? true {
            if let text { bytes &+= text[value].count &+ 4 }
            value &+= 1
          }
          slot &+= 1
        }
      }
      pages.append(Page(slots: start.0..<slot, values: start.1..<value))
    }
  }
}
