import LakeCore

/// Where the pages of a chunk begin. A page ends where it has about the wanted bytes or the wanted
/// rows, between two rows; it depends on the values alone.
struct PagePlan {
  struct Page {
    var slots: Range<Int>
    var values: Range<Int>
    /// The number of its first row in the row group.
    var firstRow: Int
  }

  /// Levels of a page are counted by readers in 32 bits, and held in memory by most.
  static let slotsMax = 1 << 20

  private(set) var pages: [Page] = []

  /// `bits` is what one value takes; where it is nil, values are text and take their own length.
  init(
    _ input: LeafInput, bits: Int?, text: UnsafePointer<StringView>?,
    options: ParquetWriteOptions
  ) {
    let pageBytes = options.pageBytes
    let valuesMax = bits.map { max(pageBytes * 8 / max($0, 1), 8) / 8 * 8 } ?? .max
    let rowsMax = options.pageRowsMax
    let definitions = input.definitionLevels
    let repetitions = input.repetitionLevels
    let level = UInt8(truncatingIfNeeded: input.leaf.maxDefinition)
    var (slot, value, row) = (0, 0, 0)
    while slot < input.slotCount {
      let start = (slot: slot, value: value, row: row)
      if definitions == nil, text == nil {
        let count = min(valuesMax, rowsMax, PagePlan.slotsMax, input.slotCount - slot)
        (slot, value, row) = (slot + count, value + count, row + count)
      } else {
        var bytes = 0
        while slot < input.slotCount {
          let isRow = repetitions.map { $0[slot] == 0 } ?? true
          let isFull =
            value &- start.value >= valuesMax || bytes >= pageBytes
            || row &- start.row >= rowsMax || slot &- start.slot >= PagePlan.slotsMax
          if isFull, isRow { break }
          row &+= isRow ? 1 : 0
          if definitions.map({ $0[slot] == level }) ?? true {
            if let text { bytes &+= text[value].count &+ 4 }
            value &+= 1
          }
          slot &+= 1
        }
      }
      pages.append(
        Page(slots: start.slot..<slot, values: start.value..<value, firstRow: start.row))
    }
  }
}
