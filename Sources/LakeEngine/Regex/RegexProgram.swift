import LakeCore

/// A pattern as instructions of a machine that reads bytes.
struct RegexProgram: Sendable {
  enum Operation: UInt8 { case byte, set, split, assertion, save, match }

  /// One instruction in twelve bytes.
  struct Instruction: BitwiseCopyable, Sendable {
    var operation: Operation
    /// The first and last byte of `byte`; the kind of an assertion.
    var low: UInt8 = 0
    var high: UInt8 = 0
    /// Where to go on; of `split`, what is better.
    var next: UInt32 = 0
    /// The other way of `split`; the number of `set`; the slot of `save`.
    var other: UInt32 = 0
  }

  /// 256 bits, one for each byte.
  typealias ByteSet = SIMD4<UInt64>

  var instructions: [Instruction] = []
  var sets: [ByteSet] = []
  /// Where matching begins at a given place, and where looking for the first match does.
  var start: UInt32 = 0
  var searchStart: UInt32 = 0
  /// The class of each byte: bytes of one class are the same to all instructions.
  var classes: [UInt8] = Array(repeating: 0, count: 256)
  var classCount = 1
  var hasAssertions = false
  /// Whether bytes are read from the last to the first.
  var isReversed = false

  static let instructionsMax = 30_000

  @inline(__always)
  static func contains(_ set: ByteSet, _ byte: UInt8) -> Bool {
    set[Int(byte &>> 6)] &>> UInt64(byte & 63) & 1 == 1
  }
}

/// Makes programs of trees. It writes from the end: each part is told where it goes on.
struct RegexCompiler {
  private var program = RegexProgram()
  private let isReversed: Bool
  private let keepsGroups: Bool

  /// `isReversed`: for reading from the end of a match to its beginning.
  static func program(
    of node: RegexNode, isReversed: Bool = false, keepsGroups: Bool = false
  ) throws(LakeError) -> RegexProgram {
    var compiler = RegexCompiler(isReversed: isReversed, keepsGroups: keepsGroups)
    let match = try compiler.emit(.init(operation: .match))
    compiler.program.start = try compiler.emit(node, next: match)
    // `.*?` over bytes in front: everything else is better than to go on looking.
    let split = try compiler.emit(.init(operation: .split, next: compiler.program.start))
    let any = try compiler.emit(.init(operation: .byte, low: 0, high: 255, next: split))
    compiler.program.instructions[Int(split)].other = any
    compiler.program.searchStart = split
    compiler.findClasses()
    return compiler.program
  }

  private init(isReversed: Bool, keepsGroups: Bool) {
    self.isReversed = isReversed
    program.isReversed = isReversed
    self.keepsGroups = keepsGroups
  }

  private mutating func emit(
    _ instruction: RegexProgram.Instruction
  ) throws(LakeError) -> UInt32 {
    guard program.instructions.count < RegexProgram.instructionsMax else {
      throw LakeError(
        .limitExceeded, "a pattern is too large",
        hint: "Repetitions such as {1000} of large parts make it so.")
    }
    program.instructions.append(instruction)
    return UInt32(program.instructions.count - 1)
  }

  private mutating func emit(_ node: RegexNode, next: UInt32) throws(LakeError) -> UInt32 {
    switch node {
    case .set(let set): return try emit(set, next: next)
    case .sequence(let members):
      var next = next
      for member in isReversed ? members : members.reversed() {
        next = try emit(member, next: next)
      }
      return next
    case .choice(let choices):
      var entry = try emit(choices[choices.count - 1], next: next)
      for choice in choices.dropLast().reversed() {
        let better = try emit(choice, next: next)
        entry = try emit(.init(operation: .split, next: better, other: entry))
      }
      return entry
    case .repeated(let inner, let min, let max, let isLazy):
      return try emit(inner, min: min, max: max, isLazy: isLazy, next: next)
    case .group(let inner, let number):
      guard keepsGroups else { return try emit(inner, next: next) }
      let slot = UInt32(2 * number)
      let end = try emit(.init(operation: .save, next: next, other: slot + 1))
      let body = try emit(inner, next: end)
      return try emit(.init(operation: .save, next: body, other: slot))
    case .assertion(let assertion):
      program.hasAssertions = true
      let kind = isReversed ? assertion.reversed : assertion
      return try emit(.init(operation: .assertion, low: kind.rawValue, next: next))
    }
  }

  private mutating func emit(
    _ inner: RegexNode, min: Int, max: Int?, isLazy: Bool, next: UInt32
  ) throws(LakeError) -> UInt32 {
    var entry = next
    if let max {
      for _ in 0..<(max - min) {
        let body = try emit(inner, next: entry)
        entry = try emitSplit(body, next, isLazy)
      }
    } else {
      let split = try emitSplit(0, next, isLazy)
      let body = try emit(inner, next: split)
      if isLazy {
        program.instructions[Int(split)].other = body
      } else {
        program.instructions[Int(split)].next = body
      }
      entry = min > 0 ? body : split
    }
    for _ in 0..<(max == nil ? Swift.max(0, min - 1) : min) {
      entry = try emit(inner, next: entry)
    }
    return entry
  }

  private mutating func emitSplit(
    _ body: UInt32, _ next: UInt32, _ isLazy: Bool
  ) throws(LakeError) -> UInt32 {
    try emit(
      .init(operation: .split, next: isLazy ? next : body, other: isLazy ? body : next))
  }

  // MARK: - Characters

  /// A character of a set as its bytes in UTF-8. Ends that several have in common are written once.
  private mutating func emit(_ set: RegexSet, next: UInt32) throws(LakeError) -> UInt32 {
    var ascii: [ClosedRange<UInt8>] = []
    var entries: [UInt32] = []
    var known: [UInt64: UInt32] = [:]
    for range in set.ranges {
      for sequence in UTF8Ranges.sequences(range) {
        if sequence.count == 1 {
          ascii.append(sequence[0])
          continue
        }
        var place = next
        for bytes in isReversed ? sequence : sequence.reversed() {
          let key =
            UInt64(place) &<< 16 | UInt64(bytes.lowerBound) &<< 8 | UInt64(bytes.upperBound)
          if let there = known[key] {
            place = there
          } else {
            place = try emit(
              .init(
                operation: .byte, low: bytes.lowerBound, high: bytes.upperBound, next: place))
            known[key] = place
          }
        }
        if !entries.contains(place) { entries.append(place) }
      }
    }
    if !ascii.isEmpty { entries.insert(try emit(ascii, next: next), at: 0) }
    guard var entry = entries.popLast() else {
      // A set of nothing: a byte that never is.
      return try emit(.init(operation: .byte, low: 1, high: 0, next: next))
    }
    for other in entries.reversed() {
      entry = try emit(.init(operation: .split, next: other, other: entry))
    }
    return entry
  }

  private mutating func emit(
    _ ascii: [ClosedRange<UInt8>], next: UInt32
  ) throws(LakeError) -> UInt32 {
    if ascii.count == 1 {
      return try emit(
        .init(operation: .byte, low: ascii[0].lowerBound, high: ascii[0].upperBound, next: next))
    }
    var set = RegexProgram.ByteSet()
    for range in ascii {
      for byte in range { set[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }
    program.sets.append(set)
    return try emit(
      .init(operation: .set, next: next, other: UInt32(program.sets.count - 1)))
  }

  // MARK: - Classes of bytes

  private mutating func findClasses() {
    // Whether a class ends behind each byte.
    var ends = Array(repeating: false, count: 256)
    func cut(_ low: Int, _ high: Int) {
      if low > 0 { ends[low - 1] = true }
      ends[high] = true
    }
    for instruction in program.instructions where instruction.operation == .byte {
      if instruction.low <= instruction.high {
        cut(Int(instruction.low), Int(instruction.high))
      }
    }
    for set in program.sets {
      for byte in 1..<256 {
        let (a, b) = (UInt8(byte - 1), UInt8(byte))
        if RegexProgram.contains(set, a) != RegexProgram.contains(set, b) { ends[byte - 1] = true }
      }
    }
    if program.hasAssertions {
      cut(0x0A, 0x0A)
      cut(0x80, 0xBF)
      for range in RegexSet.word.ranges { cut(Int(range.lowerBound), Int(range.upperBound)) }
    }
    var current = 0
    for byte in 0..<256 {
      program.classes[byte] = UInt8(current)
      if ends[byte], byte < 255 { current += 1 }
    }
    program.classCount = current + 1
  }
}

/// Ranges of code points as ranges of the bytes of their UTF-8.
enum UTF8Ranges {
  static func sequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    var result: [[ClosedRange<UInt8>]] = []
    var open = [range]
    while let range = open.popLast() {
      let (low, high) = (range.lowerBound, range.upperBound)
      if let cut = firstCut(low, high) {
        // The halves in order: the last one pushed comes first.
        if cut.next <= high { open.append(cut.next...high) }
        if low <= cut.last { open.append(low...cut.last) }
        continue
      }
      let (first, last) = (bytes(low), bytes(high))
      result.append(zip(first, last).map { $0...$1 })
    }
    return result
  }

  /// Where a range has to be cut, so that each byte of its characters is a range by itself.
  private static func firstCut(_ low: UInt32, _ high: UInt32) -> (last: UInt32, next: UInt32)? {
    // Surrogates are no characters.
    if low <= 0xDFFF, high >= 0xD800 { return (min(0xD7FF, high), max(0xE000, low)) }
    for limit: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= limit && high > limit {
      return (limit, limit + 1)
    }
    if high <= 0x7F { return nil }
    for index: UInt32 in 1...3 {
      let mask: UInt32 = (1 << (6 * index)) - 1
      if low & ~mask == high & ~mask { break }
      if low & mask != 0 { return (low | mask, (low | mask) + 1) }
      if high & mask != mask { return ((high & ~mask) - 1, high & ~mask) }
    }
    return nil
  }

  private static func bytes(_ scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).flatMap { UTF8.encode($0) }.map { Array($0) } ?? [0xFF]
  }
}
