import Glibc
import LakeCore

/// Reads a leaf of a row group: levels and values, over the borders of its pages.
final class LeafReader {
  let leaf: LeafColumn
  private let source: PageSource
  private let decoder: ValueDecoder
  private let tracker: MemoryTracker?
  private(set) var dictionary: VectorDictionary?

  /// What is left of the current page.
  private(set) var slotsLeft = 0
  /// Slots of a leaf outside lists that are to be passed over before the next one is read.
  private var slotsToSkip = 0
  /// Room for levels of slots that are passed over.
  private var scratch: Buffer?
  private var definitions: LevelDecoder?
  private var repetitions: LevelDecoder?
  private var values: PageValues?
  private var pageBuffer: Buffer?

  init(_ leaf: LeafColumn, source: PageSource, tracker: MemoryTracker?) {
    self.leaf = leaf
    self.source = source
    self.tracker = tracker
    decoder = ValueDecoder(leaf: leaf, tracker: tracker)
  }

  /// Where in the file the current page begins, for messages.
  var place: Int { source.place }
  var work: ParquetReadWork { source.work }

  /// How many slots can be read without a new page, which is begun if there is none; 0 behind the
  /// last.
  func available() throws(LakeError) -> Int {
    if slotsToSkip > 0 { try skipSlots() }
    while slotsLeft == 0 {
      letPageGo()
      guard let page = try source.next() else { return 0 }
      if page.header.type == .dictionary {
        try readDictionary(page)
      } else {
        try begin(page)
      }
    }
    return slotsLeft
  }

  /// So that there are not two pages in memory where one is enough.
  private func letPageGo() {
    (pageBuffer, values) = (nil, nil)
    (definitions, repetitions) = (nil, nil)
  }

  /// Reads the levels of `count` available slots; the values of those that have one are to be read
  /// next. Returns how many have one.
  func readLevels(
    _ count: Int, definitions out: UnsafeMutablePointer<UInt8>,
    repetitions second: UnsafeMutablePointer<UInt8>?
  ) throws(LakeError) -> Int {
    precondition(count <= slotsLeft)
    slotsLeft -= count
    if let second {
      try repetitions?.decode(count, into: second)
      try check(second, count, max: leaf.maxRepetition)
    }
    guard leaf.maxDefinition > 0 else { return count }
    let level = UInt8(truncatingIfNeeded: leaf.maxDefinition)
    if try definitions?.takeRun(of: level, count) == true {
      memset(out, Int32(level), count)
      return count
    }
    try definitions?.decode(count, into: out)
    try check(out, count, max: leaf.maxDefinition)
    var present = 0
    for index in 0..<count { present &+= out[index] == level ? 1 : 0 }
    return present
  }

  private func check(
    _ levels: UnsafePointer<UInt8>, _ count: Int, max: Int
  ) throws(LakeError) {
    var greatest: UInt8 = 0
    for index in 0..<count { greatest = Swift.max(greatest, levels[index]) }
    guard Int(greatest) <= max else {
      throw LakeError.parquetDamage("a level is \(greatest), above \(max)")
    }
  }

  /// Reads the values of slots whose levels were read.
  func readValues(_ count: Int, into run: inout ValueRun) throws(LakeError) {
    guard count > 0 else { return }
    guard let pageBuffer else { throw LakeError(.internal, "there is no page") }
    guard var values else { throw LakeError(.internal, "there are no values") }
    // So that the decoder in it is not copied when it changes.
    self.values = nil
    if case .indices(var indices) = values {
      try run.appendIndices(count, from: &indices, dictionary: dictionary)
      values = .indices(indices)
    } else {
      let target = try run.roomForValues(count, owner: pageBuffer)
      if let made = try decoder.decode(&values, count: count, into: target) { run.own(made) }
      run.countValues(count)
    }
    self.values = values
  }

  /// Passes over slots of a leaf outside lists. Nothing is done before the next one is read: a page
  /// that no row is wanted of is not decompressed.
  func skip(_ count: Int) { slotsToSkip += count }

  private func skipSlots() throws(LakeError) {
    while slotsToSkip > 0 {
      if slotsLeft == 0 {
        letPageGo()
        guard let header = try peekData() else {
          throw LakeError.parquetDamage("its pages end before its rows do")
        }
        if header.valueCount <= slotsToSkip {
          slotsToSkip -= header.valueCount
          source.pass()
          continue
        }
        guard let page = try source.next() else { continue }
        try begin(page)
      }
      let step = min(slotsLeft, slotsToSkip, Self.scratchBytes)
      let room = try scratchRoom()
      try skipValues(try readLevels(step, definitions: room, repetitions: nil))
      slotsToSkip -= step
    }
  }

  private static let scratchBytes = 4096

  private func scratchRoom() throws(LakeError) -> UnsafeMutablePointer<UInt8> {
    if let scratch { return scratch.pointer(as: UInt8.self) }
    let made = try Buffer(byteCount: Self.scratchBytes, tracker: tracker)
    scratch = made
    return made.pointer(as: UInt8.self)
  }

  /// Passes over the values of slots whose levels were read.
  func skipValues(_ count: Int) throws(LakeError) {
    guard count > 0 else { return }
    guard var values else { throw LakeError(.internal, "there are no values") }
    self.values = nil
    try values.skip(count, leaf: leaf)
    self.values = values
  }

  /// The header of the next page of data, of which nothing was read; nil behind the last. A
  /// dictionary before it is read.
  func peekData() throws(LakeError) -> ParquetPageHeader? {
    while let header = try source.peek() {
      guard header.type == .dictionary else { return header }
      if let page = try source.next() { try readDictionary(page) }
    }
    return nil
  }

  /// Leaves the page out whose header was seen.
  func passPage() { source.pass() }

  private func readDictionary(_ page: PageSource.Page) throws(LakeError) {
    guard dictionary == nil else { throw LakeError.parquetDamage("there are two dictionaries") }
    let count = page.header.valueCount
    let encoding = page.header.encoding
    guard encoding == .plain || encoding == .plainDictionary, leaf.physical != .boolean else {
      throw LakeError(.unsupported, "a dictionary in the encoding \(encoding) cannot be read")
    }
    // Each value takes some of the page's bytes, or the room would not be covered.
    guard count <= page.bytes.count else { throw Varint.truncated }
    let buffer = try Buffer(byteCount: count * decoder.width, tracker: tracker)
    _ = try decoder.decodePlain(page.bytes, count: count, into: buffer.base)
    let stored: FlatColumn.Values
    switch leaf.type.physical {
    case .string: stored = .strings(StringValues(views: buffer, owners: [page.buffer]))
    case .none: stored = .none
    default: stored = .fixed(buffer)
    }
    dictionary = VectorDictionary(
      values: FlatColumn(count: count, validity: nil, values: stored))
  }

  private func begin(_ page: PageSource.Page) throws(LakeError) {
    let header = page.header
    var bytes = page.bytes
    definitions = nil
    repetitions = nil
    if header.type == .dataV2 {
      let levels = header.repetitionBytes + header.definitionBytes
      repetitions = .runs(
        HybridDecoder(bytes[0..<header.repetitionBytes], width: Self.width(leaf.maxRepetition)))
      definitions = .runs(
        HybridDecoder(
          bytes[header.repetitionBytes..<levels], width: Self.width(leaf.maxDefinition)))
      bytes = bytes.dropFirst(levels)
    } else {
      if leaf.maxRepetition > 0 {
        repetitions = try LevelDecoder(
          takenFrom: &bytes, header.repetitionEncoding, max: leaf.maxRepetition,
          count: header.valueCount, tracker: tracker)
      }
      if leaf.maxDefinition > 0 {
        definitions = try LevelDecoder(
          takenFrom: &bytes, header.definitionEncoding, max: leaf.maxDefinition,
          count: header.valueCount, tracker: tracker)
      }
    }
    slotsLeft = header.valueCount
    pageBuffer = page.buffer
    values = try PageValues(
      header, bytes, leaf: leaf, hasDictionary: dictionary != nil, tracker: tracker)
  }

  private static func width(_ max: Int) -> Int { BitPacking.width(forCount: max + 1) }
}
