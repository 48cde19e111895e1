import LakeCore

/// Finds the partitions of rows that are about to be written.
struct Partitioner {
  let columns: [String]
  /// The places of the partition columns, in the order of the levels.
  private let places: [Int]
  /// The places of the columns that are in the files.
  let dataColumns: [Int]
  private let kernels: Kernels

  /// Rows that follow each other and belong together.
  struct Run {
    var partition: Partition
    var rows: Range<Int>
  }

  /// Nil where there are no partitions.
  init?(_ request: WriteRequest, _ kernels: Kernels) throws(LakeError) {
    if request.partitionColumns.isEmpty { return nil }
    var places: [Int] = []
    for column in request.partitionColumns {
      places.append(try Partitioner.place(of: column, in: request.schema, besides: places))
    }
    self.places = places
    columns = places.map { request.schema.fields[$0].name }
    dataColumns = request.schema.fields.indices.filter { !places.contains($0) }
    self.kernels = kernels
    if dataColumns.isEmpty {
      throw LakeError(
        .invalidInput, "all columns are partition columns, and the files would have none",
        hint: "Partition by fewer columns.")
    }
  }

  private static func place(
    of column: String, in schema: Schema, besides places: [Int]
  ) throws(LakeError) -> Int {
    guard let place = schema.index(of: column) else {
      throw LakeError(
        .notFound, "there is no column '\(column)' to partition by",
        hint: Suggestion.hint(for: column, among: schema.fields.map(\.name)))
    }
    if places.contains(place) {
      throw LakeError(.invalidInput, "the table is partitioned by '\(column)' twice")
    }
    let type = schema.fields[place].type
    guard Partition.isPossible(type) else {
      throw LakeError(
        .unsupported, "'\(column)' is \(type), and no table is partitioned by such values",
        hint: "Partition by text, whole numbers, decimals, booleans, dates or timestamps.")
    }
    return place
  }

  /// The partition of rows without values.
  var nowhere: Partition { Partition(columns: columns, values: columns.map { _ in nil }) }

  /// Cuts a batch without a selection where the partition changes. Values are compared by their
  /// hashes and, at both ends of a run, as they are: sorted rows cannot differ between.
  func runs(of batch: Batch) throws -> [Run] {
    let hashes = try self.hashes(of: batch)
    let hash = hashes.pointer(as: UInt64.self)
    var runs: [Run] = []
    var start = 0
    for row in 1...batch.rowCount where row == batch.rowCount || hash[row] != hash[start] {
      let partition = try self.partition(of: start, in: batch)
      if row - start > 1, try self.partition(of: row - 1, in: batch) != partition {
        runs += try singly(start..<row, of: batch)
      } else {
        runs.append(Run(partition: partition, rows: start..<row))
      }
      start = row
    }
    return runs
  }

  private func hashes(of batch: Batch) throws(LakeError) -> Buffer {
    let hashes = try Buffer(byteCount: batch.rowCount * 8, tracker: kernels.tracker)
    let target = hashes.pointer(as: UInt64.self)
    for (level, place) in places.enumerated() {
      if level == 0 {
        try kernels.hash(batch.columns[place], into: target)
      } else {
        try kernels.hash(batch.columns[place], combiningInto: target)
      }
    }
    return hashes
  }

  /// Row by row, where two values have one hash.
  private func singly(_ rows: Range<Int>, of batch: Batch) throws -> [Run] {
    try rows.map { Run(partition: try partition(of: $0, in: batch), rows: $0..<$0 + 1) }
  }

  private func partition(of row: Int, in batch: Batch) throws -> Partition {
    let values = Batch(columns: places.map { batch.columns[$0] }, rowCount: batch.rowCount)
    return try Partition(columns, of: row, in: values, kernels)
  }
}
