import LakeCore

/// A schema made ready for decoding: every place in it that holds values has a number (its sink),
/// parents before children. Immutable; each decoder makes its own machine from it.
struct JSONDecodePlan: Sendable {
  /// One place in the schema.
  struct Place: Sendable {
    var kind: JSONSink.Kind
    var type: DataType
    /// `address.lines[].text`, for messages.
    var path: String
    var shape: Int32 = -1
    var child: Int32 = -1
    var childValue: Int32 = -1
    var members: [Int32] = []
    var memberNames: [String] = []
    /// The number behind those of all places below this one.
    var end: Int32 = 0
  }

  let schema: Schema
  private(set) var places: [Place] = []
  private(set) var shapeCount = 0
  /// The sinks of the columns, in the schema's order.
  private(set) var roots: [Int32] = []
  /// The shape of the record itself.
  static let recordShape: Int32 = 0

  init(_ schema: Schema) throws(LakeError) {
    self.schema = schema
    shapeCount = 1
    for field in schema.fields {
      roots.append(try add(field.type, path: field.name, depth: 1))
    }
  }

  private mutating func add(_ type: DataType, path: String, depth: Int) throws(LakeError) -> Int32 {
    guard let kind = JSONSink.Kind(type), depth <= JSONLimits.depthMax else {
      throw LakeError(
        .unsupported, "column \(path): JSON has no form for the type \(type)",
        hint: "Declare it as varchar and cast it in a query.")
    }
    let index = Int32(places.count)
    places.append(Place(kind: kind, type: type, path: path))
    switch type {
    case .array(let element):
      places[Int(index)].child = try add(element, path: path + "[]", depth: depth + 1)
    case .map(let key, let value):
      guard key == .varchar else {
        throw LakeError(
          .unsupported, "column \(path): keys of JSON objects are text, not \(key)",
          hint: "Declare the map with varchar keys.")
      }
      places[Int(index)].child = try add(key, path: path + ".key", depth: depth + 1)
      places[Int(index)].childValue = try add(value, path: path + "[]", depth: depth + 1)
    case .row(let fields):
      places[Int(index)].shape = Int32(shapeCount)
      shapeCount += 1
      var members: [Int32] = []
      for field in fields {
        members.append(try add(field.type, path: "\(path).\(field.name)", depth: depth + 1))
      }
      places[Int(index)].members = members
      places[Int(index)].memberNames = fields.map(\.name)
    default:
      break
    }
    places[Int(index)].end = Int32(places.count)
    return index
  }
}

extension JSONDecodeMachine {
  /// A machine with room for `rowCapacity` records.
  init(plan: JSONDecodePlan, rowCapacity: Int, tracker: MemoryTracker?) throws(LakeError) {
    self.plan = plan
    self.tracker = tracker
    arena = TextArena(tracker: tracker)
    sinks = .allocate(capacity: max(plan.places.count, 1))
    shapes = .allocate(capacity: plan.shapeCount)
    let memberCount = plan.places.reduce(0) { $0 + $1.members.count }
    members = .allocate(capacity: max(memberCount, 1))
    directories = Array(repeating: JSONKeyDirectory(), count: plan.shapeCount)
    buffers = Array(repeating: nil, count: plan.places.count)

    var nextMember = 0
    for (index, place) in plan.places.enumerated() {
      var sink = JSONSink(place, firstMember: nextMember)
      sink.valid = .allocate(capacity: 0)
      sinks[index] = sink
      for member in place.members {
        members[nextMember] = member
        nextMember += 1
      }
    }
    for index in 0..<plan.shapeCount { shapes[index] = JSONShape() }
    teach(JSONDecodePlan.recordShape, plan.schema.fields.map(\.name), plan.roots)
    for place in plan.places where place.shape >= 0 {
      teach(place.shape, place.memberNames, place.members)
    }
    try makeRoom(rowCapacity: rowCapacity)
  }

  /// Gives a shape the keys of the schema.
  private mutating func teach(_ shape: Int32, _ names: [String], _ targets: [Int32]) {
    for (name, target) in zip(names, targets) {
      let key = Array(name.utf8)
      let field = shapes[Int(shape)].addField(target: target)
      let slot = shapes[Int(shape)].addSlot(key: key, field: field)
      directories[Int(shape)].add(key, slot: slot, field: field)
    }
    shapes[Int(shape)].addOverflowSlot()
  }

  /// New buffers for all sinks; those before belong to the batch that was made of them.
  mutating func makeRoom(rowCapacity: Int) throws(LakeError) {
    for index in 0..<plan.places.count {
      sinks[index].hasNulls = false
      sinks[index].capacity = 0
    }
    for root in plan.roots { try setCapacity(of: root, to: rowCapacity) }
    for place in plan.places {
      if place.child >= 0 { try setCapacity(of: place.child, to: rowCapacity) }
      if place.childValue >= 0 { try setCapacity(of: place.childValue, to: rowCapacity) }
    }
  }

  func deallocate() {
    for index in 0..<plan.places.count { sinks[index].valid.deallocate() }
    for index in 0..<plan.shapeCount { shapes[index].deallocate() }
    sinks.deallocate()
    shapes.deallocate()
    members.deallocate()
  }
}

extension JSONSink {
  init(_ place: JSONDecodePlan.Place, firstMember: Int) {
    kind = place.kind
    // Replaced before the first value: `makeRoom` gives every sink its memory.
    values = UnsafeMutableRawPointer(bitPattern: Buffer.alignment).unsafelyUnwrapped
    valid = UnsafeMutablePointer(bitPattern: Buffer.alignment).unsafelyUnwrapped
    shape = place.shape
    child = place.child
    childValue = place.childValue
    self.firstMember = Int32(firstMember)
    memberCount = Int32(place.members.count)
    switch place.type {
    case .tinyint: (minimum, maximum) = (Int64(Int8.min), Int64(Int8.max))
    case .smallint: (minimum, maximum) = (Int64(Int16.min), Int64(Int16.max))
    case .integer: (minimum, maximum) = (Int64(Int32.min), Int64(Int32.max))
    case .decimal(let precision, let scale): (self.precision, self.scale) = (precision, scale)
    default: break
    }
  }
}
