import CLakeKernels
import LakeCore

/// The inner loop of reading JSON into columns: walks over the text of a record and writes each
/// value where it belongs, in one pass, without an allocation.
///
/// The machine is a value with raw pointers, held by a `JSONDecoder` and borrowed for a whole chunk
/// at a time, so that no state lies behind a class or an array while it runs.
///
/// A *fault* is broken text: the record cannot be read. A *mismatch* is a value that is right JSON
/// but does not fit its column: it is walked over, written as null and noted (the first of a
/// record), and the caller's policy decides.
struct JSONDecodeMachine: JSONObjectMachine, ~Copyable {
  let sinks: UnsafeMutablePointer<JSONSink>
  let shapes: UnsafeMutablePointer<JSONShape>
  let members: UnsafeMutablePointer<Int32>
  let plan: JSONDecodePlan
  var directories: [JSONKeyDirectory]
  /// What the sinks' pointers belong to, by sink; nil where a kind has no values of its own.
  var buffers: [Buffer?]
  let tracker: MemoryTracker?

  var stamp: UInt64 = 0
  var fault = JSONFault()
  /// Values that do not fit, of the record being read.
  var mismatchCount = 0
  /// The first of them; those of the record at hand while there are any.
  var mismatches: [JSONMismatch] = []
  var duplicateKeys = 0
  var caseCollisions = 0
  /// Empty texts of the record in columns that do not hold text.
  var emptyTexts = 0
  var mayHoldNewline = false
  var cutsByLines = false
  var arena: TextArena
  var exhausted: LakeError?

  mutating func finish(_ shape: Int32, _ row: Int, _ stamp: UInt64, seen: Int) {
    let shape = shapes + Int(shape)
    if seen == shape.pointee.fieldCount { return }
    for field in 0..<shape.pointee.fieldCount where shape.pointee.fields[field].stamp != stamp {
      setNull(shape.pointee.fields[field].target, row)
    }
  }

  mutating func repeatedValue(
    _ target: Int32, _ row: Int, _ cursor: Cursor, depth: Int, object: Cursor
  ) -> Cursor? {
    forgetMismatches(of: target, since: object)
    return value(target, row, cursor, depth: depth)
  }

  /// The mismatches of the record at hand are counted anew for each; so many are kept.
  static let mismatchesMax = 1_000

  /// Forgets the mismatches at a place in the schema and below it, in text that comes behind a
  /// cursor: the values are about to be replaced.
  mutating func forgetMismatches(of index: Int32, since start: Cursor) {
    // Of more than could be kept, some cannot be told from those that stay.
    if mismatchCount == 0 || mismatchCount > mismatches.count { return }
    let places = index..<plan.places[Int(index)].end
    let before = mismatches.count
    mismatches.removeAll { $0.place > start && places.contains($0.sink) }
    mismatchCount -= before - mismatches.count
  }

  @inline(__always)
  mutating func beginRecord() {
    mayHoldNewline = false
    duplicateKeys = 0
    caseCollisions = 0
    emptyTexts = 0
    if mismatchCount == 0 { return }
    mismatchCount = 0
    mismatches.removeAll(keepingCapacity: true)
  }

  /// A key that the schema does not have in this spelling: another spelling of one that it has,
  /// or one to pass over.
  mutating func learn(_ key: [UInt8], _ shapeIndex: Int32) -> Int {
    let shape = shapes + Int(shapeIndex)
    if let slot = directories[Int(shapeIndex)].slot(of: key) { return Int(slot) }
    let entry = directories[Int(shapeIndex)].entry(folding: key)
    // Unknown keys beyond a number are not learnt: they share one slot.
    let known = shape.pointee.slotCount
    if entry == nil, known >= JSONLimits.keysMax { return shape.pointee.overflowSlot }
    if let entry, known >= JSONLimits.spellingsMax { return Int(entry.slot) }
    let field = entry?.field ?? -1
    let slot = shape.pointee.addSlot(key: key, field: field)
    directories[Int(shapeIndex)].add(key, slot: slot, field: field)
    return Int(slot)
  }

  /// Null in a sink and, for rows, in everything below it.
  mutating func setNull(_ index: Int32, _ row: Int) {
    let sink = sinks + Int(index)
    sink.pointee.valid[row] = 0
    sink.pointee.hasNulls = true
    switch sink.pointee.kind {
    case .unseen:
      break
    case .row:
      for member in 0..<Int(sink.pointee.memberCount) {
        setNull(members[Int(sink.pointee.firstMember) + member], row)
      }
    case .array, .map:
      sink.pointee.offsets[row + 1] = sink.pointee.offsets[row]
    default:
      let width = sink.pointee.kind.width
      (sink.pointee.values + row * width).initializeMemory(
        as: UInt8.self, repeating: 0, count: width)
    }
  }
}

/// A value that does not fit its column, noted for the message.
struct JSONMismatch {
  var sink: Int32
  var place: Cursor
}
