/// Finds out which part of a match is what group: all ways through the pattern side by side, the
/// better ones first, each with the places that it passed. Linear in the length of the match.
final class RegexGroups {
  private let program: RegexProgram
  private let slotCount: Int
  private var current: Threads
  private var following: Threads
  /// The slots of the way that is followed just now.
  private var slots: [Int]
  private var open: [Task] = []

  /// What is left to do when a way has been followed: another way, or a slot as it was before.
  private enum Task {
    case follow(UInt32)
    case restore(slot: Int, place: Int)
  }

  private struct Threads {
    var instructions: [UInt32] = []
    /// `slotCount` for each instruction.
    var slots: [Int] = []
    var rounds: [UInt32]
    var round: UInt32 = 0

    mutating func removeAll() {
      instructions.removeAll(keepingCapacity: true)
      slots.removeAll(keepingCapacity: true)
      round &+= 1
      if round == 0 {
        for index in rounds.indices { rounds[index] = 0 }
        round = 1
      }
    }
  }

  init(_ program: RegexProgram, groupCount: Int) {
    self.program = program
    slotCount = 2 * (groupCount + 1)
    let none = Threads(rounds: Array(repeating: 0, count: program.instructions.count))
    (current, following) = (none, none)
    slots = Array(repeating: -1, count: slotCount)
  }

  /// Begin and end of the whole match and of each group, −1 for groups that took no part.
  func find(in text: ByteRun, match: Range<Int>) -> [Int] {
    var best = Array(repeating: -1, count: slotCount)
    for index in slots.indices { slots[index] = -1 }
    current.removeAll()
    follow(program.start, text, match.lowerBound, &current)
    var place = match.lowerBound
    while !current.instructions.isEmpty {
      following.removeAll()
      let byte = place < text.count ? text[place] : nil
      for (index, number) in current.instructions.enumerated() {
        let instruction = program.instructions[Int(number)]
        let own = index * slotCount
        if instruction.operation == .match {
          for slot in 0..<slotCount { best[slot] = current.slots[own + slot] }
          best[1] = place
          // What comes behind is worse.
          break
        }
        guard let byte, place < match.upperBound, program.accepts(instruction, byte) else {
          continue
        }
        for slot in 0..<slotCount { slots[slot] = current.slots[own + slot] }
        follow(instruction.next, text, place + 1, &following)
      }
      swap(&current, &following)
      place += 1
    }
    best[0] = match.lowerBound
    if best[1] < 0 { best[1] = match.upperBound }
    return best
  }

  private func follow(
    _ first: UInt32, _ text: ByteRun, _ place: Int, _ threads: inout Threads
  ) {
    open.append(.follow(first))
    while let task = open.popLast() {
      guard case .follow(let number) = task else {
        if case .restore(let slot, let old) = task { slots[slot] = old }
        continue
      }
      if threads.rounds[Int(number)] == threads.round { continue }
      threads.rounds[Int(number)] = threads.round
      let instruction = program.instructions[Int(number)]
      switch instruction.operation {
      case .split:
        open.append(.follow(instruction.other))
        open.append(.follow(instruction.next))
      case .save:
        let slot = Int(instruction.other)
        open.append(.restore(slot: slot, place: slots[slot]))
        slots[slot] = place
        open.append(.follow(instruction.next))
      case .assertion:
        if facts(text, place).holds(instruction.low) { open.append(.follow(instruction.next)) }
      case .byte, .set, .match:
        threads.instructions.append(number)
        threads.slots += slots
      }
    }
  }

  private func facts(_ text: ByteRun, _ place: Int) -> RegexFacts {
    let before: RegexDFA.Before
    if place == 0 {
      before = .nothing
    } else if text[place - 1] == 0x0A {
      before = .newline
    } else {
      before = RegexDFA.isWord(text[place - 1]) ? .word : .other
    }
    return RegexFacts(before: before, next: place < text.count ? text[place] : nil)
  }
}
