import LakeCore

/// The inner loop of inference: walks over the text of a record and counts, for every place that a
/// value can stand in, which kinds of values stood there.
///
/// What a record brings is first put down in a journal and counted when the record turned out to be
/// whole; keys that it was the first to have are taken back if it did not. So broken records leave
/// no trace in the schema, not even in the order of its columns.
struct JSONInferenceMachine: JSONObjectMachine, ~Copyable {
  let shapes: UnsafeMutablePointer<JSONShape>
  private var shapeCount = 0
  private var directories: [JSONKeyDirectory] = []
  /// The names of a shape's fields, by field.
  private var names: [[[UInt8]]] = []

  /// The places: `TypeEvidence.Kind.stride` words each.
  private var counters: UnsafeMutablePointer<Int>
  private var details: [PlaceDetails] = []
  private var placeCapacity = 16
  /// Set for good: there will be no schema.
  private(set) var hasTooManyPlaces = false

  /// The counters that the record at hand adds one to.
  private let journal: UnsafeMutablePointer<Int32>
  private var journalCount = 0
  private static let journalCapacity = 4096
  /// What went over from the journal of a long record, by counter; zero between records.
  private var overflow: [Int] = []
  /// How to take back what the record at hand was the first to bring.
  private var changes: [Change] = []

  var stamp: UInt64 = 0
  var fault = JSONFault()
  var duplicateKeys = 0
  var caseCollisions = 0
  var mayHoldNewline = false
  var cutsByLines = false

  static let recordShape: Int32 = 0

  /// What is known of a place besides counts.
  private struct PlaceDetails {
    var shape: Int32 = -1
    var element: Int32 = -1
  }

  /// Beside the counters of a place lie two greatest values: digits in front of the point (of
  /// integers, and of fractions that were looked at closely), and behind it.
  private static let integerDigitsSlot = TypeEvidence.Kind.stride - 2
  private static let scaleSlot = TypeEvidence.Kind.stride - 1

  /// What a record has changed besides counts, so that it can be taken back.
  private enum Change {
    case slot(shape: Int32, key: [UInt8])
    case field(shape: Int32)
    case place
    case shape
    case details(place: Int32, PlaceDetails)
    case greatest(index: Int, before: Int)
  }

  init() {
    // Room for all shapes there can be, so that none ever moves; what is not used is never touched.
    shapes = .allocate(capacity: JSONLimits.placesMax + 2)
    counters = .allocate(capacity: placeCapacity * TypeEvidence.Kind.stride)
    journal = .allocate(capacity: JSONInferenceMachine.journalCapacity)
    _ = addShape()
    changes.removeAll()
  }

  func deallocate() {
    for index in 0..<shapeCount { shapes[index].deallocate() }
    shapes.deallocate()
    counters.deallocate()
    journal.deallocate()
  }

  /// Adds what the record brought. Called when it is whole.
  @inline(__always)
  mutating func commit() {
    for index in 0..<journalCount { counters[Int(journal[index])] &+= 1 }
    journalCount = 0
    if !changes.isEmpty || !overflow.isEmpty { commitRest() }
  }

  private mutating func commitRest() {
    changes.removeAll(keepingCapacity: true)
    for (index, count) in overflow.enumerated() { counters[index] += count }
    overflow = []
  }

  /// Forgets what the record brought, if it was not committed.
  @inline(__always)
  mutating func abandon() {
    journalCount = 0
    if !changes.isEmpty || !overflow.isEmpty { abandonRest() }
  }

  private mutating func abandonRest() {
    overflow = []
    while let change = changes.popLast() { takeBack(change) }
  }

  private mutating func takeBack(_ change: Change) {
    switch change {
    case .slot(let shape, let key):
      shapes[Int(shape)].removeLastSlot()
      let slot = Int32(shapes[Int(shape)].slotCount)
      directories[Int(shape)].remove(key, slot: slot)
    case .field(let shape):
      shapes[Int(shape)].removeLastField()
      names[Int(shape)].removeLast()
    case .place:
      details.removeLast()
    case .shape:
      shapeCount -= 1
      shapes[shapeCount].deallocate()
      directories.removeLast()
      names.removeLast()
    case .details(let place, let before):
      details[Int(place)] = before
    case .greatest(let index, let before):
      counters[index] = before
    }
  }

  @inline(__always)
  private mutating func note(_ place: Int32, _ kind: TypeEvidence.Kind) {
    if journalCount == JSONInferenceMachine.journalCapacity { spillJournal() }
    journal[journalCount] = place &* Int32(TypeEvidence.Kind.stride) &+ Int32(kind.rawValue)
    journalCount &+= 1
  }

  /// A record with very many values is counted as it goes, so that its journal stays small.
  private mutating func spillJournal() {
    let needed = details.count * TypeEvidence.Kind.stride
    if overflow.count < needed {
      overflow.append(contentsOf: repeatElement(0, count: needed - overflow.count))
    }
    for index in 0..<journalCount { overflow[Int(journal[index])] += 1 }
    journalCount = 0
  }

  // MARK: - Values

  @inline(__always)
  mutating func value(_ place: Int32, _ row: Int, _ cursor: Cursor, depth: Int) -> Cursor? {
    if cursor.pointee == JSONScan.quote {
      note(place, .text)
      let end = JSONScan.plainStringEnd(cursor + 1)
      if end.pointee == JSONScan.quote { return end + 1 }
      return JSONScan.skipString(cursor + 1, fault: &fault)
    }
    if let (end, scale) = JSONScan.shortFraction(cursor) {
      note(place, .fraction)
      raise(place, JSONInferenceMachine.scaleSlot, to: scale)
      return end
    }
    if let (value, end) = JSONScan.shortInteger(cursor) {
      note(place, .integer)
      let digitCount = end - cursor - (cursor.pointee == JSONScan.minus ? 1 : 0)
      raise(place, JSONInferenceMachine.integerDigitsSlot, to: digitCount)
      if value.magnitude > 1 << 53 { note(place, .beyondDouble) }
      return end
    }
    return otherValue(place, cursor, depth: depth)
  }

  mutating func repeatedValue(
    _ place: Int32, _ row: Int, _ cursor: Cursor, depth: Int, object: Cursor
  ) -> Cursor? {
    note(place, .repeated)
    return value(place, row, cursor, depth: depth)
  }

  private mutating func otherValue(_ place: Int32, _ cursor: Cursor, depth: Int) -> Cursor? {
    switch cursor.pointee {
    case JSONScan.openBrace:
      if depth >= JSONLimits.depthMax { return JSONScan.fail(.tooDeep, cursor, &fault) }
      note(place, .object)
      return object(shape(of: place), 0, cursor, depth: depth + 1)
    case JSONScan.openBracket:
      if depth >= JSONLimits.depthMax { return JSONScan.fail(.tooDeep, cursor, &fault) }
      note(place, .array)
      return array(place, cursor, depth: depth + 1)
    case UInt8(ascii: "n") where JSONScan.isNull(cursor):
      note(place, .null)
      return cursor + 4
    case UInt8(ascii: "t") where JSONScan.isTrue(cursor):
      note(place, .boolean)
      return cursor + 4
    case UInt8(ascii: "f") where JSONScan.isFalse(cursor):
      note(place, .boolean)
      return cursor + 5
    case JSONScan.minus, 0x30...0x39:
      return number(place, cursor)
    default:
      return JSONScan.fail(.expectedValue, cursor, &fault)
    }
  }

  private mutating func number(_ place: Int32, _ cursor: Cursor) -> Cursor? {
    guard let token = JSONScan.number(cursor) else {
      return JSONScan.fail(.badNumber, cursor, &fault)
    }
    // Fifteen digits always survive the way to a double and back.
    if !token.isInteger, token.digitCount <= 15, token.exponent > -20, token.exponent <= 0 {
      note(place, .fraction)
      noteDigits(place, token)
      return token.end
    }
    noteLongNumber(place, cursor, token)
    return token.end
  }

  /// How many digits stand on both sides of the point. Zeros need none, whatever their exponent.
  private mutating func noteDigits(_ place: Int32, _ token: NumberToken) {
    if token.digitCount == 0 { return }
    raise(place, JSONInferenceMachine.integerDigitsSlot, to: token.digitCount &+ token.exponent)
    raise(place, JSONInferenceMachine.scaleSlot, to: 0 &- token.exponent)
  }

  @inline(__always)
  private mutating func raise(_ place: Int32, _ slot: Int, to value: Int) {
    let index = Int(place) &* TypeEvidence.Kind.stride &+ slot
    if value > counters[index] { replace(index, by: value) }
  }

  private mutating func replace(_ index: Int, by value: Int) {
    changes.append(.greatest(index: index, before: counters[index]))
    counters[index] = value
  }

  private mutating func noteLongNumber(_ place: Int32, _ start: Cursor, _ token: NumberToken) {
    noteDigits(place, token)
    if token.isInteger {
      if JSONScan.exactInteger(start) != nil {
        note(place, .integer)
        note(place, .beyondDouble)
      } else {
        note(place, token.digitCount <= 38 ? .wideInteger : .hugeInteger)
      }
      return
    }
    guard let (value, _) = JSONScan.double(start), value.isFinite,
      value != 0 || token.digitCount == 0
    else {
      note(place, .unboundedNumber)
      return
    }
    note(place, .fraction)
    if !DoubleText.holds(value, start, count: token.end - start) {
      note(place, .inexactFraction)
    }
  }

  private mutating func array(_ place: Int32, _ start: Cursor, depth: Int) -> Cursor? {
    mayHoldNewline = true
    var cursor = JSONScan.skipBlanks(start + 1)
    if cursor.pointee == JSONScan.closeBracket { return cursor + 1 }
    guard let element = self.element(of: place) else {
      return JSONScan.skipValue(start, depth: depth - 1, fault: &fault)
    }
    while true {
      if beginsRecord(cursor) { return JSONScan.fail(.cutOff, cursor, &fault) }
      guard let next = value(element, 0, cursor, depth: depth) else { return nil }
      cursor = JSONScan.skipBlanks(next)
      if cursor.pointee == JSONScan.closeBracket { return cursor + 1 }
      guard cursor.pointee == JSONScan.comma else {
        return JSONScan.fail(.expectedCommaOrBracket, cursor, &fault)
      }
      cursor = JSONScan.skipBlanks(cursor + 1)
    }
  }

  func finish(_ shape: Int32, _ row: Int, _ stamp: UInt64, seen: Int) {}

  // MARK: - Places and shapes

  mutating func learn(_ key: [UInt8], _ shapeIndex: Int32) -> Int {
    let index = Int(shapeIndex)
    if let slot = directories[index].slot(of: key) { return Int(slot) }
    let known = directories[index].entry(folding: key)
    if let known, shapes[index].slotCount >= JSONLimits.spellingsMax { return Int(known.slot) }
    let hasRoom = shapes[index].fieldCount < JSONLimits.keysMax
    guard let field = known?.field ?? (hasRoom ? addField(key, shapeIndex) : nil) else {
      return overflowSlot(of: shapeIndex)
    }
    let slot = shapes[index].addSlot(key: key, field: field)
    directories[index].add(key, slot: slot, field: field)
    changes.append(.slot(shape: shapeIndex, key: key))
    return Int(slot)
  }

  private mutating func addField(_ key: [UInt8], _ shapeIndex: Int32) -> Int32? {
    guard let place = addPlace() else { return nil }
    names[Int(shapeIndex)].append(key)
    changes.append(.field(shape: shapeIndex))
    return shapes[Int(shapeIndex)].addField(target: place)
  }

  /// The slot that the keys share for which there is no room.
  private mutating func overflowSlot(of shapeIndex: Int32) -> Int {
    let index = Int(shapeIndex)
    if shapes[index].overflowSlot == 0 {
      shapes[index].addOverflowSlot()
      changes.append(.slot(shape: shapeIndex, key: [0]))
    }
    return shapes[index].overflowSlot
  }

  private mutating func addPlace() -> Int32? {
    let stride = TypeEvidence.Kind.stride
    if details.count >= JSONLimits.placesMax {
      hasTooManyPlaces = true
      return nil
    }
    if details.count == placeCapacity {
      let larger = UnsafeMutablePointer<Int>.allocate(capacity: placeCapacity * 2 * stride)
      larger.update(from: counters, count: details.count * stride)
      counters.deallocate()
      counters = larger
      placeCapacity *= 2
    }
    (counters + details.count * stride).update(repeating: 0, count: stride)
    details.append(PlaceDetails())
    changes.append(.place)
    return Int32(details.count - 1)
  }

  private mutating func addShape() -> Int32 {
    shapes[shapeCount] = JSONShape()
    shapeCount += 1
    directories.append(JSONKeyDirectory())
    names.append([])
    changes.append(.shape)
    return Int32(shapeCount - 1)
  }

  private mutating func shape(of place: Int32) -> Int32 {
    let known = details[Int(place)]
    if known.shape >= 0 { return known.shape }
    let shape = addShape()
    changes.append(.details(place: place, known))
    details[Int(place)].shape = shape
    return shape
  }

  private mutating func element(of place: Int32) -> Int32? {
    let known = details[Int(place)]
    if known.element >= 0 { return known.element }
    guard let element = addPlace() else { return nil }
    changes.append(.details(place: place, known))
    details[Int(place)].element = element
    return element
  }

  // MARK: - Result

  /// What was counted since the last call, as a tree; the keys stay learnt, the counts begin anew.
  mutating func takeEvidence() -> [TypeEvidence.Member] {
    let evidence = members(of: JSONInferenceMachine.recordShape)
    counters.update(repeating: 0, count: details.count * TypeEvidence.Kind.stride)
    return evidence
  }

  private func members(of shape: Int32) -> [TypeEvidence.Member] {
    var members: [TypeEvidence.Member] = []
    for field in 0..<shapes[Int(shape)].fieldCount {
      let evidence = evidence(of: shapes[Int(shape)].fields[field].target)
      // A key that only broken records had, or no record of this chunk.
      if evidence.isEmpty { continue }
      let name = String(decoding: names[Int(shape)][field], as: UTF8.self)
      members.append(TypeEvidence.Member(name: name, evidence: evidence))
    }
    return members
  }

  private func evidence(of place: Int32) -> TypeEvidence {
    var evidence = TypeEvidence()
    let stride = TypeEvidence.Kind.stride
    let first = counters + Int(place) * stride
    for kind in TypeEvidence.Kind.allCases { evidence[kind] = first[kind.rawValue] }
    evidence.integerDigitsMax = first[JSONInferenceMachine.integerDigitsSlot]
    evidence.scaleMax = first[JSONInferenceMachine.scaleSlot]
    let known = details[Int(place)]
    if known.shape >= 0 {
      evidence.members = members(of: known.shape)
      evidence.hasTooManyMembers = shapes[Int(known.shape)].overflowSlot > 0
    }
    if known.element >= 0 { evidence.element = [self.evidence(of: known.element)] }
    return evidence
  }

  var recordHasTooManyMembers: Bool { shapes[0].overflowSlot > 0 }
}
