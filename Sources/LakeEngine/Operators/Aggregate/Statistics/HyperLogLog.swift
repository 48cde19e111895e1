import Glibc
import LakeCore

/// approx_distinct: few different values are counted exactly, by their hashes; of more, 2,048
/// registers keep how long a run of zeros their hashes begin with (Flajolet and others, 2007). The
/// standard error is 2.3 %.
struct HyperLogLog {
  private enum State {
    case few(Set<UInt64>)
    case registers([UInt8])
  }

  private var state = State.few([])

  private static let registerBits: UInt64 = 11
  private static let registerCount = 1 << 11
  private static let fewMax = 256

  mutating func add(_ hash: UInt64) {
    switch state {
    case .few(var hashes):
      // Taken out, so that it is not copied.
      state = .few([])
      hashes.insert(hash)
      if hashes.count <= HyperLogLog.fewMax {
        state = .few(hashes)
        return
      }
      var registers = [UInt8](repeating: 0, count: HyperLogLog.registerCount)
      for hash in hashes { HyperLogLog.note(hash, &registers) }
      state = .registers(registers)
    case .registers(var registers):
      state = .few([])
      HyperLogLog.note(hash, &registers)
      state = .registers(registers)
    }
  }

  private static func note(_ hash: UInt64, _ registers: inout [UInt8]) {
    let index = Int(hash & (UInt64(registerCount) - 1))
    let rest = hash &>> registerBits | 1 &<< (64 - registerBits)
    registers[index] = max(registers[index], UInt8(rest.trailingZeroBitCount + 1))
  }

  mutating func merge(_ other: HyperLogLog) {
    switch other.state {
    case .few(let hashes): for hash in hashes { add(hash) }
    case .registers(let theirs):
      var mine: [UInt8]
      switch state {
      case .registers(let registers): mine = registers
      case .few(let hashes):
        mine = [UInt8](repeating: 0, count: HyperLogLog.registerCount)
        for hash in hashes { HyperLogLog.note(hash, &mine) }
      }
      for index in mine.indices { mine[index] = max(mine[index], theirs[index]) }
      state = .registers(mine)
    }
  }

  var estimate: Int64 {
    guard case .registers(let registers) = state else {
      if case .few(let hashes) = state { return Int64(hashes.count) }
      return 0
    }
    let count = Double(HyperLogLog.registerCount)
    let sum = registers.reduce(0.0) { $0 + 1 / Double(1 &<< UInt64($1)) }
    let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
    let zeros = registers.count { $0 == 0 }
    if raw <= 2.5 * count, zeros > 0 {
      return Int64((count * log(count / Double(zeros))).rounded())
    }
    return Int64(raw.rounded())
  }
}

final class ApproximateDistinctAccumulator: Accumulator {
  private let kernels: Kernels
  private var sketches: [HyperLogLog] = []

  init(_ kernels: Kernels) { self.kernels = kernels }

  func reserve(groups: Int) throws {
    while sketches.count < groups { sketches.append(HyperLogLog()) }
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let argument = arguments.first else { return }
    let hashes = try RawArray<UInt64>(count: count, tracker: kernels.tracker)
    try kernels.hash(argument, into: hashes.pointer)
    let valid = try argument.rowValidity(kernels)
    for row in 0..<count {
      if let valid, !valid[row] { continue }
      sketches[Int(groups[row])].add(ApproximateDistinctAccumulator.mixed(hashes.pointer[row]))
    }
  }

  /// Every bit depends on all bits (the end of MurmurHash3).
  private static func mixed(_ hash: UInt64) -> UInt64 {
    var hash = (hash ^ hash &>> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash &>> 33) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash &>> 33
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? ApproximateDistinctAccumulator else { return }
    for group in 0..<count { sketches[Int(groups[group])].merge(other.sketches[group]) }
  }

  func finish(groups: Int) throws -> ColumnVector {
    try kernels.numbers(.bigint, groups) { sketches[$0].estimate }
  }
}
