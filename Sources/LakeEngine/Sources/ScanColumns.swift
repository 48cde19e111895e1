import LakeCore
import LakeTables

/// What a source has to read for a scan, and how the scan's columns are put together: columns of
/// the files, columns that are one value for a whole file (partitions), and the hidden ones.
struct ScanColumns: Sendable {
  enum Part: Sendable {
    /// A column of the table, by its place in the schema.
    case table(Int)
    case path
    case row
  }

  let schema: Schema
  /// The same columns as the files name them, nested ones too.
  let fileSchema: Schema
  let parts: [Part]
  let predicate: BoundExpression?
  let keyFilters: [ScanKeyFilter]
  /// What can only hold for rows that are wanted: the condition, and the bounds of keys that are
  /// looked for. To be asked of files, row groups and pages.
  let outline: BoundExpression?
  /// The columns of the table that are asked for, each once, ascending.
  let wanted: [Int]

  init(_ request: ScanRequest, fileSchema: Schema? = nil) {
    schema = request.schema
    self.fileSchema = fileSchema ?? request.schema
    predicate = request.predicate
    keyFilters = request.keyFilters
    let bounds = request.keyFilters.compactMap { key -> BoundExpression? in
      key.filter.condition(on: .column(key.column, key.filter.type))
    }
    outline = BoundExpression.all(of: (predicate?.conjuncts ?? []) + bounds)
    parts = request.columns.map { column in
      switch column {
      case .table(let index): .table(index)
      case .path: .path
      case .row: .row
      }
    }
    let places = request.columns.compactMap { column -> Int? in
      if case .table(let index) = column { index } else { nil }
    }
    wanted = Set(places).sorted()
  }

  /// Whether some rows may be left out.
  var filters: Bool { predicate != nil || !keyFilters.isEmpty }

  var wantsRowNumbers: Bool { parts.contains { if case .row = $0 { true } else { false } } }

  /// The files that may have a row that is wanted, by the values of their partitions and by what
  /// the log of the table says of them.
  func filesThatMayHold(_ files: [SourceFile], _ counters: ScanCounters?) -> [SourceFile] {
    let wanted = files.filter { file in
      outline.map { ScanPruning(self, file: file).canHold($0) } ?? true
    }
    counters?.add(.filesSkipped, files.count - wanted.count)
    counters?.add(.files, wanted.count)
    return wanted
  }

  /// The place in the schema of an expression that is a column of the table and nothing else.
  func tableColumn(_ expression: BoundExpression) -> Int? {
    guard case .column(let place) = expression.node, parts.indices.contains(place),
      case .table(let index) = parts[place]
    else { return nil }
    return index
  }

  /// The columns of a batch of one file. `read` gives the columns that were read from it, by their
  /// place in the schema; `firstRow` is the number of the batch's first row in its file.
  func assemble(
    _ rowCount: Int, file: SourceFile, firstRow: Int, _ kernels: Kernels,
    read: (Int) throws -> ColumnVector
  ) throws -> Batch {
    var columns: [ColumnVector] = []
    columns.reserveCapacity(parts.count)
    for part in parts {
      switch part {
      case .table(let index):
        if let value = file.constants[index] {
          columns.append(
            try ColumnVector.constant(schema.fields[index].type, value, count: rowCount))
        } else {
          columns.append(try read(index))
        }
      case .path:
        columns.append(try ColumnVector.constant(.varchar, .string(file.path), count: rowCount))
      case .row:
        columns.append(try ScanColumns.numbers(from: firstRow, count: rowCount, kernels))
      }
    }
    return Batch(columns: columns, rowCount: rowCount)
  }

  private static func numbers(
    from first: Int, count: Int, _ kernels: Kernels
  ) throws(LakeError) -> ColumnVector {
    let buffer = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    let out = buffer.pointer(as: Int64.self)
    // No overflow: numbers of rows that were read.
    for row in 0..<count { out[row] = Int64(first &+ row) }
    return ColumnVector(
      type: .bigint, flat: FlatColumn(count: count, validity: nil, values: .fixed(buffer)))
  }
}

/// A file of a table.
package struct SourceFile: Sendable {
  package var path: String
  /// Columns of the table that have one value for the whole file, by their place in the schema: the
  /// values of its partition. They are not read from the file.
  package var constants: [Int: Value]
  /// What the log of its table says of its values, in Delta's words.
  package var statistics: String?
  /// Which of its rows do not belong to the table.
  package var deletions: DeletionVector?

  package init(
    _ path: String, constants: [Int: Value] = [:], statistics: String? = nil,
    deletions: DeletionVector? = nil
  ) {
    self.path = path
    self.constants = constants
    self.statistics = statistics
    self.deletions = deletions
  }
}

/// The condition of a scan on the thread that reads.
struct ScanFilter {
  private let evaluator: Evaluator?
  private let keys: ScanKeys
  private let gatherer: BatchGatherer

  init(_ columns: ScanColumns, _ context: EvaluationContext) {
    evaluator = columns.predicate.map { Evaluator($0, context: context) }
    keys = ScanKeys(columns.keyFilters, context.kernels)
    gatherer = BatchGatherer(context.kernels)
  }

  func add(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    try addKept(try kept(batch), emit: emit)
  }

  /// The rows of a batch that fulfil the condition.
  func kept(_ batch: Batch) throws -> Batch {
    if batch.rowCount == 0 { return batch }
    return try keys.kept(try evaluator?.filter(batch) ?? batch)
  }

  /// Adds rows that were found to fulfil the condition.
  func addKept(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    if evaluator == nil, keys.isEmpty {
      if batch.selectedCount > 0 { try emit(batch) }
    } else {
      try gatherer.add(batch, emit: emit)
    }
  }

  func flush(emit: (Batch) throws -> Void) throws { try gatherer.flush(emit: emit) }
}
