import LakeCore
import LakeFormats

/// The number of rows and the sum of every column: values of numbers, bytes of strings.
struct ColumnSums {
  private(set) var rowCount = 0
  private(set) var rejectCount = 0
  private var schema: Schema
  private var sums: [Double]

  init(format: TextFormat, schema text: String, paths: [String], pool: ThreadPool) throws {
    let fileSystem = LocalFileSystem()
    let libraries = CodecLibraries()
    let scan = TextScan(
      files: try paths.map {
        try TextFile.open($0, as: format, in: fileSystem, libraries: libraries)
      })
    let schema = text == "infer" ? try scan.infer(on: pool).schema : try Schema(parsing: text)
    var (rows, rejects) = (0, 0)
    var sums = [Double](repeating: 0, count: schema.count)
    _ = try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema),
      transform: { batch in (batch.rowCount, batch.columns.map(ColumnSums.sum)) },
      consume: { (part: (Int, [Double])) in
        rows += part.0
        for index in sums.indices { sums[index] += part.1[index] }
      },
      reject: { _ in rejects += 1 })
    self.schema = schema
    self.sums = sums
    (rowCount, rejectCount) = (rows, rejects)
  }

  private static func sum(_ vector: ColumnVector) -> Double {
    guard case .flat(let flat) = vector.form else { return 0 }
    switch (flat.values, vector.type.physical) {
    case (.fixed(let buffer), .int64):
      let values = buffer.pointer(as: Int64.self)
      var total: Int64 = 0
      for row in 0..<flat.count where !flat.isNull(row) { total &+= values[row] }
      return Double(total)
    case (.fixed(let buffer), .float64):
      let values = buffer.pointer(as: Double.self)
      var total = 0.0
      for row in 0..<flat.count where !flat.isNull(row) { total += values[row] }
      return total
    case (.strings(let strings), _):
      let views = strings.pointer
      var total = 0
      for row in 0..<flat.count where !flat.isNull(row) { total += views[row].count }
      return Double(total)
    default:
      return 0
    }
  }

  func json(seconds: Double) -> String {
    let columns = zip(schema.fields, sums).map { "\"\($0.name)\":\($1)" }.joined(separator: ",")
    return "{\"seconds\":\(seconds),\"rows\":\(rowCount),\"rejects\":\(rejectCount),"
      + "\"sums\":{\(columns)}}"
  }
}
