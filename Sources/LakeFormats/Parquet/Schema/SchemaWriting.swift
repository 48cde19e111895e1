import LakeCore

/// The schema of a file that is to be written: its flattened elements, and the tree with levels.
struct SchemaWriting {
  private(set) var elements: [ParquetSchemaElement]
  private(set) var nodes: [ColumnNode] = []
  private var leafCount = 0
  private var nextID = 1
  private let hasFieldIDs: Bool

  init(_ schema: Schema, hasFieldIDs: Bool) throws(LakeError) {
    self.hasFieldIDs = hasFieldIDs
    elements = [ParquetSchemaElement(name: "schema", childCount: schema.count)]
    guard schema.count > 0 else {
      throw LakeError(.unsupported, "a Parquet file needs at least one column")
    }
    for field in schema.fields {
      nodes.append(try node(field.name, field.type, Place()))
    }
  }

  /// Where in the tree a node is.
  private struct Place {
    var path: [String] = []
    var definition = 0
    var repetition = 0
    var slotDefinition = 0
    var isRequired = false
    var depth = 0
  }

  private mutating func node(
    _ name: String, _ type: DataType, _ place: Place
  ) throws(LakeError) -> ColumnNode {
    var inside = place
    inside.path.append(name)
    inside.depth += 1
    if !place.isRequired { inside.definition += 1 }
    inside.isRequired = false
    guard inside.depth <= ColumnNode.depthMax else {
      throw LakeError(
        .limitExceeded, "column \(inside.path[0]) is nested more than \(ColumnNode.depthMax) deep")
    }
    var element = ParquetSchemaElement(name: name)
    element.repetition = place.isRequired ? .required : .optional
    element.fieldID = takeID()
    let kind: ColumnNode.Kind =
      switch type {
      case .array(let item): try list(item, element, inside)
      case .map(let key, let value): try map(key, value, element, inside)
      case .row(let fields): try row(fields, element, inside)
      default: .leaf(try leaf(type, element, inside))
      }
    return ColumnNode(
      kind: kind, type: type, isNullable: !place.isRequired, definition: inside.definition,
      repetition: place.repetition, slotDefinition: place.slotDefinition)
  }

  private mutating func takeID() -> Int? {
    guard hasFieldIDs else { return nil }
    nextID += 1
    return nextID - 1
  }

  private mutating func list(
    _ item: DataType, _ element: ParquetSchemaElement, _ place: Place
  ) throws(LakeError) -> ColumnNode.Kind {
    var group = element
    (group.childCount, group.convertedType, group.logicalType) = (1, .list, .list)
    elements.append(group)
    elements.append(ParquetSchemaElement(name: "list", repetition: .repeated, childCount: 1))
    let inside = repeated(place, "list")
    let child = try node("element", item, inside)
    return .list(element: child, elementDefinition: inside.definition)
  }

  private mutating func map(
    _ key: DataType, _ value: DataType, _ element: ParquetSchemaElement, _ place: Place
  ) throws(LakeError) -> ColumnNode.Kind {
    var group = element
    (group.childCount, group.convertedType, group.logicalType) = (1, .map, .map)
    elements.append(group)
    elements.append(ParquetSchemaElement(name: "key_value", repetition: .repeated, childCount: 2))
    let inside = repeated(place, "key_value")
    var required = inside
    required.isRequired = true
    let members = [try node("key", key, required), try node("value", value, inside)]
    let entries = ColumnNode(
      kind: .row(members), type: .entries(key: key, value: value), isNullable: false,
      definition: inside.definition, repetition: inside.repetition,
      slotDefinition: inside.definition)
    return .list(element: entries, elementDefinition: inside.definition)
  }

  private func repeated(_ place: Place, _ name: String) -> Place {
    var inside = place
    inside.path.append(name)
    inside.definition += 1
    inside.repetition += 1
    inside.slotDefinition = inside.definition
    return inside
  }

  private mutating func row(
    _ fields: [Field], _ element: ParquetSchemaElement, _ place: Place
  ) throws(LakeError) -> ColumnNode.Kind {
    guard !fields.isEmpty else {
      throw LakeError(
        .unsupported,
        "\(place.path.joined(separator: ".")) is a row without fields, which Parquet does not know",
        hint: "Leave the column out, or cast it to json.")
    }
    var group = element
    group.childCount = fields.count
    elements.append(group)
    var members: [ColumnNode] = []
    for field in fields { members.append(try node(field.name, field.type, place)) }
    return .row(members)
  }

  private mutating func leaf(
    _ type: DataType, _ element: ParquetSchemaElement, _ place: Place
  ) throws(LakeError) -> LeafColumn {
    guard let layout = LeafLayout(type) else {
      throw LakeError(
        .unsupported, "\(place.path.joined(separator: ".")): Parquet has no type for \(type)",
        hint: "Cast it to bigint or varchar.")
    }
    var element = element
    element.type = layout.physical
    if layout.physical == .fixed { element.typeLength = layout.typeLength }
    (element.convertedType, element.logicalType) = (layout.converted, layout.logical)
    if case .decimal(let precision, let scale) = type {
      (element.precision, element.scale) = (precision, scale)
    }
    elements.append(element)
    leafCount += 1
    return LeafColumn(
      index: leafCount - 1, path: place.path, physical: layout.physical,
      typeLength: layout.typeLength, type: type, conversion: .none,
      maxDefinition: place.definition, maxRepetition: place.repetition)
  }
}

/// How the values of a type are written.
struct LeafLayout {
  var physical: ParquetType
  var typeLength = 0
  var converted: ParquetConvertedType?
  var logical: ParquetLogicalType?

  /// Nil for types that Parquet has no place for, and for nested ones.
  init?(_ type: DataType) {
    switch type {
    case .boolean: self.init(as: .boolean)
    case .tinyint: self.init(as: .int32, .int8, .integer(bitWidth: 8, isSigned: true))
    case .smallint: self.init(as: .int32, .int16, .integer(bitWidth: 16, isSigned: true))
    case .integer: self.init(as: .int32)
    case .bigint: self.init(as: .int64)
    case .real: self.init(as: .float)
    case .double: self.init(as: .double)
    case .decimal(let precision, let scale):
      self.init(as: .int32, .decimal, .decimal(scale: scale, precision: precision))
      if precision > 18 {
        physical = .fixed
        typeLength = LeafLayout.bytes(precision: precision)
      } else if precision > 9 {
        physical = .int64
      }
    // A column of nulls alone; whatever it holds one day, text can be read as.
    case .varchar, .unseen: self.init(as: .byteArray, .utf8, .string)
    case .varbinary: self.init(as: .byteArray)
    case .json: self.init(as: .byteArray, .json, .json)
    case .uuid:
      self.init(as: .fixed, nil, .uuid)
      typeLength = 16
    case .date: self.init(as: .int32, .date, .date)
    case .time: self.init(as: .int64, .timeMicros, .time(isAdjustedToUTC: false, unit: .micros))
    case .timestamp:
      self.init(as: .int64, .timestampMicros, .timestamp(isAdjustedToUTC: true, unit: .micros))
    // The older annotation means UTC; readers that know only that one would shift the values.
    case .localTimestamp:
      self.init(as: .int64, nil, .timestamp(isAdjustedToUTC: false, unit: .micros))
    case .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row: return nil
    }
  }

  private init(
    as physical: ParquetType, _ converted: ParquetConvertedType? = nil,
    _ logical: ParquetLogicalType? = nil
  ) {
    (self.physical, self.converted, self.logical) = (physical, converted, logical)
  }

  /// The fewest bytes that hold every number of so many digits, and its sign.
  static func bytes(precision: Int) -> Int {
    (2...16).first { DecimalText.powerOfTen(precision) - 1 <= UInt128.max >> UInt128(129 - $0 * 8) }
      ?? 16
  }
}
