import LakeCore

/// The tree and the types of a file that is read, from its flattened elements.
///
/// Lists and maps are recognised in all the shapes that the format's rules for older writers name;
/// a repeated field that is in neither is a list of what it holds. What a logical type that is not
/// known stands on is read as the physical type.
struct SchemaReading {
  private(set) var nodes: [ColumnNode] = []
  private(set) var fields: [Field] = []
  private let elements: [ParquetSchemaElement]
  private var next = 1
  private var leafCount = 0

  init(_ elements: [ParquetSchemaElement]) throws(LakeError) {
    self.elements = elements
    let count = elements.first?.childCount ?? 0
    guard count >= 0 else { throw LakeError.parquetDamage("the schema has \(count) columns") }
    for _ in 0..<count {
      let (name, node) = try column(Place())
      nodes.append(node)
      fields.append(Field(name, node.type, isNullable: node.isNullable))
    }
    guard next == elements.count else {
      throw LakeError.parquetDamage("the schema has elements that belong to no group")
    }
  }

  private struct Place {
    var path: [String] = []
    var definition = 0
    var repetition = 0
    var slotDefinition = 0

    func entering(_ name: String) throws(LakeError) -> Place {
      var inside = self
      inside.path.append(name)
      guard inside.path.count <= ColumnNode.depthMax * 2 else {
        throw LakeError(.limitExceeded, "column \(path[0]) is nested too deeply")
      }
      return inside
    }

    var repeated: Place {
      var inside = self
      inside.definition += 1
      inside.repetition += 1
      inside.slotDefinition = inside.definition
      return inside
    }
  }

  private mutating func take() throws(LakeError) -> ParquetSchemaElement {
    guard next < elements.count else {
      throw LakeError.parquetDamage("the schema has fewer elements than its groups say")
    }
    next += 1
    let element = elements[next - 1]
    guard (element.type == nil) != (element.childCount == nil) else {
      throw LakeError.parquetDamage("\(element.name) is neither a leaf nor a group")
    }
    return element
  }

  /// The next element with all that belongs to it.
  private mutating func column(_ place: Place) throws(LakeError) -> (String, ColumnNode) {
    let element = try take()
    var inside = try place.entering(element.name)
    guard element.repetition == .repeated else {
      let isNullable = element.repetition == .optional
      if isNullable { inside.definition += 1 }
      var made = try node(element, inside, isNullable: isNullable)
      made.fieldID = element.fieldID
      return (element.name, made)
    }
    // A list without an annotation: there is always one, perhaps empty.
    let item = try node(element, inside.repeated, isNullable: false)
    return (element.name, list(of: item, place, isNullable: false))
  }

  private func list(of item: ColumnNode, _ place: Place, isNullable: Bool) -> ColumnNode {
    ColumnNode(
      kind: .list(element: item, elementDefinition: item.slotDefinition), type: .array(item.type),
      isNullable: isNullable, definition: place.definition, repetition: place.repetition,
      slotDefinition: place.slotDefinition)
  }

  /// An element at a place whose levels count it already.
  private mutating func node(
    _ element: ParquetSchemaElement, _ place: Place, isNullable: Bool
  ) throws(LakeError) -> ColumnNode {
    guard let childCount = element.childCount else {
      let leaf = try leaf(element, place)
      return ColumnNode(
        kind: .leaf(leaf), type: leaf.type, isNullable: isNullable,
        definition: place.definition, repetition: place.repetition,
        slotDefinition: place.slotDefinition)
    }
    guard childCount > 0 else {
      throw LakeError(
        .unsupported, "column \(place.path.joined(separator: ".")) is a group without fields")
    }
    if childCount == 1, next < elements.count, elements[next].repetition == .repeated {
      if element.isMap, elements[next].childCount == 2 {
        return try map(place, isNullable: isNullable)
      }
      if element.isList { return try annotatedList(element, place, isNullable: isNullable) }
    }
    return try row(childCount, place, isNullable: isNullable)
  }

  private mutating func row(
    _ childCount: Int, _ place: Place, isNullable: Bool
  ) throws(LakeError) -> ColumnNode {
    var members: [ColumnNode] = []
    var fields: [Field] = []
    for _ in 0..<childCount {
      let (name, member) = try column(place)
      members.append(member)
      fields.append(Field(name, member.type, isNullable: member.isNullable))
    }
    return ColumnNode(
      kind: .row(members), type: .row(fields), isNullable: isNullable,
      definition: place.definition, repetition: place.repetition,
      slotDefinition: place.slotDefinition)
  }

  private mutating func annotatedList(
    _ list: ParquetSchemaElement, _ place: Place, isNullable: Bool
  ) throws(LakeError) -> ColumnNode {
    let middle = try take()
    let inside = try place.entering(middle.name).repeated
    let item: ColumnNode
    if isElement(middle, of: list) {
      item = try node(middle, inside, isNullable: false)
    } else {
      item = try column(inside).1
    }
    return self.list(of: item, place, isNullable: isNullable)
  }

  /// Whether the repeated field is the element itself, as older writers have it, and not a group
  /// around the element.
  private func isElement(
    _ middle: ParquetSchemaElement, of list: ParquetSchemaElement
  ) -> Bool {
    guard middle.childCount == 1 else { return true }
    if next < elements.count, elements[next].repetition == .repeated { return true }
    return middle.name == "array" || middle.name == list.name + "_tuple"
  }

  private mutating func map(_ place: Place, isNullable: Bool) throws(LakeError) -> ColumnNode {
    let middle = try take()
    let inside = try place.entering(middle.name).repeated
    let (key, value) = (try column(inside).1, try column(inside).1)
    let entries = ColumnNode(
      kind: .row([key, value]), type: .entries(key: key.type, value: value.type),
      isNullable: false, definition: inside.definition, repetition: inside.repetition,
      slotDefinition: inside.slotDefinition)
    return ColumnNode(
      kind: .list(element: entries, elementDefinition: inside.definition),
      type: .map(key: key.type, value: value.type), isNullable: isNullable,
      definition: place.definition, repetition: place.repetition,
      slotDefinition: place.slotDefinition)
  }

  private mutating func leaf(
    _ element: ParquetSchemaElement, _ place: Place
  ) throws(LakeError) -> LeafColumn {
    guard let physical = element.type else {
      throw LakeError.parquetDamage("\(element.name) has no type")
    }
    let name = place.path.joined(separator: ".")
    let length = element.typeLength ?? 0
    if physical == .fixed, !(1...Int(Int32.max)).contains(length) {
      throw LakeError.parquetDamage("column \(name) has values of \(length) bytes")
    }
    let (type, conversion) = try LeafTypes(element, name: name).resolve()
    leafCount += 1
    return LeafColumn(
      index: leafCount - 1, path: place.path, physical: physical, typeLength: length,
      type: type, conversion: conversion, maxDefinition: place.definition,
      maxRepetition: place.repetition,
      isEnumeration: element.logicalType == .enumeration || element.convertedType == .enumeration,
      isUnsigned: element.isUnsigned)
  }
}

extension ParquetSchemaElement {
  fileprivate var isList: Bool { logicalType == .list || convertedType == .list }

  fileprivate var isUnsigned: Bool {
    if case .integer(_, let isSigned) = logicalType { return !isSigned }
    switch convertedType {
    case .uint8, .uint16, .uint32, .uint64: return true
    default: return false
    }
  }

  fileprivate var isMap: Bool {
    logicalType == .map || convertedType == .map || convertedType == .mapKeyValue
  }
}
