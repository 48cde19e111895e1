/// The machine that knows for each state and byte where it goes, built while it runs.
///
/// A state is the list of instructions that may be next, the better ones first, and what stood
/// before (a letter, a line's end, nothing) where the pattern asks for it. Whether a match ended at
/// a place is known one byte later: by then it is clear what stands on both sides of the place.
///
/// Each byte costs one look at a table, or, where the table has no entry yet, a walk over the
/// instructions. A table that grows too large is thrown away; so the time is linear in the text
/// whatever the pattern, and memory is bounded.
final class RegexDFA {
  private let program: RegexProgram
  /// Whether all matches count (to find the longest), or those behind a better one do not.
  private let takesLongest: Bool
  private let stride: Int
  /// `stride` entries a state. 0 or more: the state's first entry; less than 0: see `Entry`.
  private var table: [Int32] = []
  private var states: [State] = []
  private var numbers: [State: Int32] = [:]
  /// Of each state: 1 where a match ended before it, 2 where nothing can follow.
  private var signs: [UInt8] = []
  private var scratch: RegexInstructionList
  private var following: RegexInstructionList

  private struct State: Hashable {
    var instructions: [UInt32]
    var before: Before
    /// A match ended before the byte that led here.
    var isMatch: Bool
  }

  /// What was read last. `inside` is told of reversed programs only: a byte that is not the first
  /// of its character.
  enum Before: UInt8 { case nothing, newline, word, inside, other }

  private enum Entry {
    static let unknown: Int32 = -1
    /// −2 − n: state n is a match, or nothing can follow.
    static func special(_ number: Int32) -> Int32 { -2 - number }
  }

  private static let statesMax = 4000
  private static let tableMax = 1 << 20

  init(_ program: RegexProgram, takesLongest: Bool) {
    self.program = program
    self.takesLongest = takesLongest
    // One more for the end of the text.
    stride = program.classCount + 1
    scratch = RegexInstructionList(capacity: program.instructions.count)
    following = RegexInstructionList(capacity: program.instructions.count)
  }

  /// Whether a match begins at `from` or behind.
  func hasMatch(_ text: ByteRun, from: Int) -> Bool {
    scan(text, from: from, start: program.searchStart, stopsAtFirst: true) != nil
  }

  /// Where the first match at or behind `from` ends.
  func endOfFirstMatch(_ text: ByteRun, from: Int) -> Int? {
    scan(text, from: from, start: program.searchStart, stopsAtFirst: false)
  }

  private func scan(_ text: ByteRun, from: Int, start: UInt32, stopsAtFirst: Bool) -> Int? {
    var state = self.start(start, before: before(text, from))
    var end: Int?
    var place = from
    let count = text.count
    while place <= count {
      // Runs over bytes whose entries are known and plain.
      let reached = run(text, &place, state)
      state = reached
      let byteClass =
        place < count ? Int(program.classes[Int(text[place])]) : stride - 1
      let entry = step(&state, byteClass)
      if entry.isMatch {
        end = place
        if stopsAtFirst { return end }
      }
      if entry.isDead { return end }
      place += 1
    }
    return end
  }

  /// Where the longest match that ends at `end` begins, at or behind `from`: for programs that are
  /// reversed.
  func beginOfLongestMatch(_ text: ByteRun, from: Int, end: Int) -> Int? {
    var state = start(
      program.start, before: end < text.count ? before(text[end]) : .nothing)
    var begin: Int?
    var place = end
    while true {
      let byteClass = place > 0 ? Int(program.classes[Int(text[place - 1])]) : stride - 1
      let entry = step(&state, byteClass)
      if entry.isMatch { begin = place }
      if entry.isDead || place <= from { return begin }
      place -= 1
    }
  }

  /// The fast loop: stops at the first byte whose entry is unknown or special, or at the end.
  @inline(__always)
  private func run(_ text: ByteRun, _ place: inout Int, _ state: Int32) -> Int32 {
    let count = text.count
    return table.withUnsafeBufferPointer { table in
      program.classes.withUnsafeBufferPointer { classes in
        var (at, state) = (place, state)
        while at < count {
          let next = table[Int(state) &+ Int(classes[Int(text[at])])]
          if next < 0 { break }
          state = next
          at &+= 1
        }
        place = at
        return state
      }
    }
  }

  // MARK: - States

  private func before(_ text: ByteRun, _ place: Int) -> Before {
    place > 0 ? before(text[place - 1]) : .nothing
  }

  private func before(_ byte: UInt8) -> Before {
    guard program.hasAssertions else { return .other }
    if program.isReversed, ByteRun.isContinuation(byte) { return .inside }
    return byte == 0x0A ? .newline : RegexDFA.isWord(byte) ? .word : .other
  }

  static func isWord(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
      || byte == UInt8(ascii: "_")
  }

  private func start(_ instruction: UInt32, before: Before) -> Int32 {
    scratch.removeAll()
    scratch.follow(instruction, program, nil)
    let number = self.number(
      State(
        instructions: scratch.array, before: program.hasAssertions ? before : .other,
        isMatch: false))
    return number * Int32(stride)
  }

  private func number(_ state: State) -> Int32 {
    if let known = numbers[state] { return known }
    let number = Int32(states.count)
    states.append(state)
    numbers[state] = number
    signs.append((state.isMatch ? 1 : 0) | (state.instructions.isEmpty ? 2 : 0))
    table += Array(repeating: Entry.unknown, count: stride)
    return number
  }

  /// Goes on from a state, and says what is special about the next one.
  private func step(
    _ state: inout Int32, _ byteClass: Int
  ) -> (isMatch: Bool, isDead: Bool) {
    var entry = table[Int(state) + byteClass]
    if entry == Entry.unknown { entry = build(&state, byteClass) }
    if entry >= 0 {
      state = entry
      return (false, false)
    }
    let number = -2 - entry
    let sign = signs[Int(number)]
    state = number * Int32(stride)
    return (sign & 1 != 0, sign & 2 != 0)
  }

  private func build(_ state: inout Int32, _ byteClass: Int) -> Int32 {
    let current = states[Int(state) / stride]
    if states.count >= RegexDFA.statesMax || table.count + 2 * stride > RegexDFA.tableMax {
      states.removeAll(keepingCapacity: true)
      numbers.removeAll(keepingCapacity: true)
      signs.removeAll(keepingCapacity: true)
      table.removeAll(keepingCapacity: true)
      state = number(current) * Int32(stride)
    }
    let next = successor(of: current, byteClass)
    let number = self.number(next)
    let isSpecial = next.isMatch || next.instructions.isEmpty
    let entry = isSpecial ? Entry.special(number) : number * Int32(stride)
    table[Int(state) + byteClass] = entry
    return entry
  }

  private func successor(of state: State, _ byteClass: Int) -> State {
    let byte = byteClass == stride - 1 ? nil : representative(of: byteClass)
    var instructions = state.instructions
    if program.hasAssertions {
      let facts = RegexFacts(
        before: state.before, next: byte, isReversed: program.isReversed)
      scratch.removeAll()
      for instruction in state.instructions { scratch.follow(instruction, program, facts) }
      instructions = scratch.array
    }
    following.removeAll()
    var isMatch = false
    for number in instructions {
      let instruction = program.instructions[Int(number)]
      if instruction.operation == .match {
        isMatch = true
        if takesLongest { continue }
        break
      }
      if let byte, program.accepts(instruction, byte) {
        following.follow(instruction.next, program, nil)
      }
    }
    return State(
      instructions: following.array, before: byte.map { before($0) } ?? .nothing, isMatch: isMatch)
  }

  private func representative(of byteClass: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: program.classes.firstIndex(of: UInt8(byteClass)) ?? 0)
  }
}

/// What stands around a place.
struct RegexFacts {
  let before: RegexDFA.Before
  /// Nil at the end of the text.
  let next: UInt8?
  var isReversed = false

  /// Whether the place lies between the bytes of one character.
  private var isInside: Bool {
    if isReversed { return before == .inside }
    return next.map { ByteRun.isContinuation($0) } ?? false
  }

  func holds(_ assertion: UInt8) -> Bool {
    let isWordNext = next.map { RegexDFA.isWord($0) } ?? false
    switch RegexAssertion(rawValue: assertion) {
    case .beginOfText: return before == .nothing
    case .endOfText: return next == nil
    case .beginOfLine: return before == .nothing || before == .newline
    case .endOfLine: return next == nil || next == 0x0A
    case .wordBoundary: return (before == .word) != isWordNext
    case .noWordBoundary: return (before == .word) == isWordNext && !isInside
    case nil: return false
    }
  }
}

extension RegexProgram {
  @inline(__always)
  func accepts(_ instruction: Instruction, _ byte: UInt8) -> Bool {
    switch instruction.operation {
    case .byte: byte >= instruction.low && byte <= instruction.high
    case .set: RegexProgram.contains(sets[Int(instruction.other)], byte)
    default: false
    }
  }
}

/// Instructions in order, each once.
struct RegexInstructionList {
  private(set) var array: [UInt32] = []
  /// The round in which an instruction was met last.
  private var rounds: [UInt32]
  private var round: UInt32 = 0
  private var open: [UInt32] = []

  init(capacity: Int) { rounds = Array(repeating: 0, count: capacity) }

  mutating func removeAll() {
    array.removeAll(keepingCapacity: true)
    round &+= 1
    if round == 0 {
      for index in rounds.indices { rounds[index] = 0 }
      round = 1
    }
  }

  /// Adds what an instruction leads to without reading a byte. Without facts, assertions stay as
  /// they are, to be settled later.
  mutating func follow(_ first: UInt32, _ program: RegexProgram, _ facts: RegexFacts?) {
    open.append(first)
    while let number = open.popLast() {
      if rounds[Int(number)] == round { continue }
      rounds[Int(number)] = round
      let instruction = program.instructions[Int(number)]
      switch instruction.operation {
      case .split:
        open.append(instruction.other)
        open.append(instruction.next)
      case .save: open.append(instruction.next)
      case .assertion:
        if let facts {
          if facts.holds(instruction.low) { open.append(instruction.next) }
        } else {
          array.append(number)
        }
      case .byte, .set, .match: array.append(number)
      }
    }
  }
}
