import LakeCore

/// Turns chunks of JSON into batches by a declared schema. One belongs to one worker, which uses it
/// for one chunk after the other; the keys that it learns on the way are kept.
package final class JSONDecoder: ChunkDecoder {
  private let plan: JSONDecodePlan
  private let options: JSONReadOptions
  private let tracker: MemoryTracker?
  private var handler: JSONDecodeHandler

  init(
    plan: JSONDecodePlan, options: JSONReadOptions, tracker: MemoryTracker?
  ) throws(LakeError) {
    self.plan = plan
    self.options = options
    self.tracker = tracker
    handler = JSONDecodeHandler(
      machine: try JSONDecodeMachine(
        plan: plan, rowCapacity: options.batchRows, tracker: tracker),
      rowCapacity: options.batchRows, policy: options.onError)
  }

  deinit {
    handler.machine.deallocate()
  }

  /// Decodes a chunk and hands out its batches in order.
  package func decode(
    _ chunk: Chunk, of file: TextFile, emit: (Batch) throws -> Void
  ) throws -> ChunkReport {
    guard case .json(let format) = file.format else {
      preconditionFailure("a file is read by the decoder of its own format")
    }
    let context = format.context
    handler.machine.cutsByLines = context.cutting == .byLines
    var walker = JSONWalker(chunk: chunk, cutting: context.cutting, isArray: context.isArray)
    try walker.walk(&handler) { (handler: inout JSONDecodeHandler) in
      try emit(try handler.takeBatch(source: chunk.buffer))
    }
    if handler.row > 0 { try emit(try handler.takeBatch(source: chunk.buffer)) }
    var report = walker.report
    report.notes.add(handler.takeNotes())
    return report
  }
}

/// What a decoder must know of the file that a chunk is from.
struct JSONChunkContext: Sendable {
  let cutting: JSONCutting
  let isArray: Bool
}

/// Puts records into columns.
struct JSONDecodeHandler: JSONRecordHandler, ~Copyable {
  var machine: JSONDecodeMachine
  let rowCapacity: Int
  let policy: ErrorPolicy
  private(set) var row = 0
  private var notes = TextNotes()

  init(machine: consuming JSONDecodeMachine, rowCapacity: Int, policy: ErrorPolicy) {
    self.machine = machine
    self.rowCapacity = rowCapacity
    self.policy = policy
  }

  var fault: JSONFault { machine.fault }
  var mayHoldNewline: Bool { machine.mayHoldNewline }
  var exhausted: LakeError? { machine.exhausted }
  var isFull: Bool { row == rowCapacity }

  @inline(__always)
  mutating func record(_ start: Cursor) -> Cursor? {
    machine.beginRecord()
    return machine.object(JSONDecodePlan.recordShape, row, start, depth: 1)
  }

  @inline(__always)
  mutating func accept() -> JSONRefusal? {
    if machine.mismatchCount > 0, let mismatch = machine.mismatches.first {
      if policy != .null { return refusal(mismatch) }
      notes.nulledValues += machine.mismatchCount
    }
    notes.duplicateKeys &+= machine.duplicateKeys
    notes.emptyTexts &+= machine.emptyTexts
    notes.caseCollisions &+= machine.caseCollisions
    row &+= 1
    return nil
  }

  private func refusal(_ mismatch: JSONMismatch) -> JSONRefusal {
    let place = machine.plan.places[Int(mismatch.sink)]
    var fault = JSONFault()
    let end = JSONScan.skipValue(mismatch.place, depth: 0, fault: &fault) ?? mismatch.place
    let length = end - mismatch.place
    var count = min(length, 40)
    // Not cut in the middle of a character.
    while count < length, count > 0, mismatch.place[count] & 0xC0 == 0x80 { count -= 1 }
    let shown = ByteView(mismatch.place, count: count).text + (count < length ? "…" : "")
    return JSONRefusal(
      reason: "column \(place.path) is \(place.type), which cannot hold \(shown)",
      place: mismatch.place)
  }

  mutating func takeBatch(source: Buffer) throws(LakeError) -> Batch {
    let batch = try machine.takeBatch(rowCount: row, source: source)
    row = 0
    try machine.makeRoom(rowCapacity: rowCapacity)
    return batch
  }

  /// The notes on the records that were taken since the last call.
  mutating func takeNotes() -> TextNotes {
    defer { notes = TextNotes() }
    return notes
  }
}
