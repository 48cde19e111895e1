import LakeCore
import LakeTables

/// A format of data files that people can read: one line a row. Its statistics are those that
/// Parquet would give.
struct FakeFormat: DataFileFormat {
  var rowsPerStep = 1000

  func makeWriter(schema: Schema, target: any OutputTarget) throws -> any DataFileWriter {
    FakeWriter(schema, target)
  }
}

private final class FakeWriter: DataFileWriter {
  private let target: any OutputTarget
  private var rowCount = 0
  private var byteCount = 0
  private var columns: [DataFileSummary.Column]

  init(_ schema: Schema, _ target: any OutputTarget) {
    self.target = target
    columns = schema.fields.map { _ in .init(minimum: nil, maximum: nil, nullCount: 0) }
  }

  func append(_ batch: Batch) throws {
    precondition(batch.selection == nil)
    var text = ""
    let values = batch.columns.map(\.allValues)
    for row in 0..<batch.rowCount {
      text += values.map { "\($0[row])" }.joined(separator: "|") + "\n"
    }
    for (index, column) in values.enumerated() {
      for value in column { count(value, index) }
    }
    rowCount += batch.rowCount
    byteCount += text.utf8.count
    try target.write(text)
  }

  private func count(_ value: Value, _ index: Int) {
    switch (value, columns[index].minimum) {
    case (.null, _): columns[index].nullCount = (columns[index].nullCount ?? 0) + 1
    case (.int(let int), .int(let low)):
      if int < low { columns[index].minimum = value }
      if case .int(let high) = columns[index].maximum, int > high {
        columns[index].maximum = value
      }
    case (.string(let text), .string(let low)):
      if text < low { columns[index].minimum = value }
      if case .string(let high) = columns[index].maximum, text > high {
        columns[index].maximum = value
      }
    case (_, nil): (columns[index].minimum, columns[index].maximum) = (value, value)
    default: break
    }
  }

  func finish() throws -> DataFileSummary {
    try target.commit()
    return DataFileSummary(rowCount: rowCount, byteCount: byteCount, columns: columns)
  }
}
