import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Parquet, written and read again")
struct ParquetRoundTripTests {
  @Test(arguments: 0..<60)
  func randomVectorsComeBackAsTheyWere(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let schema = ParquetTrip.schema(&random, columns: 1 + random.below(5))
    var expected: [[Value]] = schema.fields.map { _ in [] }
    var batches: [Batch] = []
    for _ in 0..<random.below(5) {
      let count = random.pick([0, 1, 7, 64, 200])
      let selection = random.chance(2) ? try random.selection(of: count) : nil
      let rows = selection.map { $0.indices.map { Int($0) } } ?? Array(0..<count)
      var columns: [ColumnVector] = []
      for (index, field) in schema.fields.enumerated() {
        let values = random.values(field.type, count: count)
        columns.append(try random.vector(field.type, values))
        expected[index] += rows.map { values[$0] }
      }
      batches.append(Batch(columns: columns, rowCount: count, selection: selection))
    }
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = random.pick([1, 13, 100, 100_000])
    options.pageBytes = random.pick([1, 64, 1000, 1 << 20])
    options.codec = random.pick([.gzip, .none])
    let codecs: Codecs = random.chance(2) ? .zlibOnly : .withOptional
    let (bytes, summary) = try ParquetTrip.write(schema, batches, options, codecs: codecs)
    #expect(summary.byteCount == bytes.count)
    #expect(summary.rowCount == expected[0].count)

    let folder = try TemporaryDirectory()
    let path = try folder.write(bytes, to: "a.parquet")
    let (found, columns) = try ParquetTrip.read(path, codecs: codecs)
    #expect(
      found.fields.map(\.type.description)
        == schema.fields.map {
          ParquetTrip.readType($0.type).description
        })
    for (index, field) in schema.fields.enumerated() {
      #expect(areSame(columns[index], expected[index]), "\(field)")
      #expect(summary.columns[index].nullCount == expected[index].count { $0.isNull })
    }
  }
}
