import LakeCore
import LakeTestSupport
import Testing

/// Kernels against the plain reference on single values, over random types, values and forms.
@Suite("Kernels agree with single values")
struct KernelPropertyTests {
  static let seeds = Array(UInt64(1)...150)

  private let kernels = Kernels()

  @Test(arguments: seeds)
  func vectorsOfEveryFormKeepTheirPromisesAndValues(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<8 {
      let type = random.type()
      let values = random.values(type, count: random.below(150))
      let vector = try random.vector(type, values)
      try vector.checkInvariants()
      #expect(areSame(vector.allValues, values), "seed \(seed) type \(type)")
      #expect(vector.nullCount == values.count { $0.isNull })
      let flat = try vector.asFlat()
      try flat.checkInvariants()
      #expect(areSame(flat.allValues, values), "seed \(seed) type \(type)")
    }
  }

  @Test(arguments: seeds)
  func gatherPicksRows(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let type = random.type()
    let values = random.values(type, count: 1 + random.below(150))
    let vector = try random.vector(type, values)
    let rows = (0..<random.below(200)).map { _ in UInt32(random.below(values.count)) }
    let gathered = try rows.withUnsafeBufferPointer { buffer in
      var none: UInt32 = 0
      return try kernels.gather(
        vector, rows: buffer.baseAddress ?? withUnsafePointer(to: &none) { $0 }, count: rows.count)
    }
    try gathered.checkInvariants()
    #expect(areSame(gathered.allValues, rows.map { values[Int($0)] }), "seed \(seed) type \(type)")
    switch (vector.form, gathered.form) {
    case (.flat, .flat), (.constant, .constant), (.dictionary, .dictionary): break
    default: Issue.record("the form has changed")
    }
  }

  @Test(arguments: seeds)
  func gatherPicksRowsOfSeveralVectors(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    // Most types have one way; half of the runs are of those that have another.
    let type = random.chance(2) ? random.type() : random.chance(2) ? .bigint : .varchar
    var (expected, pieces): ([Value], [PickedRows]) = ([], [])
    var numbers: [UnsafeMutablePointer<UInt32>] = []
    defer { for rows in numbers { rows.deallocate() } }
    for _ in 0..<1 + random.below(4) {
      var values = random.values(type, count: 1 + random.below(100))
      if random.chance(2) { values = values.filter { !$0.isNull } }
      let count = values.isEmpty ? 0 : random.below(150)
      let rows = UnsafeMutablePointer<UInt32>.allocate(capacity: count + 1)
      for index in 0..<count { rows[index] = UInt32(random.below(values.count)) }
      let vector =
        random.chance(2) ? try random.vector(type, values) : try ColumnVector.of(type, values)
      pieces.append(PickedRows(vector, rows: UnsafePointer(rows), count: count))
      expected += (0..<count).map { values[Int(rows[$0])] }
      numbers.append(rows)
    }
    let gathered = try kernels.gather(pieces)
    try gathered.checkInvariants()
    #expect(areSame(gathered.allValues, expected), "seed \(seed) type \(type)")
  }

  @Test(arguments: seeds)
  func concatenationKeepsAllRows(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let type = random.type()
    var (all, vectors): ([Value], [ColumnVector]) = ([], [])
    for _ in 0..<1 + random.below(4) {
      let values = random.values(type, count: random.below(100))
      vectors.append(try random.vector(type, values))
      all += values
    }
    let joined = try kernels.concatenate(vectors)
    try joined.checkInvariants()
    #expect(areSame(joined.allValues, all), "seed \(seed) type \(type)")
  }

  @Test(arguments: seeds)
  func filterKeepsTheRowsThatAreTrue(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let values = random.values(.boolean, count: random.below(300))
    let condition = try random.vector(.boolean, values)
    let selection = random.chance(2) ? try random.selection(of: values.count) : nil
    let kept = try kernels.filter(condition, within: selection)
    let candidates = selection?.indices.map(Int.init) ?? Array(values.indices)
    #expect(kept.indices.map(Int.init) == candidates.filter { values[$0] == .bool(true) })
    let numbers = try ColumnVector.of(.bigint, values.indices.map { .int(Int64($0)) })
    let batch = Batch(columns: [numbers], rowCount: values.count, selection: selection)
    let dense = try batch.filtered(by: condition).compacted()
    #expect(dense.columns[0].allValues == kept.indices.map { .int(Int64($0)) })
  }

  @Test(arguments: seeds)
  func comparisonsAgree(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<4 {
      let type = random.type()
      let count = random.below(150)
      let (a, b) = (random.values(type, count: count), random.values(type, count: count))
      let (x, y) = (try random.vector(type, a), try random.vector(type, b))
      let kernels = Kernels(isWide: random.chance(2))
      for comparison in Comparison.allCases where type.isOrderable || !isOrder(comparison) {
        let checked = try kernels.compare(comparison, x, y)
        try checked.vector.checkInvariants()
        let answers = checked.vector.allValues
        for row in 0..<count {
          let failed = checked.failures?.rows[row] ?? false
          var expected: Value = .null
          do {
            expected =
              try ValueReference.compare(comparison, a[row], b[row], type)
              .map { .bool($0) } ?? .null
            #expect(!failed, "seed \(seed) \(a[row]) \(comparison) \(b[row])")
          } catch is ValueReference.NoOrder {
            #expect(failed, "seed \(seed) \(a[row]) \(comparison) \(b[row])")
          }
          #expect(answers[row] == expected, "seed \(seed) \(a[row]) \(comparison) \(b[row])")
        }
      }
    }
  }

  private func isOrder(_ comparison: Comparison) -> Bool {
    [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(comparison)
  }

  @Test(arguments: seeds)
  func valuesThatAreNotDistinctHashEqual(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let type = random.type()
    let values = random.values(type, count: 60)
    let (x, y) = (try random.vector(type, values), try random.vector(type, values))
    var (p, q) = ([UInt64](repeating: 7, count: 60), [UInt64](repeating: 7, count: 60))
    try kernels.hash(x, into: &p)
    try kernels.hash(y, into: &q)
    #expect(p == q, "the form changes the hash: seed \(seed) type \(type)")
    for a in values.indices {
      for b in 0..<a {
        let same = try ValueReference.compare(.notDistinct, values[a], values[b], type)
        #expect((p[a] == p[b]) == same, "seed \(seed) \(values[a]) \(values[b])")
      }
    }
    try kernels.hash(x, combiningInto: &p)
    try kernels.hash(y, combiningInto: &q)
    #expect(p == q, "seed \(seed) type \(type)")
  }

  @Test(arguments: seeds)
  func logicHasThreeValues(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let count = random.below(200)
    let (a, b) = (random.values(.boolean, count: count), random.values(.boolean, count: count))
    let (x, y) = (try random.vector(.boolean, a), try random.vector(.boolean, b))
    let (and, or) = (try kernels.and(x, y), try kernels.or(x, y))
    let not = try kernels.not(x)
    for vector in [and, or, not] { try vector.checkInvariants() }
    let (isTrue, isFalse) = (Value.bool(true), Value.bool(false))
    for row in 0..<count {
      let (p, q) = (a[row], b[row])
      let both: Value =
        p == isFalse || q == isFalse ? isFalse : p.isNull || q.isNull ? .null : isTrue
      let either: Value =
        p == isTrue || q == isTrue ? isTrue : p.isNull || q.isNull ? .null : isFalse
      #expect(and.value(at: row) == both)
      #expect(or.value(at: row) == either)
      #expect(not.value(at: row) == (p.isNull ? .null : .bool(p == isFalse)))
    }
  }

  @Test(arguments: seeds)
  func nullTestsAreNeverNull(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let type = random.type()
    let values = random.values(type, count: random.below(200))
    let vector = try random.vector(type, values)
    let (isNull, isNotNull) = (try kernels.isNull(vector), try kernels.isNotNull(vector))
    try isNull.checkInvariants()
    #expect(isNull.allValues == values.map { .bool($0.isNull) })
    #expect(isNotNull.allValues == values.map { .bool(!$0.isNull) })
  }

  @Test(arguments: seeds)
  func compactionChangesNoValue(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let type = random.type()
    let values = random.values(type, count: random.below(100))
    let vector = try random.vector(type, values)
    let kept = try kernels.compacted(try kernels.gather(vector, random.selection(of: values.count)))
    try kept.checkInvariants()
    var again = SeededRandom(seed: seed)
    _ = again.type()
    #expect(kept.count <= values.count)
    #expect(kept.allValues.allSatisfy { value in values.contains { $0.isSame(as: value) } })
  }
}
