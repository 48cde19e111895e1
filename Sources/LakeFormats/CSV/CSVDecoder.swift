import LakeCore

/// Turns chunks of CSV into batches by a declared schema. One belongs to one worker, which uses it
/// for one chunk after the other, of whatever file.
package final class CSVDecoder: ChunkDecoder {
  private let schema: Schema
  private let options: CSVReadOptions
  private let tracker: MemoryTracker?
  private var handler: CSVDecodeHandler?
  /// The layout that the handler was made for.
  private var layout: CSVFileFormat?

  package init(
    schema: Schema, options: CSVReadOptions = CSVReadOptions(), tracker: MemoryTracker? = nil
  ) {
    self.schema = schema
    self.options = options
    self.tracker = tracker
  }

  package func decode(
    _ chunk: Chunk, of file: TextFile, emit: (Batch) throws -> Void
  ) throws -> ChunkReport {
    guard case .csv(let format) = file.format else {
      preconditionFailure("a file is read by the decoder of its own format")
    }
    var handler = try takeHandler(for: format)
    handler.begin()
    var walker = CSVWalker(chunk: chunk, format: format)
    try walker.walk(&handler) { (handler: inout CSVDecodeHandler) in
      try emit(try handler.takeBatch(source: chunk.buffer))
    }
    if handler.row > 0 { try emit(try handler.takeBatch(source: chunk.buffer)) }
    var report = walker.report
    report.notes.nulledValues += handler.nulledValues
    // Only one that came through its chunk is used again.
    self.handler = consume handler
    return report
  }

  private func takeHandler(for format: CSVFileFormat) throws(LakeError) -> CSVDecodeHandler {
    if let layout, layout.dialect == format.dialect, layout.names == format.names,
      layout.nullText?.text == format.nullText?.text, let ready = handler.take()
    {
      return ready
    }
    layout = format
    var machine = CSVDecodeMachine(
      plan: try CSVDecodePlan(schema, format), format: format,
      rowCapacity: options.batchRows, tracker: tracker)
    try machine.makeRoom()
    return CSVDecodeHandler(
      machine: machine, rowCapacity: options.batchRows, policy: options.onError)
  }
}

/// Puts records into columns.
struct CSVDecodeHandler: CSVRecordHandler, ~Copyable {
  private var machine: CSVDecodeMachine
  private let rowCapacity: Int
  private let policy: ErrorPolicy
  private(set) var row = 0
  private(set) var nulledValues = 0

  init(machine: consuming CSVDecodeMachine, rowCapacity: Int, policy: ErrorPolicy) {
    self.machine = machine
    self.rowCapacity = rowCapacity
    self.policy = policy
  }

  var fault: CSVFault? { machine.fault }
  var exhausted: LakeError? { machine.exhausted }
  var isFull: Bool { row == rowCapacity }

  /// Forgets what an earlier chunk may have left.
  mutating func begin() {
    row = 0
    nulledValues = 0
  }

  @inline(__always)
  mutating func record(_ start: Cursor, _ end: Cursor) -> Cursor? {
    let next = machine.record(start, end, row: row)
    return machine.exhausted == nil ? next : nil
  }

  @inline(__always)
  mutating func accept() -> (reason: String, place: Cursor)? {
    if machine.mismatchCount > 0 {
      if policy != .null, let mismatch = machine.mismatch { return refusal(mismatch) }
      nulledValues += machine.mismatchCount
    }
    row &+= 1
    return nil
  }

  private func refusal(_ mismatch: CSVMismatch) -> (reason: String, place: Cursor) {
    let field = machine.plan.fields[mismatch.place]
    let text = mismatch.text
    let shown = text.count > 40 ? text[0..<40].text + "…" : text.text
    return ("column \(field.name) is \(field.type), which cannot hold \(shown)", mismatch.start)
  }

  mutating func takeBatch(source: Buffer) throws(LakeError) -> Batch {
    let batch = try machine.takeBatch(rowCount: row, source: source)
    row = 0
    return batch
  }
}
