import LakeCore

/// Infers what the records of JSON files look like, chunk by chunk. One belongs to one worker.
final class JSONInferrer {
  private var handler = JSONInferenceHandler()

  deinit {
    handler.machine.deallocate()
  }

  /// Reads a chunk and returns what was seen in it.
  func infer(_ chunk: Chunk, of format: JSONFileFormat) throws -> JSONChunkEvidence {
    let context = format.context
    handler.machine.cutsByLines = context.cutting == .byLines
    var walker = JSONWalker(chunk: chunk, cutting: context.cutting, isArray: context.isArray)
    try walker.walk(&handler) { (_: inout JSONInferenceHandler) in }
    handler.machine.abandon()
    var report = walker.report
    report.notes.add(handler.takeNotes())
    return JSONChunkEvidence(
      report: report, members: handler.machine.takeEvidence(),
      hasTooManyMembers: handler.machine.recordHasTooManyMembers,
      hasTooManyPlaces: handler.machine.hasTooManyPlaces)
  }
}

/// What inference saw in one chunk.
struct JSONChunkEvidence: Sendable {
  var report: ChunkReport
  var members: [TypeEvidence.Member]
  var hasTooManyMembers: Bool
  var hasTooManyPlaces: Bool
}

/// Counts the values of records that are whole.
struct JSONInferenceHandler: JSONRecordHandler, ~Copyable {
  var machine = JSONInferenceMachine()
  private var notes = TextNotes()

  var fault: JSONFault { machine.fault }
  var mayHoldNewline: Bool { machine.mayHoldNewline }
  let exhausted: LakeError? = nil
  let isFull = false

  @inline(__always)
  mutating func record(_ start: Cursor) -> Cursor? {
    machine.abandon()
    machine.mayHoldNewline = false
    machine.duplicateKeys = 0
    machine.caseCollisions = 0
    return machine.object(JSONInferenceMachine.recordShape, 0, start, depth: 1)
  }

  @inline(__always)
  mutating func accept() -> JSONRefusal? {
    machine.commit()
    notes.duplicateKeys &+= machine.duplicateKeys
    notes.caseCollisions &+= machine.caseCollisions
    return nil
  }

  mutating func takeNotes() -> TextNotes {
    defer { notes = TextNotes() }
    return notes
  }
}
