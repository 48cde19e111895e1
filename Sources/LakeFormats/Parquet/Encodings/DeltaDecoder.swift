import LakeCore

/// Reads DELTA_BINARY_PACKED, one pack after the other.
struct DeltaDecoder {
  private(set) var cursor: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private let packCount: Int
  private let packValues: Int
  /// Values of the page that were not handed out.
  private(set) var remaining: Int
  private var value: Int64
  private var isFirst = true
  private var minimum: Int64 = 0
  private var widths: [UInt8]
  private var pack: Int
  /// Differences of the current pack.
  private let deltas: Buffer
  private var deltaAt = 0
  private var deltaCount = 0

  private static let packValuesMax = 1 << 16

  init(_ bytes: ByteView, tracker: MemoryTracker?) throws(LakeError) {
    cursor = bytes.start
    end = bytes.end
    let blockValues = try Varint.read(&cursor, end)
    let packs = try Varint.read(&cursor, end)
    let count = try Varint.read(&cursor, end)
    value = try Varint.readZigzag(&cursor, end)
    guard packs > 0, packs <= 512, blockValues % packs == 0,
      case let size = blockValues / packs, size > 0, size % 32 == 0,
      size <= UInt64(Self.packValuesMax), count <= UInt64(Int32.max)
    else {
      throw LakeError.parquetDamage(
        "differences come in blocks of \(blockValues) values and \(packs) packs")
    }
    packCount = Int(packs)
    packValues = Int(blockValues / packs)
    remaining = Int(count)
    widths = []
    pack = packCount
    deltas = try Buffer(byteCount: packValues * 8, tracker: tracker)
  }

  mutating func decode(_ count: Int, into out: UnsafeMutablePointer<Int64>) throws(LakeError) {
    guard count <= remaining else { throw Varint.truncated }
    remaining -= count
    var done = 0
    if isFirst, count > 0 {
      out[0] = value
      isFirst = false
      done = 1
    }
    let room = deltas.pointer(as: Int64.self)
    while done < count {
      if deltaAt == deltaCount { try nextPack() }
      let taken = min(count &- done, deltaCount &- deltaAt)
      var sum = value
      for index in 0..<taken {
        sum = sum &+ room[deltaAt &+ index]
        out[done &+ index] = sum
      }
      value = sum
      deltaAt &+= taken
      done &+= taken
    }
  }

  /// Passes over `count` values, which takes their sum all the same.
  mutating func skip(_ count: Int) throws(LakeError) {
    guard count <= remaining else { throw Varint.truncated }
    remaining -= count
    var left = count
    if isFirst, left > 0 {
      isFirst = false
      left -= 1
    }
    let room = deltas.pointer(as: Int64.self)
    while left > 0 {
      if deltaAt == deltaCount { try nextPack() }
      let taken = min(left, deltaCount &- deltaAt)
      var sum = value
      for index in 0..<taken { sum = sum &+ room[deltaAt &+ index] }
      value = sum
      deltaAt &+= taken
      left &-= taken
    }
  }

  private mutating func nextPack() throws(LakeError) {
    if pack == packCount { try nextBlock() }
    let width = Int(widths[pack])
    pack += 1
    guard width <= 64 else { throw LakeError.parquetDamage("a pack has values of \(width) bits") }
    let byteCount = packValues / 8 * width
    // The last pack may lack what nobody asks for.
    let held = min(byteCount, end - cursor)
    let count = width == 0 ? packValues : held * 8 / width
    guard count > 0 else { throw Varint.truncated }
    BitPacking.unpackDeltas(
      cursor, width: width, count: min(count, packValues), adding: UInt64(bitPattern: minimum),
      into: deltas.pointer(as: UInt64.self))
    cursor += held
    (deltaAt, deltaCount) = (0, min(count, packValues))
  }

  private mutating func nextBlock() throws(LakeError) {
    minimum = try Varint.readZigzag(&cursor, end)
    guard end - cursor >= packCount else { throw Varint.truncated }
    widths = Array(UnsafeBufferPointer(start: cursor, count: packCount))
    cursor += packCount
    pack = 0
  }
}
