import LakeCore

/// The inner loop of inference: walks over the text of a record and counts, for every place that a
/// value can stand in, which kinds of values stood there.
///
/// What a record brings is first put down in a journal and counted when the record turned out to be
/// whole, so that broken records leave no trace in the schema.
struct JSONInferenceMachine: JSONObjectMachine, ~Copyable {
  private(set) var shapes: UnsafeMutablePointer<JSONShape>
  private var shapeCount = 0
  private var shapeCapacity = 4
  private var directories: [JSONKeyDirectory] = []
  /// The names of a shape's fields, by field.
  private var names: [[[UInt8]]] = []

  /// The places: `TypeEvidence.Kind.stride` words each.
  private var counters: UnsafeMutablePointer<Int>
  private var details: [PlaceDetails] = []
  private var placeCapacity = 16

  /// The counters that the record at hand adds one to.
  private var journal: UnsafeMutablePointer<Int32>
  private var journalCount = 0
  private var journalCapacity = 256

  var stamp: UInt64 = 0
  var fault = JSONFault()
  var duplicateKeys = 0
  var caseCollisions = 0

  static let recordShape: Int32 = 0

  /// What is known of a place besides counts.
  private struct PlaceDetails {
    var shape: Int32 = -1
    var element: Int32 = -1
  }

  /// Beside the counters of a place lie two greatest values: digits in front of the point (of
  /// numbers that were looked at closely), and behind it.
  private static let integerDigitsSlot = TypeEvidence.Kind.stride - 2
  private static let scaleSlot = TypeEvidence.Kind.stride - 1

  init() {
    shapes = .allocate(capacity: shapeCapacity)
    counters = .allocate(capacity: placeCapacity * TypeEvidence.Kind.stride)
    journal = .allocate(capacity: journalCapacity)
    _ = addShape()
  }

  func deallocate() {
    for index in 0..<shapeCount { shapes[index].deallocate() }
    shapes.deallocate()
    counters.deallocate()
    journal.deallocate()
  }

  /// Adds what the record brought. Called when it is whole.
  mutating func commit() {
    for index in 0..<journalCount { counters[Int(journal[index])] &+= 1 }
    journalCount = 0
  }

  mutating func abandon() {
    journalCount = 0
  }

  @inline(__always)
  private mutating func note(_ place: Int32, _ kind: TypeEvidence.Kind) {
    if journalCount == journalCapacity { growJournal() }
    journal[journalCount] = place &* Int32(TypeEvidence.Kind.stride) &+ Int32(kind.rawValue)
    journalCount &+= 1
  }

  private mutating func growJournal() {
    let larger = UnsafeMutablePointer<Int32>.allocate(capacity: journalCapacity * 2)
    larger.update(from: journal, count: journalCount)
    journal.deallocate()
    journal = larger
    journalCapacity *= 2
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
      if value.magnitude > 1 << 53 { noteWideInteger(place, value) }
      return end
    }
    return otherValue(place, cursor, depth: depth)
  }

  mutating func repeatedValue(
    _ place: Int32, _ row: Int, _ cursor: Cursor, depth: Int
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

  private func noteDigits(_ place: Int32, _ token: NumberToken) {
    raise(place, JSONInferenceMachine.integerDigitsSlot, to: token.digitCount &+ token.exponent)
    raise(place, JSONInferenceMachine.scaleSlot, to: 0 &- token.exponent)
  }

  @inline(__always)
  private func raise(_ place: Int32, _ slot: Int, to value: Int) {
    let counter = counters + (Int(place) &* TypeEvidence.Kind.stride &+ slot)
    if value > counter.pointee { counter.pointee = value }
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

  private mutating func noteWideInteger(_ place: Int32, _ value: Int64) {
    note(place, .beyondDouble)
    let digits = IntegerText.digitCount(value.magnitude)
    raise(place, JSONInferenceMachine.integerDigitsSlot, to: digits)
  }

  private mutating func array(_ place: Int32, _ start: Cursor, depth: Int) -> Cursor? {
    var cursor = JSONScan.skipBlanks(start + 1)
    if cursor.pointee == JSONScan.closeBracket { return cursor + 1 }
    let element = self.element(of: place)
    while true {
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
    var field = directories[index].field(folding: key) ?? -1
    if field < 0 {
      if shapes[index].fieldCount >= JSONLimits.keysMax {
        if shapes[index].overflowSlot == 0 { shapes[index].addOverflowSlot() }
        return shapes[index].overflowSlot
      }
      field = shapes[index].addField(target: addPlace())
      names[index].append(key)
    }
    let slot = shapes[index].addSlot(key: key, field: field)
    directories[index].add(key, slot: slot, field: field)
    return Int(slot)
  }

  private mutating func addPlace() -> Int32 {
    let stride = TypeEvidence.Kind.stride
    if details.count == placeCapacity {
      let larger = UnsafeMutablePointer<Int>.allocate(capacity: placeCapacity * 2 * stride)
      larger.update(from: counters, count: details.count * stride)
      counters.deallocate()
      counters = larger
      placeCapacity *= 2
    }
    (counters + details.count * stride).update(repeating: 0, count: stride)
    details.append(PlaceDetails())
    return Int32(details.count - 1)
  }

  private mutating func addShape() -> Int32 {
    if shapeCount == shapeCapacity {
      let larger = UnsafeMutablePointer<JSONShape>.allocate(capacity: shapeCapacity * 2)
      larger.update(from: shapes, count: shapeCount)
      shapes.deallocate()
      shapes = larger
      shapeCapacity *= 2
    }
    shapes[shapeCount] = JSONShape()
    shapeCount += 1
    directories.append(JSONKeyDirectory())
    names.append([])
    return Int32(shapeCount - 1)
  }

  private mutating func shape(of place: Int32) -> Int32 {
    if details[Int(place)].shape < 0 { details[Int(place)].shape = addShape() }
    return details[Int(place)].shape
  }

  private mutating func element(of place: Int32) -> Int32 {
    if details[Int(place)].element < 0 { details[Int(place)].element = addPlace() }
    return details[Int(place)].element
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
