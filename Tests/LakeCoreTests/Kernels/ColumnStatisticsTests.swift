import LakeCore
import LakeTestSupport
import Testing

@Suite("Column statistics")
struct ColumnStatisticsTests {
  @Test(arguments: KernelPropertyTests.seeds)
  func agreeWithSingleValues(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let type = random.type(depth: 0)
    var statistics = ColumnStatistics(type: type)
    var all: [Value] = []
    for _ in 0..<3 {
      let values = random.values(type, count: random.below(60))
      let vector = try random.vector(type, values)
      if random.chance(2) {
        let selection = try random.selection(of: values.count)
        try statistics.add(vector, within: selection)
        all += selection.indices.map { values[Int($0)] }
      } else {
        try statistics.add(vector)
        all += values
      }
    }
    #expect(statistics.rowCount == all.count)
    #expect(statistics.nullCount == all.count { $0.isNull })
    let numbers = all.filter { !$0.isNull && !$0.isNaN }
    #expect(statistics.nanCount == all.count { $0.isNaN })
    guard type.isOrderable else { return #expect(statistics.minimum == nil) }
    let least = try numbers.filter { a in try numbers.allSatisfy { try atMost(a, $0, type) } }
    let greatest = try numbers.filter { a in try numbers.allSatisfy { try atMost($0, a, type) } }
    #expect(
      statistics.minimum.map { least.contains($0) } ?? numbers.isEmpty, "seed \(seed) \(type)")
    #expect(statistics.maximum.map { greatest.contains($0) } ?? numbers.isEmpty, "seed \(seed)")
  }

  private func atMost(_ a: Value, _ b: Value, _ type: DataType) throws -> Bool {
    try ValueReference.compare(.lessOrEqual, a, b, type) == true
  }

  @Test func sumsOfIntegersAreExact() throws {
    var statistics = ColumnStatistics(type: .bigint)
    let values: [Value] = [.int(.max), .int(.max), .null, .int(-3), .int(.min)]
    try statistics.add(try .of(.bigint, values))
    try statistics.add(try .constant(.bigint, .int(2), count: 5))
    let expected = Int128(Int64.max) * 2 - 3 + Int128(Int64.min) + 10
    #expect(statistics.sum == .int128(expected))
  }

  @Test func aSumBeyond128BitsIsNone() throws {
    let type = DataType.decimal(precision: 38, scale: 0)
    let limit = Int128(DecimalText.powerOfTen(38)) - 1
    var statistics = ColumnStatistics(type: type)
    try statistics.add(try .constant(type, .int128(limit), count: 1))
    #expect(statistics.sum == .int128(limit))
    try statistics.add(try .constant(type, .int128(limit), count: 5))
    #expect(statistics.sum == nil)
    try statistics.add(try .constant(type, .int128(1), count: 1))
    #expect(statistics.sum == nil)
  }

  @Test func sumsOfDoublesLeaveNullsOut() throws {
    var statistics = ColumnStatistics(type: .double)
    try statistics.add(try .of(.double, [.double(0.5), .null, .double(2)]))
    #expect(statistics.sum == .double(2.5))
  }
}

extension Value {
  fileprivate var isNaN: Bool {
    switch self {
    case .double(let value): value.isNaN
    case .float(let value): value.isNaN
    default: false
    }
  }
}
