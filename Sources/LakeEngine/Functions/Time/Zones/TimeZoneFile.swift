import LakeCore

/// A compiled zone of the system's time zone database (TZif, RFC 9636): the moments at which the
/// clocks changed, and the rule that goes on behind the last of them.
///
/// The file is not trusted: every count is checked against the bytes that are there.
struct TimeZoneFile {
  private(set) var transitions: [Int64] = []
  /// Seconds east of Greenwich from the transition of the same place on.
  private(set) var offsets: [Int32] = []
  /// Before the first transition.
  private(set) var firstOffset: Int32 = 0
  private(set) var rule: TimeZoneRule?

  /// Nil where the bytes are no such file.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard let first = Counts(&reader) else { return nil }
    if first.version == 0 {
      guard read(first, width: 4, &reader) else { return nil }
      return
    }
    // The first block is for readers that know 32 bits only.
    guard reader.skip(first.byteCount(width: 4)), let second = Counts(&reader),
      read(second, width: 8, &reader)
    else { return nil }
    let footer = reader.rest.dropFirst().prefix { $0 != 0x0A }
    rule = TimeZoneRule(Array(footer))
  }

  private mutating func read(_ counts: Counts, width: Int, _ reader: inout Reader) -> Bool {
    guard counts.byteCount(width: width) <= reader.rest.count, counts.types > 0 else {
      return false
    }
    for _ in 0..<counts.times {
      guard let time = reader.integer(width: width) else { return false }
      transitions.append(time)
    }
    var types: [Int] = []
    for _ in 0..<counts.times {
      guard let type = reader.integer(width: 1) else { return false }
      types.append(Int(type & 0xFF))
    }
    var known: [Int32] = []
    for _ in 0..<counts.types {
      guard let offset = reader.integer(width: 4), reader.skip(2) else { return false }
      known.append(Int32(truncatingIfNeeded: offset))
    }
    guard types.allSatisfy({ $0 < known.count }), known.allSatisfy({ $0.magnitude < 200_000 }),
      zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 })
    else { return false }
    firstOffset = known[0]
    offsets = types.map { known[$0] }
    return reader.skip(
      counts.characters + counts.leaps * (width + 4) + counts.standards + counts.universals)
  }

  private struct Counts {
    let version: Int64
    let universals, standards, leaps, times, types, characters: Int

    init?(_ reader: inout Reader) {
      guard reader.rest.starts(with: Array("TZif".utf8)), reader.skip(4),
        let version = reader.integer(width: 1), reader.skip(15)
      else { return nil }
      var numbers: [Int] = []
      for _ in 0..<6 {
        // Counts of a real zone are a few hundred.
        guard let number = reader.integer(width: 4), (0...100_000).contains(number) else {
          return nil
        }
        numbers.append(Int(number))
      }
      self.version = version
      (universals, standards, leaps) = (numbers[0], numbers[1], numbers[2])
      (times, types, characters) = (numbers[3], numbers[4], numbers[5])
    }

    func byteCount(width: Int) -> Int {
      times * (width + 1) + types * 6 + characters + leaps * (width + 4) + standards + universals
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var rest: ArraySlice<UInt8> { bytes[place...] }

    mutating func skip(_ count: Int) -> Bool {
      guard count <= bytes.count - place else { return false }
      place += count
      return true
    }

    /// A number with its most significant byte first; with a sign.
    mutating func integer(width: Int) -> Int64? {
      guard width <= bytes.count - place else { return nil }
      var value: Int64 = 0
      for byte in bytes[place..<place + width] { value = value &<< 8 | Int64(byte) }
      place += width
      let shift = Int64(64 - 8 * width)
      return (value &<< shift) &>> shift
    }
  }
}
