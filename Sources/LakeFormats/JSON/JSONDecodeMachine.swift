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
  var mismatch: JSONMismatch?
  /// Values that do not fit, of the record being read.
  var mismatchCount = 0
  var duplicateKeys = 0
  var caseCollisions = 0
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
    _ target: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    value(target, row, cursor, depth: depth)
  }

  /// A key that the schema does not have in this spelling: another spelling of one that it has,
  /// or one to pass over.
  mutating func learn(_ key: [UInt8], _ shapeIndex: Int32) -> Int {
    let shape = shapes + Int(shapeIndex)
    if let slot = directories[Int(shapeIndex)].slot(of: key) { return Int(slot) }
    let field = directories[Int(shapeIndex)].field(folding: key) ?? -1
    // Unknown keys beyond a number are not learnt: they share one slot.
    if field < 0, shape.pointee.slotCount >= JSONLimits.keysMax {
      return shape.pointee.overflowSlot
    }
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
