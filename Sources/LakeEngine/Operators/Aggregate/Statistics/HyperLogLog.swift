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

  /// About how much memory it takes.
  var byteCount: Int {
    switch state {
    case .few(let hashes): hashes.isEmpty ? 0 : 32 + 16 * hashes.capacity
    case .registers: 32 + HyperLogLog.registerCount
    }
  }

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

  /// The state as bytes: 1 and the registers, or 0 and the few hashes.
  var bytes: [UInt8] {
    switch state {
    case .registers(let registers): return [1] + registers
    case .few(let hashes):
      return [0] + hashes.flatMap { hash in withUnsafeBytes(of: hash) { Array($0) } }
    }
  }

  init() {}

  /// From its bytes.
  init(bytes: UnsafeRawBufferPointer) {
    if bytes.first == 1 {
      state = .registers(Array(bytes.dropFirst()))
      return
    }
    var hashes: Set<UInt64> = []
    for start in stride(from: 1, to: bytes.count, by: 8) {
      hashes.insert(bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }
    state = .few(hashes)
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
  private let account: MemoryAccount

  init(_ kernels: Kernels) {
    self.kernels = kernels
    account = MemoryAccount(kernels.tracker)
  }

  func reserve(groups: Int) throws {
    if groups <= sketches.count { return }
    try account.add((groups - sketches.count) * MemoryLayout<HyperLogLog>.stride)
    while sketches.count < groups { sketches.append(HyperLogLog()) }
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let argument = arguments.first else { return }
    let hashes = try RawArray<UInt64>(count: count, tracker: kernels.tracker)
    try kernels.hash(argument, into: hashes.pointer)
    let valid = try argument.rowValidity(kernels)
    for row in 0..<count {
      if let valid, !valid[row] { continue }
      let hash = ApproximateDistinctAccumulator.mixed(hashes.pointer[row])
      try change(Int(groups[row])) { $0.add(hash) }
    }
  }

  private func change(_ group: Int, _ body: (inout HyperLogLog) -> Void) throws(LakeError) {
    let before = sketches[group].byteCount
    body(&sketches[group])
    let more = sketches[group].byteCount - before
    if more > 0 { try account.add(more) }
  }

  /// Every bit depends on all bits (the end of MurmurHash3).
  private static func mixed(_ hash: UInt64) -> UInt64 {
    var hash = (hash ^ hash &>> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash &>> 33) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash &>> 33
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? ApproximateDistinctAccumulator else { return }
    for group in 0..<count {
      try change(Int(groups[group])) { $0.merge(other.sketches[group]) }
    }
  }

  func state(groups: Int) throws -> [ColumnVector] {
    let views = try Buffer(byteCount: groups * 16, tracker: kernels.tracker)
    var arena = StringArena(tracker: kernels.tracker)
    for group in 0..<groups {
      views.pointer(as: StringView.self)[group] = try sketches[group].bytes.withUnsafeBytes {
        guard let base = $0.baseAddress else { return StringView() }
        return try arena.append(base, count: $0.count)
      }
    }
    let strings = StringValues(views: views, owners: arena.owners)
    return [
      ColumnVector(
        type: .varbinary,
        flat: FlatColumn(count: groups, validity: nil, values: .strings(strings)))
    ]
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let column = state.first else { return }
    let sketches = try Input<StringView>(column, kernels)
    for row in 0..<count {
      let other = sketches[row].withBytes { HyperLogLog(bytes: UnsafeRawBufferPointer($0)) }
      try change(Int(groups[row])) { $0.merge(other) }
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    try kernels.numbers(.bigint, groups) { sketches[$0].estimate }
  }
}
